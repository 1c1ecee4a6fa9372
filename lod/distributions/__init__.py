"""What a release offers for download, made from its store: RDF, tables, citation, checksums.

shelf.py     puts files in their place, with size and digest
editions.py  which papers there are
graphs.py    N-Quads and TriG of all, Turtle and JSON-LD of each city and year
tables.toml  every table and column, defined once; definition.py reads it
facts.py, row.py, rows.py   from the store to rows
tabular.py   rows to csv_tables.py, workbook.py, parquet.py and database.py, in one pass; csvw.py says what they mean
citation.py  how to cite the release
words.toml   what the files are called

Everything is written as it is read, one policy at a time: memory does not grow with the number of papers. The same
release gives the same bytes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from lod.distributions import graphs
from lod.distributions.citation import write_citation
from lod.distributions.editions import Edition, by_year, editions
from lod.distributions.parquet import available as makes_parquet
from lod.distributions.shelf import Label, Shelf
from lod.distributions.tabular import write_tables
from lod.iri import Mint
from lod.stores.distribution import write_distributions
from lod.stores.draft import ReleaseDraft
from lod.text.era import fiscal_year_labels, western_label

CHECKSUMS = "SHA256SUMS"


def write(draft: ReleaseDraft) -> None:
    """Writes every file for download below `dumps/`, and the list of them.

    The whole of the store is packed in a thread of its own: packing leaves the interpreter to the tables.
    """
    shelf, mint = Shelf(draft.folder), Mint(draft.settings.base)
    found = editions(draft.store, mint)
    with ThreadPoolExecutor(1) as pool, ExitStack() as unless_done:
        unless_done.callback(shelf.stop)  # after Ctrl-C nobody waits for a large file that will be thrown away
        whole = pool.submit(graphs.write_all, shelf, draft.store)
        write_tables(shelf, draft, mint, found)
        _write_years(shelf, draft, mint, found)
        whole.result()
        unless_done.pop_all()
    write_citation(shelf, draft)
    _write_checksums(shelf)
    write_distributions(draft.folder, sorted(shelf.items, key=lambda item: item.path))


def _write_years(shelf: Shelf, draft: ReleaseDraft, mint: Mint, found: list[Edition]) -> None:
    names = {city.code: city.names for city in draft.municipalities}
    for code, year, group in by_year(found):
        city = names.get(code, {"ja": code})
        params = {
            "city": {"ja": city["ja"], "en": city.get("en", city["ja"])},
            "year": {"ja": (fiscal_year_labels(year) or [western_label(year)])[0], "en": f"FY{year}"},
        }
        graphs.write_year(shelf, draft.store, mint, group, params)


def _write_checksums(shelf: Shelf) -> None:
    """As `sha256sum -c` reads it, in the order of the paths."""
    listed = sorted((item.path, item.sha256) for item in shelf.items)
    with shelf.open(CHECKSUMS, Label("checksums", "checksums", "txt")) as file:
        file.writelines(f"{digest}  {path}\n".encode() for path, digest in listed)


__all__ = ["CHECKSUMS", "makes_parquet", "write"]
