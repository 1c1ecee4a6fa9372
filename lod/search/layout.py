"""What the index holds, and how a text becomes its words.

`index.sqlite`   words  FTS5 without content; a row for each distinct text of a property, in order of property
                 name   keys of names, readings and codes, with the text they stand for
                 thing  IRIs (without the base of the site where they have it); the number is the rank
                 context, year            numbers of the things that others belong to, by IRI; of fiscal years
                 property, extent, fact   where the texts of a property stand; where a column stands; the base
`columns.bin`    `first` (for a text, where its things begin), `things`, for each thing its kind and contexts, and
                 `titled.first`, `titled` (for a program, the initiatives and reports that go by its name)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, FOAF, MPOL, ORG, RDFS, SKOS

FOLDER = "search"
WORDS = "index.sqlite"
COLUMNS = "columns.bin"
CONTEXTS = ("city", "year", "department", "section", "program")
"""What a thing belongs to; each but the last is a facet."""
LONGEST_NAME = 80
"""Characters of a key up to which a name can be completed or found as a whole."""
_END = "\ue000"
"""Stands behind the last character, so that each character begins a pair."""
_SHIFT = 0xFEE0
_PUNCTUATION = {chr(code): chr(code + _SHIFT) for code in range(0x21, 0x7F) if not chr(code).isalnum()}


class Role(StrEnum):
    """What a text is to its thing."""

    NAME = "name"
    READING = "reading"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its key in addresses and its class (None: all others)."""

    key: str
    type: NamedNode | None


KINDS = (
    Kind("municipality", ORG.FormalOrganization),
    Kind("unit", ORG.OrganizationalUnit),
    Kind("program", MPOL.Program),
    Kind("policy", MPOL.DepartmentPolicy),
    Kind("initiative", MPOL.Initiative),
    Kind("outcome", MPOL.Outcome),
    Kind("goal", MPOL.Goal),
    Kind("measure", MPOL.OutcomeMeasure),
    Kind("indicator", MPOL.Indicator),
    Kind("plan-reference", MPOL.PlanReference),
    Kind("person", FOAF.Person),
    Kind("post", ORG.Post),
    Kind("year", MPOL.FiscalYear),
    Kind("source", MPOL.SourceDocument),
    Kind("code", SKOS.Concept),
    Kind("other", None),
)
"""In order of rank: of things found alike, those of an earlier kind come first."""

TITLED = ("initiative", "outcome")
"""Kinds that have no name of their own: people know them by that of their program."""
EARLIER_READINGS = ""
"""Stands for a property: readings of earlier names, which identities.csv knows and no graph states."""

PROPERTIES: dict[NamedNode, Role] = {
    SKOS.prefLabel: Role.NAME,
    DCTERMS.title: Role.NAME,
    FOAF.name: Role.NAME,
    RDFS.label: Role.NAME,
    SKOS.altLabel: Role.NAME,
    MPOL.measuredItem: Role.NAME,
    MPOL.nameReading: Role.READING,
    ORG.identifier: Role.CODE,
    SKOS.notation: Role.CODE,
    MPOL.basicPolicy: Role.TEXT,
    DCTERMS.description: Role.TEXT,
    RDFS.comment: Role.TEXT,
    MPOL.plannedAction: Role.TEXT,
    MPOL.resultText: Role.TEXT,
    MPOL.qualifier: Role.TEXT,
    MPOL.issue: Role.TEXT,
    MPOL.nextStep: Role.TEXT,
    MPOL.legalBasis: Role.TEXT,
    SKOS.definition: Role.TEXT,
    SKOS.hiddenLabel: Role.TEXT,
}
"""Every property whose texts are searched. A test holds it against all that a release states in words."""


def pairs(key: str) -> str:
    """A key as the words of the index: each character with the one behind it, ASCII punctuation in its wide form.

    観光課 → `観光 光課 課\ue000`. So a word of two characters or more is a phrase of pairs and matches exactly where
    the key contains it, and one character is the beginning of a pair: no scan, whatever the length.
    """
    plain = "".join(map(_PUNCTUATION.get, key, key))
    return " ".join(map(str.__add__, plain, plain[1:] + _END))


def phrase(key: str) -> str:
    """The FTS5 expression that matches the texts whose key contains this one (SQLite, FTS5 3)."""
    plain = "".join(map(_PUNCTUATION.get, key, key))
    if len(plain) == 1:
        return f'"{plain}" *'
    return '"' + " ".join(map(str.__add__, plain, plain[1:])) + '"'
