"""The catalogue as tables for the staff of municipalities.

opendata-list   オープンデータ一覧 as 自治体標準オープンデータセット has it, a row for each file
registration    what has to be typed into the forms of a CKAN, such as BODIK's, to make the same entries by hand
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from lod.catalog.entries import Catalogue, Entry
from lod.catalog.files import ALL
from lod.catalog.words import texts
from lod.iri import SERIES

Rows = Iterator[Sequence[str]]


@cache
def columns(name: str) -> tuple[str, ...]:
    """The header of a table, from `listing.toml`."""
    table = tomllib.loads(resources.files("lod.catalog").joinpath("listing.toml").read_text(encoding="utf-8"))
    return tuple(table[name])


_STANDARD = "https://w3id.org/mupol/def"


def opendata_list(catalogue: Catalogue) -> Rows:
    """The header and the rows of オープンデータ一覧."""
    yield columns("opendata-list")
    for entry in _entries(catalogue):
        for item in entry.files:
            yield (*_dataset(entry), *_file(catalogue, entry, entry.files.index(item)))


def _entries(catalogue: Catalogue) -> Iterator[Entry]:
    """A row belongs to one code, so the data set of everything stands only in the list of one municipality."""
    single = len(catalogue.contents.cities) == 1
    return (entry for entry in catalogue.entries() if entry.key != ALL or single)


def _dataset(entry: Entry) -> Sequence[str]:
    city = entry.cities[0]
    contact = entry.contact.contact if entry.contact else {}
    period = "/".join(day.isoformat() for day in entry.period) if entry.period else ""
    keywords = ";".join(text for text, language in entry.keywords if language == "ja")
    return (
        city.code,
        city.names.get("ja", city.code),
        entry.key,
        entry.title["ja"],
        entry.description["ja"],
        keywords,
        texts("list.theme")["ja"],
        entry.iri,
        "",
        entry.dates.issued,
        entry.dates.modified,
        _STANDARD,
        entry.series,
        period,
        entry.publisher.names.get("ja", ""),
        contact.get("name", ""),
        contact.get("email", ""),
        contact.get("telephone", ""),
        "",
        contact.get("form", ""),
        "",
        "",
    )


def _file(catalogue: Catalogue, entry: Entry, at: int) -> Sequence[str]:
    item = entry.files[at]
    licence = entry.licence[1] if entry.licence else texts("list.unknown")["ja"]
    return (
        f"{entry.key}-{at + 1:02}",
        item.title["ja"],
        item.description["ja"],
        entry.iri,
        catalogue.mint.download(catalogue.release, item.path),
        f"{item.format} (gzip)" if item.compression else item.format,
        licence,
        entry.licence[0] if entry.licence else "",
        entry.publisher.names.get("ja", ""),
        entry.dates.issued,
        entry.dates.modified,
        _STANDARD,
        "",
    )


def registration_sheet(catalogue: Catalogue) -> Rows:
    """The header and the rows of the sheet."""
    yield columns("registration")
    for entry in _entries(catalogue):
        contact = entry.contact.contact if entry.contact else {}
        code = entry.cities[0].code
        head = (
            code,
            entry.key if entry.key != ALL else f"{code}-{SERIES}-all",
            entry.title["ja"],
            entry.description["ja"],
            ",".join(text for text, _ in entry.keywords),
            entry.licence[1] if entry.licence else texts("list.unknown")["ja"],
            entry.iri,
            entry.publisher.names.get("ja", ""),
            contact.get("name", ""),
            contact.get("email", ""),
        )
        for item in entry.files:
            address = catalogue.mint.download(catalogue.release, item.path)
            yield (*head, item.title["ja"], item.description["ja"], address, item.format)


LISTS: Mapping[str, Callable[[Catalogue], Rows]] = {"opendata-list": opendata_list, "registration": registration_sheet}
"""The tables by the name in their address."""
