"""People's names with their readings, as papers print them: いまい ひろあき 今井 宏明.

A reading is never made up: the lexicon is asked only whether a printed one could have lost letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from lod.text.lexicon import known_readings
from lod.text.width import compose_kana

_HIRAGANA = "ぁ-ゖー゛゜"
_KATAKANA = "ァ-ヺー・"
_KANJI = r"々〆〇ヶヵ\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_KANA_ONLY = re.compile(rf"(?:[{_HIRAGANA}]+|[{_KATAKANA}]+)\Z")
_HAS_KANJI = re.compile(rf"[{_KANJI}]")
_NAME_PART = re.compile(rf"[{_KANJI}{_HIRAGANA}{_KATAKANA}{_VARIATION}]+\Z")
_READING_THEN_NAME = re.compile(rf"([{_HIRAGANA}]+|[{_KATAKANA}]+)(?=[{_KANJI}])")
_BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; parts are joined by one half-width space. `clean` is False where something was withheld."""

    name: str | None
    reading: str | None
    clean: bool = True
    note: str = ""


def is_kana(text: str) -> bool:
    """Whether a text is wholly hiragana or wholly katakana."""
    return _KANA_ONLY.match(text) is not None


def _is_name_part(text: str) -> bool:
    return _NAME_PART.match(text) is not None


def parse_people(text: str) -> list[Name]:
    """Every person in one cell. Raises nothing: what cannot be told comes back as `name=None, clean=False`."""
    composed, note = _take_notes(compose_kana(text))
    people: list[Name] = []
    for piece in re.split(r"[、,，/／;；\n]|・(?=\s)|(?<=\s)・", composed):
        tokens = [part for token in piece.split() for part in _split_token(token)]
        if tokens:
            people.extend(_from_tokens(tokens))
    if note and people:
        people[-1] = Name(people[-1].name, people[-1].reading, people[-1].clean, note)
    return people


def _take_notes(text: str) -> tuple[str, str]:
    """Furigana in brackets goes behind its name as plain kana; any other bracket is a note (事務取扱)."""
    notes: list[str] = []

    def replace(match: re.Match[str]) -> str:
        inner = match.group(1).strip()
        if inner and is_kana(inner.split()[0]):
            return f" {inner} "
        notes.append(inner)
        return " "

    return _BRACKETED.sub(replace, text), " ".join(notes)


def _split_token(token: str) -> list[str]:
    """Splits いまいひろあき今井宏明, printed without a space, before its first ideograph."""
    match = _READING_THEN_NAME.match(token)
    if match and len(match.group(1)) >= 2 and _is_name_part(token):
        return [match.group(1), token[match.end() :]]
    return [token]


def _from_tokens(tokens: list[str]) -> list[Name]:
    if not all(_is_name_part(token) for token in tokens):
        return [_garbled(tokens)]
    runs = [(kana, list(group)) for kana, group in groupby(tokens, key=is_kana)]
    if len(runs) == 1:
        return _without_switch(tokens, runs[0][0])
    halves = _halves(tokens)
    if halves is not None and (len(tokens) > 2 or is_kana(tokens[0]) or _reads(tokens[0], tokens[1])):
        return [halves]
    if len(runs) == 2:
        (first_kana, first), (_, second) = runs
        if not first_kana and len(first) == len(second) == 1 and not _reads(first[0], second[0]):
            return [Name(" ".join(tokens), None)]
        reading, name = (first, second) if first_kana else (second, first)
        return [Name(" ".join(name), " ".join(reading))]
    several = _several(tokens)
    return several if several else [Name(None, None, clean=False)]


def _without_switch(tokens: list[str], kana: bool) -> list[Name]:
    """All ideographs: a name alone, or two names of two parts. All kana: cannot tell name from reading."""
    if kana:
        return [Name(" ".join(tokens), None)] if len(tokens) <= 2 else [Name(None, None, clean=False)]
    if len(tokens) == 4:
        return [Name(" ".join(tokens[:2]), None), Name(" ".join(tokens[2:]), None)]
    return [Name(" ".join(tokens), None)]


def _halves(tokens: list[str]) -> Name | None:
    """Reading and name of equally many parts, in either order (さとう みどり 佐藤 みどり)."""
    if len(tokens) % 2 or len(tokens) > 6:
        return None
    first, second = tokens[: len(tokens) // 2], tokens[len(tokens) // 2 :]
    if len(tokens) == 4 and not is_kana(first[1]) and not is_kana(second[1]) and is_kana(first[0]):
        return None
    if all(map(is_kana, first)) and any(_HAS_KANJI.search(part) for part in second):
        return Name(" ".join(second), " ".join(first))
    if all(map(is_kana, second)) and any(_HAS_KANJI.search(part) for part in first):
        return Name(" ".join(first), " ".join(second))
    return None


def _several(tokens: list[str]) -> list[Name]:
    """Several people in a row, each reading then name of the same number of parts."""
    for size in (4, 2):
        if len(tokens) % size == 0:
            found = [_halves(tokens[at : at + size]) for at in range(0, len(tokens), size)]
            people = [person for person in found if person is not None]
            if len(people) == len(found):
                return people
    return []


def _garbled(tokens: list[str]) -> Name:
    """Keeps only what is certain: the family name, where reading and name line up; the rest is withheld."""
    half = len(tokens) // 2
    if half and len(tokens) % 2 == 0 and is_kana(tokens[0]):
        family = tokens[half]
        if _is_name_part(family) and _HAS_KANJI.search(family):
            return Name(family, tokens[0], clean=False)
    if is_kana(tokens[0]):
        return _garbled_uneven(tokens)
    if _is_name_part(tokens[0]) and _HAS_KANJI.search(tokens[0]):
        reading = next((token for token in tokens[1:] if is_kana(token)), None)
        return Name(tokens[0], reading, clean=False)
    return Name(None, None, clean=False)


def _reads(name: str, kana: str) -> bool:
    """Whether kana after a name are its reading (井上真由美 いのうえまゆみ), not a given name (渡辺 ミチ).

    A family name that the lexicon knows is read one of the ways that it knows; of others the longer is a reading.
    """
    known = known_readings(name, "姓")
    return _to_katakana(kana) in known if known else len(kana) > len(name)


def _garbled_uneven(tokens: list[str]) -> Name:
    """Reading and name of unequal length: the one clean part that is read so, or the only clean one."""
    candidates = [token for token in tokens[1:] if _is_name_part(token) and _HAS_KANJI.search(token)]
    if len(candidates) > 1:
        plain = _to_katakana(tokens[0])
        candidates = [token for token in candidates if plain in known_readings(token, "姓")]
    if len(candidates) == 1:
        return Name(candidates[0], tokens[0], clean=False)
    return Name(None, None, clean=False)


def lost_letters(name: str, reading: str) -> tuple[str, ...]:
    """Known readings of which a printed one is a torso: (信行, のぶき) → (のぶゆき,). Empty: no doubt.

    Doubt needs all of: the lexicon knows the part of the name, does not know the reading, and dropping one or two
    letters of a known reading gives the printed one.
    """
    names, readings = name.split(), reading.split()
    if len(names) == len(readings) == 1:
        names, readings = _split_family(name, reading)
    if len(names) != len(readings):
        return ()
    doubtful: list[str] = []
    for position, (part, printed) in enumerate(zip(names, readings, strict=True)):
        kind = "姓" if position == 0 and len(names) > 1 else "名"
        known = known_readings(part, kind)
        plain = _to_katakana(printed)
        if known and plain not in known | known_readings(part, "地域"):
            doubtful += [_to_hiragana(full) for full in sorted(known) if _is_torso(plain, full)]
    return tuple(doubtful)


def _split_family(name: str, reading: str) -> tuple[list[str], list[str]]:
    """Family and given name of a name printed without a space, where the lexicon knows the family name."""
    plain = _to_katakana(reading)
    for at in range(len(name) - 1, 0, -1):
        for known in known_readings(name[:at], "姓"):
            if plain.startswith(known) and len(known) < len(plain):
                return [name[:at], name[at:]], [reading[: len(known)], reading[len(known) :]]
    return [name], [reading]


def _is_torso(short: str, full: str) -> bool:
    if not 1 <= len(full) - len(short) <= 2 or not short:
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)


def _to_katakana(text: str) -> str:
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


def _to_hiragana(text: str) -> str:
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)
