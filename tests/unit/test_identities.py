"""identities.csv: keys are found, derived, kept and never reused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lod.errors import UsageError
from lod.findings import explain
from lod.identities import HEADER, Change, Identities, Names, Row, appended, check_append_only, format_rows
from lod.iri import is_key


def table(*lines: str) -> Identities:
    """Identities of CSV lines; missing commas at a line's end are added."""
    full = (line + "," * (len(HEADER) - 1 - line.count(",")) for line in lines)
    return Identities.parse("\n".join((",".join(HEADER), *full)) + "\n")


def refused(lines: Iterable[str]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        table(*lines)
    return caught.value


def test_the_sample_gives_the_keys_of_the_vocabulary(hiratsuka: Path) -> None:
    identities = Identities.parse((hiratsuka / "identities.csv").read_text(encoding="utf-8"))
    assert identities.unit_key("産業振興部", 2016) == "sangyo-shinko-bu"
    assert identities.unit_key("産業 振興課", 2020) == "sangyo-shinko-ka"
    assert identities.program_key("企業立地等促進事業", 2016) == "kigyo-ricchi-to-sokushin"
    assert identities.person_key(2016, "nosuisan-ka", "kacho", 1, "田中　信行") == "p0003"
    assert len(identities.rows) == 13
    assert identities.changes == ()


def test_a_name_without_a_row_gets_a_key_from_its_folded_form() -> None:
    identities = table()
    key = identities.unit_key("産業振興課", 2016)
    assert key == "u-b23d7ccc4a"
    assert identities.unit_key(" 産業\u3000振興課 ", 2030) == key
    assert identities.program_key("ＰＲ事業", 2016) == identities.program_key("PR事業", 2016) != key


def test_a_person_without_a_row_gets_a_key_from_the_post_never_from_the_name() -> None:
    identities = table("person,p0001,今井 宏明,,,,,2016/sangyo-shinko-bu/bucho")
    assert identities.person_key(2016, "sangyo-shinko-bu", "bucho", 1, "今井宏明") == "p0001"
    assert identities.person_key(2016, "sangyo-shinko-bu", "bucho", 1, "別 人") == "2016-sangyo-shinko-bu-bucho"
    assert identities.person_key(2016, "sangyo-shinko-bu", "bucho", 2, "別 人") == "2016-sangyo-shinko-bu-bucho-2"
    assert identities.person_key(2017, "sangyo-shinko-bu", "bucho", 1, "今井 宏明") == "2017-sangyo-shinko-bu-bucho"


@given(st.text(min_size=1), st.integers(1950, 2100))
def test_derived_keys_are_keys(name: str, fy: int) -> None:
    identities = Identities()
    for key in (identities.unit_key(name, fy), identities.program_key(name, fy)):
        assert is_key(key)


def test_a_rename_keeps_the_key_and_is_a_change() -> None:
    identities = table("unit,keizai-bu,産業振興部", "unit,keizai-bu,経済部,,2019")
    assert identities.unit_key("産業振興部", 2018) == identities.unit_key("経済部", 2019) == "keizai-bu"
    assert identities.unit_key("産業振興部", 2019).startswith("u-")
    assert identities.names("unit", "keizai-bu") == Names("経済部", ("産業振興部",))
    renamed = Change("unit", ("keizai-bu",), ("keizai-bu",), ("産業振興部",), ("経済部",), 2019)
    assert identities.changes == (renamed,)
    assert renamed.is_rename


def test_mergers_and_splits_are_changes() -> None:
    identities = table(
        "unit,shogyo-ka,商業課,,,2018,shogyo-kanko-ka",
        "unit,kanko-ka,観光課,,,2018,shogyo-kanko-ka",
        "unit,shogyo-kanko-ka,商業観光課,,2019,2021,shogyo-shinko-ka miryoku-ka",
        "unit,shogyo-shinko-ka,商業振興課,,2022",
        "unit,miryoku-ka,魅力発信課,,2022",
    )
    merger, split = identities.changes
    assert (merger.originals, merger.results, merger.year) == (("kanko-ka", "shogyo-ka"), ("shogyo-kanko-ka",), 2019)
    assert (merger.before, merger.after) == (("観光課", "商業課"), ("商業観光課",))
    assert (split.results, split.year) == (("shogyo-shinko-ka", "miryoku-ka"), 2022)
    assert not merger.is_rename


def test_an_added_row_completes_an_earlier_one_of_the_same_name() -> None:
    identities = table("unit,a-ka,甲課", "unit,b-ka,乙課,,2019", "unit,a-ka,甲課,,,2018,b-ka")
    assert identities.unit_key("甲課", 2018) == "a-ka"
    assert identities.unit_key("甲課", 2019).startswith("u-")
    assert [change.year for change in identities.changes] == [2019]


def test_units_of_one_name_are_told_apart_by_the_unit_above() -> None:
    identities = table("unit,shobo-kanri-ka,管理課,,,,,shobo-honbu", "unit,kensetsu-kanri-ka,管理課,,,,,kensetsu-bu")
    assert identities.unit_key("管理課", 2016, "shobo-honbu") == "shobo-kanri-ka"
    assert identities.unit_key("管理課", 2016, "kensetsu-bu") == "kensetsu-kanri-ka"
    assert identities.unit_key("管理課", 2016, "kyoiku-bu").startswith("u-")
    assert identities.unit_key("管理課", 2016).startswith("u-")
    assert identities.parent("shobo-kanri-ka") == "shobo-honbu"


def test_new_rows_keep_every_key_used_once() -> None:
    identities = table("unit,a-ka,甲課", "person,p0001,今井,,,,,2016/a-ka/kacho")
    used = [
        Row("program", "p-2", "乙事業"),
        Row("unit", "a-ka", "甲課"),
        Row("program", "p-2", "乙事業"),
        Row("person", "p0001", "今井", context="2016/a-ka/kacho"),
        Row("person", "2017-a-ka-kacho", "今井", context="2017/a-ka/kacho"),
    ]
    fresh = identities.new_rows(used)
    assert [row.key for row in fresh] == ["2017-a-ka-kacho", "p-2"]
    text = appended(",".join(HEADER) + "\n" + format_rows(identities.rows), fresh)
    kept = Identities.parse(text)
    assert kept.rows == (*identities.rows, *fresh)
    assert kept.new_rows(used) == ()
    check_append_only(identities.rows, kept.rows)


def test_rows_are_appended_to_an_empty_file_and_after_a_last_line_without_an_end() -> None:
    row = Row("unit", "u-1", "課, 「甲」")
    for text in ("", ",".join(HEADER)):
        assert Identities.parse(appended(text, [row])).rows == (row,)


def test_a_spreadsheet_s_file_is_read() -> None:
    text = "\ufeff" + ",".join(HEADER) + "\r\nunit,a-ka,甲課,,,,,,\r\n,,,,,,,,\r\n"
    assert Identities.parse(text).unit_key("甲課", 2016) == "a-ka"
    assert Identities.parse("").rows == ()


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("I20", ["unit,a-ka,甲課,,,,,,,"]),
        ("I20", ["section,a-ka,甲課"]),
        ("I20", ["unit,a-ka,"]),
        ("I20", ["unit,a-ka,甲課,,平成28"]),
        ("I20", ["unit,a-ka,甲課,,2018,2016"]),
        ("I20", ["unit,a-ka,甲課,,,2018,b-ka"]),
        ("I20", ["unit,a-ka,甲課,,,,b-ka", "unit,b-ka,乙課"]),
        ("I20", ["unit,a-ka,甲課,,,2018,a-ka"]),
        ("I20", ["person,p1,甲"]),
        ("I20", ["program,p,甲事業,,,,,a-ka"]),
        ("I20", ['unit,a-ka,"甲"課']),
        ("I21", ["unit,産業課,産業課"]),
        ("I21", ["unit,A-ka,甲課"]),
        ("I21", ["unit,,甲課"]),
        ("I22", ["unit,a-ka,甲課", "unit,a-ka,乙課"]),
        ("I22", ["unit,a-ka,甲課,,2010,2018", "unit,a-ka,乙課,,2018"]),
        ("I22", ["person,p1,今井,,,,,2016/a-ka/kacho", "person,p1,鳥居,,,,,2016/b-ka/kacho"]),
        ("I24", ["unit,a-ka,甲課", "unit,b-ka,甲 課"]),
        ("I24", ["program,a,甲事業,,,2018", "program,b,甲事業,,2018"]),
        ("I24", ["person,p1,今井,,,,,2016/a-ka/kacho", "person,p2,今井,,,,,2016/a-ka/kacho"]),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(code: str, lines: list[str]) -> None:
    error = refused(lines)
    assert error.code == code
    assert error.place == f"identities.csv:{2 if code == 'I20' else len(lines) + 1}"
    for lang in ("ja", "en"):
        assert "{" not in " ".join((explain(error, lang).title, explain(error, lang).todo))


@pytest.mark.parametrize(
    "text", ["kind,key,name\nunit,a,甲\n", "kind;key;name\n", ",".join(HEADER) + "\nunit,a,\ufffd,,,,,,\n", "\0"]
)
def test_a_wrong_header_or_encoding_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Identities.parse(text)
    assert caught.value.code == "I25"


def test_names_may_share_and_change_where_that_is_no_clash() -> None:
    table("unit,a-ka,甲課,,,2015", "unit,b-ka,甲課,,2016")
    table("unit,kanko,観光課", "program,kanko,観光事業")
    table("person,p1,今井,,,,,2016/a-ka/kacho", "person,p1,今井 宏明,,,,,2016/a-ka/kacho")
    table("person,p1,今井,,,,,2016/a-ka/kacho", "person,p2,今井,,,,,2016/b-ka/kacho")
    table("person,p1,今井,,,,,2016/a-ka/kacho", "person,p1,鳥居,,,,,2017/a-ka/kacho")


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        ("unit,a-ka,甲課", "unit,a-ka,甲課", True),
        ("unit,a-ka,甲課", "unit,a-ka,甲課,,,2018", True),
        ("unit,a-ka,甲課,,,,,,old", "unit,a-ka,甲課,,,,,,new", True),
        ("unit,a-ka,甲課", "unit,b-ka,甲課", False),
        ("unit,a-ka,甲課", "unit,a-ka,乙課", False),
        ("unit,a-ka,甲課,,,2018", "unit,a-ka,甲課", False),
        ("person,p1,今井,,,,,2016/a-ka/kacho", "person,p1,今井,,,,,2017/a-ka/kacho", False),
    ],
)
def test_a_kept_row_stays(before: str, after: str, fits: bool) -> None:
    old, new = table(before).rows, table("program,x,丙事業", after).rows
    if fits:
        check_append_only(old, new)
        return
    with pytest.raises(UsageError) as caught:
        check_append_only(old, new)
    assert (caught.value.code, caught.value.params["key"]) == ("I23", old[0].key)
