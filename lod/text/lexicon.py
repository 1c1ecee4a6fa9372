"""The IPADIC dictionary (by janome): which words a text is made of, which readings of a name are known.

It is asked only to cut noun phrases and to raise doubt. A reading is never taken from it: readings that a dictionary
gives for names are often wrong.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from janome.tokenizer import Tokenizer

# Forms of ideographs in names that the dictionary lists under their common form.
_COMMON = str.maketrans("髙﨑濵濱栁德邊邉齋齊澤廣眞嶋", "高崎浜浜柳徳辺辺斎斉沢広真島")

# Particles that join nouns to one phrase: 観光客の相談, 移住に関する相談, 企業への融資, 市民からの相談.
_JOINERS = ("の", "に関する", "に対する")
# What joins a clause to the next one after its verb: 行うとともに, 行ったほか, 行うなど, 行うことで.
_AFTER_VERB = ("とともに", "と", "とも", "に", "ほか", "など", "等", "こと", "で", "うえ", "上", "一方", "ため", "際")
_BEFORE_NO = ("へ", "から", "と", "で")


@cache
def _tokenizer() -> Tokenizer:
    # Imported late: the dictionary takes 0.1 s to open, and most commands never ask it.
    from janome.tokenizer import Tokenizer

    return Tokenizer()


@lru_cache(maxsize=8192)
def known_readings(surface: str, kind: str) -> frozenset[str]:
    """Katakana readings that the dictionary lists for a surface as 姓, 名 or 地域; empty if it knows none."""
    tokenizer = _tokenizer()
    plain = surface.translate(_COMMON)
    found = set()
    entries = tokenizer.sys_dic.lookup(plain.encode(), tokenizer.matcher)  # type: ignore[no-untyped-call]
    for entry in entries:
        if entry[1] == plain:
            part_of_speech, *_, reading, _ = tokenizer.sys_dic.lookup_extra(entry[0])
            if kind in part_of_speech.split(","):
                found.add(str(reading))
    return frozenset(found)


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[tuple[str, str, str], ...]:
    """The words of a text: (surface, part of speech, its first subclass)."""
    found = []
    for token in _tokenizer().tokenize(text):
        if not isinstance(token, str):
            kind, detail, *_ = token.part_of_speech.split(",")
            found.append((token.surface, kind, detail))
    return tuple(found)


def trailing_noun(text: str) -> str:
    """The noun phrase that a text ends with, nouns joined by の and its like included; '' if it ends otherwise."""
    parts: list[str] = []
    pending = ""
    for surface, kind, detail in reversed(words(text)):
        noun = kind in ("名詞", "接頭詞") and detail not in ("非自立", "代名詞", "数", "副詞可能")
        if (
            noun
            or (kind == "記号" and surface in "「」『』・ー" and parts)
            or (kind == "名詞" and parts and not pending)
        ):
            parts += [pending, surface] if pending else [surface]
            pending = ""
        elif parts and not pending and surface in _JOINERS:
            pending = surface
        elif pending == "の" and surface in _BEFORE_NO:
            pending = surface + pending
        else:
            break
    return "".join(reversed(parts)).lstrip("・」』")


def ends_in_verb(text: str) -> bool:
    """Whether a text ends as a clause does, in a verb with what may follow it: 行い, 実施して, 進めるとともに."""
    for surface, kind, detail in reversed(words(text)):
        if kind in ("動詞", "助動詞", "形容詞"):
            return True
        if not (surface in _AFTER_VERB or detail == "接続助詞"):
            return False
    return False
