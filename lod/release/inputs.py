"""What a release is made of. The digest of it all is the release's id: the same inputs, the same release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lod import __version__
from lod.assets import ontology_dir, shapes_dir
from lod.config import Settings
from lod.identities import PERSON, Row, derived_key, format_rows, person_context
from lod.municipality import Municipality, SourceRef
from lod.withdrawals import in_force

# Parts of the program that no release depends on, and the wheel's copy of the data.
_APART = {"cli", "querying", "web", "_data"}
_ONLY_READS = {
    "analysis": frozenset(
        {
            "answering.py",
            "filtering.py",
            "grouping.py",
            "joining.py",
            "matching.py",
            "parsing.py",
            "patterns.py",
            "regexes.py",
            "store.py",
            "tokens.py",
        }
    )
}
"""By part of the program, what answers queries from a product and has no say in what the product holds."""
_PROGRAM_FILES = ("*.py", "*.toml")


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(parts: Iterable[str]) -> str:
    """One digest of many texts; their order and borders count."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def program_files() -> list[Path]:
    """The files of the program that releases depend on."""
    package = Path(__file__).resolve().parents[1]
    found = [path for pattern in _PROGRAM_FILES for path in package.rglob(pattern)]
    return [path for path in found if _counts(path.relative_to(package))]


def _counts(path: Path) -> bool:
    part = path.parts[0]
    return part not in _APART and path.name not in _ONLY_READS.get(part, ())


@cache
def program_digest() -> str:
    """The digest of the program, its vocabulary and its shapes: a change of any gives new results."""
    files = program_files()
    files += [*ontology_dir().rglob("*.ttl"), *ontology_dir().rglob("*.rq")]
    files += [ontology_dir() / "context.jsonld", *shapes_dir().glob("*.ttl")]
    names = sorted((path.name, sha256(path)) for path in files)
    return digest([__version__, *(text for pair in names for text in pair)])


def names_of(municipality: Municipality) -> str:
    """What identities.csv decides. Rows that only keep a derived key say nothing new, so they do not count."""
    rows = [row for row in municipality.identities.rows if not only_kept(row)]
    return format_rows(rows)


def only_kept(row: Row) -> bool:
    """Whether a row says no more than the program would without it."""
    plain = not (row.reading or row.valid_from or row.valid_to or row.becomes or row.note)
    if row.kind == PERSON:
        year, _, rest = row.context.partition("/")
        unit, _, role = rest.partition("/")
        return plain and row.key.startswith(person_context(int(year), unit, role).replace("/", "-"))
    return plain and row.key == derived_key(row.kind, row.name, row.context)


def settings_of(municipality: Municipality) -> Iterator[str]:
    """Everything that decides what a municipality's papers become, the papers themselves aside."""
    yield municipality.code
    for name in ("municipality.toml",):
        yield sha256(municipality.folder / name)
    for form in sorted((municipality.folder / "forms").glob("*.toml")):
        yield sha256(form)
    yield names_of(municipality)
    yield "\n".join(entry.model_dump_json() for entry in municipality.corrections)
    yield "\n".join(sorted(in_force(municipality.withdrawals)))


def relative(municipality: Municipality, source: SourceRef) -> str:
    """The name of a paper within its folder: sources/2016/x.txt."""
    return source.path.relative_to(municipality.folder).as_posix()


def by_digest(municipality: Municipality, papers: Iterable[tuple[SourceRef, str, str]]) -> dict[str, list[str]]:
    """The papers' names within their folder by the digest of their bytes."""
    found: dict[str, list[str]] = {}
    for source, own, _ in papers:
        found.setdefault(own, []).append(relative(municipality, source))
    return found


def paper_digests(settings: Settings, municipality: Municipality) -> Iterator[tuple[SourceRef, str, str]]:
    """(paper, digest of its bytes, digest of all that decides what it becomes) for each paper."""
    common = digest([program_digest(), settings.base, *settings_of(municipality)])
    for source in municipality.sources:
        own = sha256(source.path)
        yield source, own, digest([common, relative(municipality, source), own])
