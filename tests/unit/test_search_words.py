"""The key under which texts are searched, and what somebody searches for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lod.querying.words import MOST_CHARACTERS, MOST_WORDS, WordsError, words_of
from lod.search.layout import pairs, phrase
from lod.text.folding import folded_pieces, search_key
from lod.web.snippets import marked, snippet

JAPANESE = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x3000, max_codepoint=0x30FF),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF9F),
        st.sampled_from("㍻㈱①Ⅳ髙﨑𠮷神−‐―〜\u3099\ufe00\u200b"),
    ),
    max_size=60,
)

SAME = [
    ("とりい", "トリイ", "ﾄﾘｲ"),
    ("さんぎょう", "サンギョウ", "ｻﾝｷﾞｮｳ", "サンキ\u3099ョウ", "さんき゛ょう", "さん ぎょう"),
    ("サービス", "ｻｰﾋﾞｽ", "サ−ビス", "サ―ビス", "さーびす"),
    ("平成28年度", "平成２８年度", "㍻28年度", "平成 28 年度"),
    ("茅ヶ崎", "茅ケ崎", "茅ｹ崎"),
    ("高崎", "髙﨑", "髙崎"),
    ("渡辺", "渡邊", "渡邉"),
    ("斉藤", "齊藤"),
    ("国際交流", "國際交流"),
    ("1200件", "1,200件", "１，２００件"),
    ("hiratsuka city", "Hiratsuka City", "ＨＩＲＡＴＳＵＫＡ　ＣＩＴＹ"),
    ("(株)", "㈱", "（株）"),
    ("6次産業化", "６次産業化"),
    ("神", "\ufa19"),
    ("が", "か\u3099", "ｶﾞ"),
]


@pytest.mark.parametrize("writings", SAME)
def test_writings_of_the_same_have_one_key(writings: tuple[str, ...]) -> None:
    assert len({search_key(writing) for writing in writings}) == 1


@pytest.mark.parametrize(("one", "other"), [("観光", "観工"), ("はは", "ばば"), ("か", "が"), ("つ", "っ"), ("1", "2")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@given(JAPANESE)
def test_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(JAPANESE)
def test_composed_and_decomposed_have_one_key(text: str) -> None:
    assert search_key(unicodedata.normalize("NFD", text)) == search_key(unicodedata.normalize("NFC", text))


@given(JAPANESE)
def test_the_key_is_that_of_the_pieces(text: str) -> None:
    pieces = list(folded_pieces(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert "".join(key for _, key in pieces) == search_key(text)


@given(JAPANESE, JAPANESE)
def test_what_a_text_contains_its_key_contains(before: str, after: str) -> None:
    """Unless the text goes on with a mark that joins the last character (か + ゙)."""
    if after[:1] not in {"\u3099", "\u309a", "\u309b", "\u309c", "ﾞ", "ﾟ"}:
        assert search_key("観光" + before) in search_key(after[:5] + "観光" + before + after)


@given(JAPANESE, st.integers(0, 50), st.integers(1, 12))
def test_a_part_of_a_key_is_a_run_of_its_pairs(text: str, start: int, length: int) -> None:
    key = search_key(text)
    part = key[start : start + length]
    if len(part) > 1:
        assert phrase(part).strip('"') in pairs(key)
    if part:
        assert any(pair.startswith(phrase(part[0])[1]) for pair in pairs(key).split())


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("観光 融資", [["観光"], ["融資"]]),
        ("観光　融資", [["観光"], ["融資"]]),
        ('"商店街 にぎわい"', [["商店街にぎわい"]]),
        ("“商店街 にぎわい” 観光", [["商店街にぎわい"], ["観光"]]),
        ("観光 観光 ｶﾝｺｳ", [["観光"], ["かんこう"]]),
        ('観光 "', [["観光"]]),
        ("  \u3000 ", []),
        ("", []),
        ('""', []),
        ("\u200b", []),
    ],
)
def test_words_and_phrases(text: str, keys: list[list[str]]) -> None:
    assert [list(word.keys) for word in words_of(text)] == keys


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("平成28年度", 2016),
        ("平成２８", 2016),
        ("平成二十八年度", 2016),
        ("㍻28年度", 2016),
        ("H28", 2016),
        ("ｈ２８年度", 2016),
        ("2016", 2016),
        ("２０１６年度", 2016),
        ("FY2016", 2016),
        ("令和元年度", 2019),
        ("令和1年", 2019),
        ("R1", 2019),
        ("平成31年度", 2019),
        ("昭和60年", 1985),
        ("S60", 1985),
        ("平成", None),
        ("1200", None),
        ("H28観光", None),
        ('"平成28年度"', None),
    ],
)
def test_years_in_any_spelling(text: str, year: int | None) -> None:
    assert [word.year for word in words_of(text)] == [year]


def test_spellings_of_a_year_find_each_other() -> None:
    for one in ("平成31年度", "令和元年度", "2019年度", "R元年度"):
        for other in ("平成31年度", "令和元年度", "2019年度"):
            assert words_of(one)[0].is_in(search_key(f"{other}の目標"))
    assert not words_of("平成2年度")[0].is_in(search_key("平成28年度の目標"))
    assert not words_of("2019年度")[0].is_in(search_key("平成30年度の目標"))


def test_long_searches_are_refused() -> None:
    with pytest.raises(WordsError) as long:
        words_of("あ" * (MOST_CHARACTERS + 1))
    assert (long.value.name, long.value.limit) == ("characters", MOST_CHARACTERS)
    with pytest.raises(WordsError) as many:
        words_of(" ".join("あいうえおかきくけ"))
    assert (many.value.name, many.value.limit, many.value.used) == ("words", MOST_WORDS, 9)


@given(JAPANESE, JAPANESE)
def test_marking_changes_nothing_and_marks_only_hits(text: str, search: str) -> None:
    words = words_of(search.replace(" ", "")[:20])
    for parts in (marked(text, words), snippet(text, words)):
        for part, hit in parts:
            assert not hit or any(key in search_key(part) for word in words for key in word.keys)
    assert "".join(part for part, _ in marked(text, words)) == text


@pytest.mark.parametrize(
    ("text", "search", "hits"),
    [
        ("ｻﾝｷﾞｮｳの振興", "さんぎょう", ["ｻﾝｷﾞｮｳ"]),
        ("観光と観光客", "観光", ["観光", "観光"]),
        ("商店街の にぎわい", "のにぎ", ["の にぎ"]),
        ("１，２００件", "1200", ["１，２００"]),
        ("平成28年度の観光", "2016年度 観光", ["平成28年度", "観光"]),
        ("㈱観光", "株", ["㈱"]),
        ("なし", "観光", []),
    ],
)
def test_hits_are_marked_as_printed(text: str, search: str, hits: list[str]) -> None:
    assert [part for part, hit in marked(text, words_of(search)) if hit] == hits


def test_a_snippet_is_short_and_holds_the_hit() -> None:
    text = "前置き。" * 50 + "ここに観光の話がある。" + "後書き。" * 50
    parts = snippet(text, words_of("観光"))
    assert ("観光", True) in parts
    assert parts[0] == ("…", False)
    assert parts[-1] == ("…", False)
    assert sum(len(part) for part, _ in parts) < 130
