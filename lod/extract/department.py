"""The left columns of the table of the department: its name and its heads, by label or by position."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lod.extract.columns import Columns, Pieces, is_unit
from lod.extract.joining import LogicalRow
from lod.extract.people import read_holders
from lod.extract.reading import Reading, part, stripped
from lod.form import Post
from lod.model import Cell, PostHolder, Status, Value
from lod.text.furigana import is_kana
from lod.text.width import compose_kana, fold, half_width

_UNKNOWN_POST = "unknown_post"


def read_department(
    reading: Reading, rows: Sequence[LogicalRow], columns: Columns
) -> tuple[Value[str] | None, list[PostHolder]]:
    """The department's name, None if the table has none, and its heads in the order printed."""
    heads: list[PostHolder] = []
    pairs = _pairs(reading, rows, columns.section)
    names: list[Cell] = []
    named = any(key == "department" for key, _ in pairs)
    labelled_head = any(key.startswith("department_post") for key, _ in pairs)
    post = reading.form.department_posts[0]
    for key, pieces in pairs:
        if key == _UNKNOWN_POST:
            post = _unknown_post(reading, pieces[0])
            heads += read_holders(reading, pieces[1:], post)
        elif key == "department":
            names += pieces
        elif key.startswith("department_post"):
            post = reading.form.department_posts[int(key.partition(":")[2])]
            heads += read_holders(reading, pieces, post)
        elif is_unit(reading, pieces) and not (named and heads):
            if not named and not names:
                reading.note("L01", stripped(pieces[0]), label=reading.form.labels["department"][0])
            names += pieces
        else:
            if not labelled_head and not heads:
                reading.note("L01", stripped(pieces[0]), label=reading.form.department_posts[0].labels[0])
            if not labelled_head:
                post = _post_of(reading, names)
            heads += read_holders(reading, pieces, post)
    status = Status.PRINTED if named else Status.REPAIRED
    return (reading.text(names, status) if names else None), heads


def _post_of(reading: Reading, names: Sequence[Cell]) -> Post:
    """The post of a head whose label was lost: that of a department named so (局 → 局長), else the form's first."""
    department = fold("".join(cell.text for cell in names))
    posts = reading.form.department_posts
    return next((post for post in posts if department and post.title.startswith(department[-1])), posts[0])


def _pairs(reading: Reading, rows: Sequence[LogicalRow], stop: int) -> list[tuple[str, Pieces]]:
    """(label key or '', value) in the columns left of the sections, in reading order."""
    pairs: list[tuple[str, Pieces]] = []
    label_cell = rows[0].cells[0][0]
    for row in rows:
        key = ""
        for index, pieces in enumerate(row.cells[:stop]):
            text = row.text(index)
            if not text:
                continue
            label = reading.labels.find(text)
            if label:
                for piece in pieces:
                    reading.boilerplate(piece)
                key = key if label.key == "structure" else label.key
                continue
            inline = reading.labels.prefix(pieces[0].text, _left_keys(reading))
            if inline and not key:
                reading.take_label(inline, pieces[0])
                pairs.append((inline.key, (part(pieces[0], inline.end), *pieces[1:])))
            elif not key and _is_unknown_label(reading, row, index, stop):
                key = _UNKNOWN_POST
                label_cell = pieces[0]
                continue
            elif key == _UNKNOWN_POST:
                pairs.append((key, (label_cell, *pieces)))
            elif pairs and not key and _name_goes_on(pairs[-1], pieces):
                pairs[-1] = (pairs[-1][0], (*pairs[-1][1], *pieces))
            else:
                pairs.append((key, pieces))
            key = ""
    return pairs


def _is_unknown_label(reading: Reading, row: LogicalRow, index: int, stop: int) -> bool:
    """A cell that reads like the label of a post (参事名) and has a value beside it."""
    text = fold(row.text(index))
    beside = next((row.text(at) for at in range(index + 1, min(stop, len(row.cells))) if row.text(at)), "")
    return bool(beside) and re.fullmatch(reading.form.post_label, text) is not None


def _unknown_post(reading: Reading, cell: Cell) -> Post:
    """A post that the form does not list: named as printed, its role said to be another one."""
    match = re.fullmatch(reading.form.post_label, fold(cell.text))
    title = match.group("title") if match else fold(cell.text)
    reading.boilerplate(cell)
    reading.note("L08", stripped(cell), title=title)
    return Post(labels=(title,), title=title, role=reading.form.other_post_role)


def _name_goes_on(before: tuple[str, Pieces], pieces: Pieces) -> bool:
    """Whether an unlabelled cell below a head is the rest of that head's cell: its furigana, or the name below it."""
    if not before[0].startswith(("department_post", _UNKNOWN_POST)):
        return False
    above = " ".join(piece.text.strip() for piece in before[1])
    below = " ".join(piece.text.strip() for piece in pieces)
    if half_width(below).startswith("("):
        return True
    kana = [all(is_kana(compose_kana(word)) for word in text.split()) for text in (above, below)]
    return kana[0] != kana[1] and len(above.split()) == len(below.split())


def _left_keys(reading: Reading) -> tuple[str, ...]:
    return ("department", *(f"department_post:{at}" for at in range(len(reading.form.department_posts))))
