"""Numbers in reports: what was counted, how many, in which unit, and what became of it.

Patterns read:  施設整備助成金15件を交付 (item, number) · 4件の施設整備助成を承認 (number, の, item) ·
「…」を7回開催 (item, particle, number, verb). A number that counts nothing (6次産業化, 第3子) is ignored by the form's
rules; one that neither rule knows is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from lod.extract.reading import Reading
from lod.form import Quantities
from lod.model import Cell, Origin, Quantity, Value
from lod.text.lexicon import ends_in_verb, trailing_noun
from lod.text.numerals import NUMBER, parse_number
from lod.text.width import compose_kana

_UNSPECIFIED = "measure-unspecified"
_MONEY_UNIT = re.compile(r"(.*[0-9０-９])(千|百万|万|億)\Z")
# Hiragana that end a noun: particles and the endings of verbs before a noun. Other hiragana (空き店舗) belong to it.
_PARTICLE = (
    r"(?:に対して|に対し|について|における|において|によって|による|により|として|とする|をはじめ|のほか|のべ|から|まで|より|など|では|には|へは|とも|への|での|との|からの|までの|"
    r"したり?|して|する|った|いた|れた|せた|った|た|が|は|を|に|で|と|も|へ|や|の|か|し|り、)"
)
_HIRAGANA = "ぁ-ゖー"
_NOUN_CHAR = r"[^\sぁ-ゖ、。，．,.!！?？:：;；（）()｛｝{}\[\]]"
_QUOTED = re.compile(r"[「『【][^「」『』【】]*[」』】]\Z")
# Between two numbers of one item: 補助金25件、500千円 or 25件（500千円）, 12人から3人.
_APPOSITION = re.compile(r"[、,，（(・/／\s]{1,2}|から|→|～|〜")
# Between two numbers of one verb: 助成金15件、奨励金2件を交付; 4件の助成と1件の奨励を承認.
_SHARES_VERB = re.compile(r"(?:の[^をにでがはへ、。]*?)?(?:[、,，・（(]|と|や|及び|および|並びに|ならびに)")
_PLACE_OF = re.compile(r"の(?:中|うち|ほか|他|上|下|際|時)")
_NO_ITEM = re.compile(r"の(?:うち|\s?[0-9０-９約延])")
_OF_WHICH = re.compile(r"のうち\Z")
_BACK_PARTICLES = re.compile(
    r"(?:[:：（(]|を経て|を通じて|を通して|によって|に対して|に対し|として|により|による|を|が|は|に|も|では|には|へ|で|の)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A counted number in a text: offsets of the whole (with qualifiers), and what it says."""

    start: int
    end: int
    value: int | Decimal
    unit: str
    qualifier: str


@lru_cache(maxsize=16)
def _patterns(rules: Quantities) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    def either(words: tuple[str, ...]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    number = re.compile(
        rf"(?P<before>{either(rules.before)})?\s?(?P<number>{NUMBER})\s?(?P<unit>{either(rules.counters)})"
        rf"(?P<after>{either(rules.after)})?"
    )
    ignored = re.compile("|".join(f"(?:{rule})" for rule in rules.ignore))
    words = {word: state.code for state in rules.states for word in state.words}
    state = re.compile(rf"(?P<word>{either(tuple(words))})(?=(?:{either(rules.inflections)}))")
    return number, ignored, state


def read_quantities(reading: Reading, report: Value[str]) -> list[Quantity]:
    """Every quantity of a report in reading order; a number that cannot be told is a finding (Q01)."""
    text = report.value
    number, ignored, _ = _patterns(reading.form.quantities)
    skip = [match.span() for match in ignored.finditer(text)]
    found: list[Quantity] = []
    numbers = list(_numbers(number, text, skip))
    for at, counted in enumerate(numbers):
        before = numbers[at - 1] if at else None
        beside = found[-1].item if before and _APPOSITION.fullmatch(text[before.end : counted.start]) else ""
        found.append(_quantity(reading, report, numbers, at, beside))
    covered = [*skip, *((counted.start, counted.end) for counted in numbers)]
    for match in re.finditer(r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*", text):
        if not any(start <= match.start() < end for start, end in covered):
            reading.note("Q01", _cell(report, *match.span()))
    return found


def _numbers(pattern: re.Pattern[str], text: str, skip: list[tuple[int, int]]) -> Iterator[_Number]:
    """The numbers that count something, in reading order."""
    for match in pattern.finditer(text):
        digits, end = match.start("number"), match.end("unit")
        if not any(start <= digits < last and last >= end - 1 for start, last in skip):
            counted = _number(match)
            if counted is not None:
                yield counted


def _number(match: re.Match[str]) -> _Number | None:
    digits, unit = match.group("number"), match.group("unit")
    if unit.endswith("円") and (money := _MONEY_UNIT.match(digits)) and not re.search("[千百万億]", money.group(1)):
        digits, unit = money.group(1), money.group(2) + unit
    value = parse_number(digits)
    if value is None:
        return None
    qualifier = (match.group("before") or "") + (match.group("after") or "")
    return _Number(match.start(), match.end(), value, unit, qualifier)


def _quantity(reading: Reading, report: Value[str], numbers: Sequence[_Number], at: int, beside: str) -> Quantity:
    text, rules, number = report.value, reading.form.quantities, numbers[at]
    word, code = _state(rules, text, numbers, at)
    start, end, item = _item(rules, text, number, numbers[:at])
    end = _with_state(rules, text, end)
    item = item or beside
    if not item:
        item = word or number.unit
        reading.note("Q02", _cell(report, number.start, number.end))
    if not code:
        word, code = _state_in(rules, item)
    if not code:
        reading.note("Q03", _cell(report, start, end), item=item)
    label = item if not word or item.endswith(word) else item + rules.joiner + word
    if any(new in _clause(text, number.start) for new in rules.new_words):
        label += rules.new_label
    return Quantity(
        item, label, number.value, number.unit, code or _UNSPECIFIED, _evidence(report, start, end), number.qualifier
    )


def _clause(text: str, end: int) -> str:
    return re.split("[、。]", text[:end])[-1]


def _state(rules: Quantities, text: str, numbers: Sequence[_Number], at: int) -> tuple[str, str]:
    """The verb that says what became of the number: (word, code). The first one after it, in the same clause; one
    behind a further number only if it is said of both."""
    end = _clause_end(text, numbers[at].end)
    match = _patterns(rules)[2].search(text, numbers[at].end, min(end + 1, len(text)))
    if match is None or match.end("word") > end:
        return "", ""
    for this, other in pairwise(numbers[at:]):
        if other.start > match.start():
            break
        if not _SHARES_VERB.match(text, this.end, other.start):
            return "", ""
    state = next(state for state in rules.states if match.group("word") in state.words)
    return state.label or match.group("word"), state.code


def _state_in(rules: Quantities, item: str) -> tuple[str, str]:
    """A state that the name of what was counted ends in: 132人の参加を得ました."""
    words = ((word, state.code) for state in rules.states for word in state.words)
    return next(((word, code) for word, code in words if item.endswith(word)), ("", ""))


def _clause_end(text: str, start: int) -> int:
    """Where the clause ends in which a number stands: at a full stop, or at a comma after a verb."""
    for mark in re.finditer("[、。，]", text[start:]):
        end = start + mark.start()
        if mark.group() == "。" or ends_in_verb(text[start:end]):
            return end
    return len(text)


def _item(rules: Quantities, text: str, number: _Number, earlier: Sequence[_Number]) -> tuple[int, int, str]:
    """(start, end, item) of the passage that names the item together with the number."""
    before = text[: number.start]
    for word in rules.new_words:
        before = before.removesuffix(word)
    after = text[number.end :]
    has_noun = after.startswith(rules.joiner) and not _NO_ITEM.match(after)
    following = _noun_forward(after[len(rules.joiner) :], rules.joiner) if has_noun else ""
    noun = _counted_noun(rules, before, earlier)
    # 市内12校の中学校: the unit says that the word after it is what was counted.
    if noun and not (following and following.endswith(number.unit[-1])):
        return len(before) - len(noun), number.end, _OF_WHICH.sub("", noun)
    if following:
        return number.start, number.end + len(rules.joiner) + len(following), following
    context = _BACK_PARTICLES.sub("", before)
    if context != before and (noun := _counted_noun(rules, context, earlier)):
        return len(context) - len(noun), number.end, _OF_WHICH.sub("", noun)
    return _topic(text, number)


def _counted_noun(rules: Quantities, before: str, earlier: Sequence[_Number]) -> str:
    """The noun phrase that a text ends with; of one with a number in it (240人の研修) what stands behind that."""
    noun = _noun_backward(before)
    start = len(before) - len(noun)
    inside = [other.end for other in earlier if start < other.end <= len(before)]
    return _OF_WHICH.sub("", before[inside[-1] :]).removeprefix(rules.joiner) if inside else noun


def _topic(text: str, number: _Number) -> tuple[int, int, str]:
    """What the clause is about: 参加者は前年度比110％の4,567人."""
    head, found, _ = text[: number.start].rpartition("は")
    noun = _noun_backward(head) if found and not re.search("[、。]", text[len(head) : number.start]) else ""
    return (len(head) - len(noun), number.end, noun) if noun else (number.start, number.end, "")


def _noun_forward(text: str, joiner: str) -> str:
    """The noun phrase that a text begins with: up to the first particle (nouns joined by の go on) or punctuation."""
    if match := re.match(r"[「『][^「」『』]*[」』]", text):
        return match.group() + _noun_forward(text[match.end() :], joiner)
    match = re.match(rf"(?:{_NOUN_CHAR}|(?!{_PARTICLE})[{_HIRAGANA}])+", text)
    if match is None:
        return ""
    rest = text[match.end() :]
    more = _noun_forward(rest[len(joiner) :], joiner) if rest.startswith(joiner) and not _PLACE_OF.match(rest) else ""
    return match.group() + (joiner + more if more else "")


def _noun_backward(text: str) -> str:
    """The noun phrase that a text ends with, back to the last punctuation mark."""
    plain = _OF_WHICH.sub("", text)
    if match := _QUOTED.search(plain):
        return match.group() if plain == text else ""
    clause = re.split(r"[、。，．,！？!?\s（）()]", plain)[-1]
    return trailing_noun(clause) + text[len(plain) :] if trailing_noun(clause) else ""


def _with_state(rules: Quantities, text: str, end: int) -> int:
    """Takes the verb right after the passage into it: …2件を交付, …7回開催."""
    match = re.compile(rf"を?(?:{'|'.join(word for state in rules.states for word in state.words)})").match(text, end)
    return match.end() if match and _patterns(rules)[2].match(text, match.end() - _word_length(match)) else end


def _word_length(match: re.Match[str]) -> int:
    return len(match.group().removeprefix("を"))


# --- from the text back to the source --------------------------------------------------------------------------


def _pieces(report: Value[str], start: int, end: int) -> list[tuple[str, Origin]]:
    """What prints the characters start…end of a report: (raw text, place) for each printed piece."""
    found: list[tuple[str, Origin]] = []
    offset = 0
    for raw, origin in zip(report.raw.split("\n"), report.origins, strict=True):
        while offset < len(report.value) and report.value[offset] == "\n":
            offset += 1
        index = _raw_index(raw)
        first, last = max(start - offset, 0), min(end - offset, len(index) - 1)
        if first < last:
            at, to = index[first], index[last]
            place = Origin(
                origin.line,
                origin.column + at,
                origin.start + at,
                origin.start + to,
                origin.page,
                origin.row,
                origin.cell,
            )
            found.append((raw[at:to], place))
        offset += len(index) - 1
    return found


@lru_cache(maxsize=256)
def _raw_index(raw: str) -> tuple[int, ...]:
    """For each character of the composed text, and its end, where it begins in the raw text."""
    if compose_kana(raw) == raw:
        return tuple(range(len(raw) + 1))
    starts = [at for at in range(len(raw)) if raw[at] not in "\u3099\u309a"]
    return (*starts, len(raw))


def _evidence(report: Value[str], start: int, end: int) -> Value[str]:
    pieces = _pieces(report, start, end)
    return Value(
        report.value[start:end], "\n".join(raw for raw, _ in pieces), tuple(place for _, place in pieces), report.status
    )


def _cell(report: Value[str], start: int, end: int) -> Cell:
    raw, origin = _pieces(report, start, end)[0]
    return Cell(raw, origin)
