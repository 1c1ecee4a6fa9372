"""Numbers in reports: what was counted, how many, in which unit, and what became of it.

Patterns read:  施設整備助成金15件を交付 (item, number) · 4件の施設整備助成を承認 (number, の, item) ·
「…」を7回開催 (item, particle, number, verb). A number that counts nothing (6次産業化, 第3子) is ignored by the form's
rules; one that neither rule knows is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lod.extract.reading import Reading
from lod.form import Quantities
from lod.model import Cell, Origin, Quantity, Value
from lod.text.lexicon import trailing_noun
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
# Between two numbers of one item: 補助金25件、500千円 or 25件（500千円）.
_APPOSITION = re.compile(r"[、,，（(・/／\s]{1,2}")
_PLACE_OF = re.compile(r"の(?:中|うち|ほか|他|上|下|際|時)")
_OF_WHICH = re.compile(r"のうち\Z")
_BACK_PARTICLES = re.compile(
    r"(?:を経て|を通じて|を通して|によって|に対して|に対し|として|により|による|を|が|は|に|も|では|には|へ|で|の)\s*\Z"
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
    covered: list[tuple[int, int]] = list(skip)
    for match in number.finditer(text):
        digits = match.start("number")
        if any(start <= digits < end and end >= match.end("unit") - 1 for start, end in skip):
            continue
        counted = _number(match)
        if counted is not None:
            beside = found[-1].item if found and _APPOSITION.fullmatch(text[covered[-1][1] : counted.start]) else ""
            covered.append((counted.start, counted.end))
            found.append(_quantity(reading, report, counted, beside))
    for match in re.finditer(r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*", text):
        if not any(start <= match.start() < end for start, end in covered):
            reading.note("Q01", _cell(report, *match.span()))
    return found


def _number(match: re.Match[str]) -> _Number | None:
    digits, unit = match.group("number"), match.group("unit")
    if unit.endswith("円") and (money := _MONEY_UNIT.match(digits)) and not re.search("[千百万億]", money.group(1)):
        digits, unit = money.group(1), money.group(2) + unit
    value = parse_number(digits)
    if value is None:
        return None
    qualifier = (match.group("before") or "") + (match.group("after") or "")
    return _Number(match.start(), match.end(), value, unit, qualifier)


def _quantity(reading: Reading, report: Value[str], number: _Number, beside: str) -> Quantity:
    text, rules = report.value, reading.form.quantities
    word, code = _state(rules, text, number.end)
    start, end, item = _item(rules, text, number)
    end = _with_state(rules, text, end)
    item = item or beside
    if not item:
        item = word or number.unit
        reading.note("Q02", _cell(report, number.start, number.end))
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


def _state(rules: Quantities, text: str, start: int) -> tuple[str, str]:
    """The first verb after the number in its sentence that says what became of it: (word, code)."""
    sentence_end = text.find("。", start)
    match = _patterns(rules)[2].search(text, start, len(text) if sentence_end < 0 else sentence_end + 1)
    if match is None:
        return "", ""
    word = match.group("word")
    return word, next(state.code for state in rules.states if word in state.words)


def _item(rules: Quantities, text: str, number: _Number) -> tuple[int, int, str]:
    """(start, end, item) of the passage that names the item together with the number."""
    before = text[: number.start]
    for word in rules.new_words:
        before = before.removesuffix(word)
    after = text[number.end :]
    following = _noun_forward(after[len(rules.joiner) :], rules.joiner) if after.startswith(rules.joiner) else ""
    noun = _noun_backward(before)
    # 市内12校の中学校: the unit says that the word after it is what was counted.
    if noun and not (following and following.endswith(number.unit[-1])):
        return len(before) - len(noun), number.end, _OF_WHICH.sub("", noun)
    if following:
        return number.start, number.end + len(rules.joiner) + len(following), following
    context = _BACK_PARTICLES.sub("", before)
    if context != before and (noun := _noun_backward(context)):
        return len(context) - len(noun), number.end, _OF_WHICH.sub("", noun)
    return number.start, number.end, ""


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
