"""The text reader: encodings, places, and refusals that name the line."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lod.errors import SourceError
from lod.model import ListItem, Table, cells
from lod.readers import MAX_BYTES, read

SEED = Path(__file__).parents[2] / "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt"
TEXT = SEED.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_give_the_same_text(encoding: str, newline: str) -> None:
    data = TEXT.replace("\n", newline).encode(encoding)
    assert read(data, "paper.txt").text == TEXT


def test_decomposed_kana_is_kept_as_printed() -> None:
    text = unicodedata.normalize("NFD", TEXT)
    assert read(text.encode(), "paper.txt").text == text


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\n①-・ "))
)
def test_every_cell_is_what_stands_at_its_place(text: str) -> None:
    try:
        document = read(text.encode(), "paper.txt")
    except SourceError as error:
        assert error.code in {"D01", "D03"}  # noqa: PT017  # nothing but white space, or a noncharacter
        return
    lines = document.text.split("\n")
    for cell in cells(document):
        place = cell.origin
        assert document.text[place.start : place.end] == cell.text
        assert lines[place.line - 1][place.column - 1 :].startswith(cell.text)


def test_the_seed_has_its_tables_and_items() -> None:
    blocks = read(SEED.read_bytes(), "seed").blocks
    assert [len(block.rows) for block in blocks if isinstance(block, Table)] == [5, 9, 12]
    assert sum(isinstance(block, ListItem) for block in blocks) == 6


LINES = TEXT.splitlines(keepends=True)


def _mixed(one: str, rest: str, at: int = 14) -> bytes:
    return b"".join(line.encode(one if number == at else rest) for number, line in enumerate(LINES))


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "D01", "p"),
        (b" \r\n\t", "D01", "p"),
        (b"\xef\xbb\xbf", "D01", "p"),
        (b"%PDF-1.7\n", "D02", "p"),
        (b"PK\x03\x04....", "D02", "p"),
        (bytes(range(256)) * 4, "D02", "p"),
        (TEXT.encode()[:30] + b"\x00" + TEXT.encode()[30:], "D03", "p:3:"),
        (TEXT.replace("課名", "課\x07名").encode(), "D03", "p:8:4"),
        ("caf\xe9 na\xefve".encode("latin-1"), "D04", "p:1:"),
        (
            TEXT.replace("①", "1").translate({0x2461: "2", 0x2462: "3", 0x2463: "4", 0x2464: "5"}).encode("euc_jp"),
            "D04",
            "p:",
        ),
        ("産業振興部".encode("iso2022_jp"), "D04", "p:1:"),
        (TEXT.encode()[:501], "D04", "p:"),
        (b"\xff\xfe\x00\xd8\x41\x00", "D04", "p:1"),
        (_mixed("cp932", "utf-8"), "D05", "p:15"),
        (_mixed("utf-8", "cp932"), "D05", "p:15"),
        (b"a" * (MAX_BYTES + 1), "D06", "p"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, code: str, place: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data, "p")
    assert caught.value.code == code
    assert caught.value.place.startswith(place)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_a_source_error(data: bytes) -> None:
    try:
        document = read(data, "p")
    except SourceError:
        return
    assert document.text.strip()
