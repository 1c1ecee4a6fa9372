"""One paper, from bytes to quads and findings: a pure function, so that papers build in parallel and can be kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from lod.errors import LodError
from lod.extract import extract_corrected
from lod.identities import Row
from lod.iri import Mint
from lod.mapping import map_record, without
from lod.model import Finding, Origin, Severity
from lod.municipality import Municipality
from lod.readers import read
from lod.validation import Validator
from lod.withdrawals import in_force


@dataclass(frozen=True, slots=True)
class Result:
    """What one paper gives. `key` is '' and `quads` empty where no record could be made.

    `report` holds the SHACL results as N-Triples. `withdrawn` are (IRI, cause): what the paper states that is
    gone, and the IRI whose withdrawal took it along.
    """

    source: str
    key: str
    quads: bytes
    findings: tuple[Finding, ...]
    report: bytes
    identities: tuple[Row, ...]
    withdrawn: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> bytes:
        """For the cache."""
        table = asdict(self) | {name: getattr(self, name).decode() for name in ("quads", "report")}
        return json.dumps(table, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Result:
        table = json.loads(data)
        for name in ("quads", "report"):
            table[name] = table[name].encode()
        table["findings"] = tuple(_finding(item) for item in table["findings"])
        table["identities"] = tuple(_row(item) for item in table["identities"])
        table["withdrawn"] = tuple((str(gone), str(cause)) for gone, cause in table["withdrawn"])
        return cls(**table)


def _finding(table: dict[str, object]) -> Finding:
    origin = table["origin"]
    known = table | {
        "severity": Severity(str(table["severity"])),
        "origin": Origin(**origin) if isinstance(origin, dict) else None,
        "params": tuple((str(key), str(value)) for key, value in table["params"]),  # type: ignore[attr-defined]
    }
    return Finding(**known)  # type: ignore[arg-type]


def _row(table: dict[str, object]) -> Row:
    return Row(**(table | {"becomes": tuple(table["becomes"])}))  # type: ignore[arg-type]


def process(
    data: bytes, name: str, municipality: Municipality, year: int | None, mint: Mint, validator: Validator
) -> Result:
    """Reads, maps and validates one paper. An unreadable one gives a finding, not an exception."""
    try:
        document = read(data, name)
        entries = municipality.corrections_of(municipality.folder / name.partition("/")[2])
        extraction = extract_corrected(document, municipality.forms, municipality.code, year, entries)
        record = extraction.record
        if record is None:
            return Result(name, "", b"", extraction.findings, b"", ())
        paper = map_record(record, municipality, mint)
    except LodError as error:
        return _failed(name, error)
    report = validator.check(paper, name)
    found = (*extraction.findings, *report.findings)
    results = b"" if report.conforms else report.graph.serialize(format="nt", encoding="utf-8")
    paper, gone = without(paper, withdrawn_things(municipality, mint))
    if gone:  # findings quote the paper
        found, results = tuple(replace(item, seen="", subject="") for item in found), b""
    key = "/".join(map(str, paper.key)) if paper.facts else ""
    quads = paper.nquads().encode()
    return Result(name, key, quads, found, results, paper.identities, tuple(sorted(gone.items())))


def withdrawn_things(municipality: Municipality, mint: Mint) -> frozenset[str]:
    """The IRIs of what the municipality has withdrawn."""
    return frozenset(mint.base + path for path in in_force(municipality.withdrawals))


def _failed(name: str, error: LodError) -> Result:
    origin = None
    parts = error.place.removeprefix(name).split(":")
    if len(parts) > 1 and parts[1].isdigit():
        column = int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else 1
        origin = Origin(int(parts[1]), column, 0, 0)
    params = tuple((key, str(value)) for key, value in error.params.items())
    return Result(name, "", b"", (Finding(error.code, Severity.VIOLATION, name, origin, "", params),), b"", ())
