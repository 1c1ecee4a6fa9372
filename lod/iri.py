"""Mints every IRI. Patterns: docs/reference/iris.md. Keys are ASCII; a kanji path only ever redirects.

`{lg}` is the six-digit local-government code, `{fy}` the western year in which the fiscal year starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

SERIES = "dept-policy"
"""The key of the yearly data sets of a municipality: the policies of its departments."""
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def is_key(text: str) -> bool:
    """Whether a text may stand in an IRI as a key: lower-case ASCII letters, digits and single hyphens."""
    return _KEY.match(text) is not None


@dataclass(frozen=True, slots=True)
class Mint:
    """IRIs below one base. `base` ends with a slash."""

    base: str

    def _id(self, *parts: object) -> str:
        return self.base + "id/" + "/".join(str(part) for part in parts)

    def stem(self, kind: str) -> str:
        """How the IRIs of one kind of thing begin: all before the key of a fiscal year, say."""
        return f"{self.base}id/{kind}/"

    def municipality(self, lg: str) -> str:
        return self._id("org", lg)

    def unit(self, lg: str, unit: str) -> str:
        return self._id("org", lg, unit)

    def post(self, lg: str, unit: str, role: str) -> str:
        return self._id("post", lg, unit, role)

    def tenure(self, lg: str, fy: int, unit: str, role: str, nth: int = 1) -> str:
        """The membership of one person in one post in one year; `nth` counts holders of the post from 1."""
        return self._id("tenure", lg, fy, unit, role if nth == 1 else f"{role}-{nth}")

    def person(self, lg: str, key: str) -> str:
        return self._id("person", lg, key)

    def policy(self, lg: str, fy: int, unit: str) -> str:
        return self._id("policy", lg, fy, unit)

    def goal(self, lg: str, fy: int, unit: str, number: int) -> str:
        return self._id("goal", lg, fy, unit, number)

    def program(self, lg: str, program: str) -> str:
        return self._id("program", lg, program)

    def initiative(self, lg: str, fy: int, program: str) -> str:
        return self._id("initiative", lg, fy, program)

    def outcome(self, lg: str, fy: int, program: str, stage: str) -> str:
        return self._id("outcome", lg, fy, program, stage)

    def measure(self, lg: str, fy: int, program: str, stage: str, number: int) -> str:
        return self._id("measure", lg, fy, program, stage, number)

    def headcount(self, lg: str, unit: str, day: date) -> str:
        return self._id("headcount", lg, unit, day.isoformat())

    def fiscal_year(self, fy: int) -> str:
        return self._id("fiscal-year", fy)

    def instant(self, day: date) -> str:
        return self._id("instant", day.isoformat())

    def change(self, lg: str, key: str, day: str) -> str:
        """A rename, merger or split (org:ChangeEvent) of the unit or program `key`."""
        return self._id("change", lg, key, day)

    def source(self, lg: str, fy: int, unit: str, stage: str) -> str:
        return self._id("source", lg, fy, unit, stage)

    def edition(self, source: str) -> tuple[str, int, str, str] | None:
        """(lg, fy, unit, stage) of an edition's IRI: `source()` the other way round; None for any other IRI."""
        parts = source.removeprefix(self.base + "id/source/").split("/")
        if source.startswith(self.base) and len(parts) == 4 and parts[1].isdigit():
            return parts[0], int(parts[1]), parts[2], parts[3]
        return None

    def form(self, lg: str, form: str) -> str:
        """The form (様式) by which a paper was read."""
        return self._id("form", lg, form)

    def place(self, source: str, start: int, end: int, term: str) -> str:
        """Where a value of property `term` stands in the edition `source` (an IRI of `source()`)."""
        return f"{source.replace('/id/source/', '/id/place/', 1)}/{start}-{end}-{term}"

    def correction(self, source: str, start: int, end: int) -> str:
        """What a person decided about the characters start…end of the edition `source`."""
        return f"{source.replace('/id/source/', '/id/correction/', 1)}/{start}-{end}"

    def activity(self, digest: str) -> str:
        return self._id("activity", digest)

    def agent(self, key: str) -> str:
        return self._id("agent", key)

    def graph(self, lg: str, fy: int, unit: str, stage: str) -> str:
        """The named graph with the facts of one paper edition."""
        return f"{self.base}graph/{lg}/{fy}/{unit}/{stage}"

    def provenance_graph(self, lg: str, fy: int, unit: str, stage: str) -> str:
        """The named graph that says where each value of that edition stands."""
        return f"{self.places_graphs}{lg}/{fy}/{unit}/{stage}"

    @property
    def places_graphs(self) -> str:
        """What the names of all provenance graphs begin with."""
        return f"{self.base}graph/provenance/"

    def registry_graph(self, lg: str) -> str:
        return f"{self.base}graph/registry/{lg}"

    def links_graph(self, lg: str) -> str:
        return f"{self.base}graph/links/{lg}"

    def inferred_graph(self, lg: str) -> str:
        return f"{self.base}graph/inferred/{lg}"

    @property
    def codes_graph(self) -> str:
        return f"{self.base}graph/codes"

    @property
    def queries_graph(self) -> str:
        """The named graph that holds the example queries."""
        return f"{self.base}graph/queries"

    def query(self, key: str) -> str:
        return self._id("query", key)

    def query_prefixes(self, prefix: str = "") -> str:
        """What declares the prefixes of the example queries, or the declaration of one."""
        return self._id("prefixes", prefix) if prefix else self._id("prefixes")

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint."""
        return f"{self.base}sparql"

    @property
    def meta_graph(self) -> str:
        return f"{self.base}graph/meta"

    def dataset(self, *parts: object) -> str:
        return self.base + "dataset/" + "/".join(str(part) for part in parts)

    def yearly(self, lg: str, fy: int) -> str:
        """The data set of one municipality and fiscal year."""
        return self.dataset(lg, SERIES, fy)

    def series(self, lg: str) -> str:
        """The series of a municipality's yearly data sets."""
        return f"{self.base}series/{lg}/{SERIES}"

    def distribution(self, path: str) -> str:
        """A file of the release by its path below `dumps/`; the dot of its suffix would ask for a format."""
        return f"{self.base}distribution/{path.replace('.', '-')}"

    def download(self, release: str, path: str) -> str:
        """The address of a file of a release."""
        return f"{self.base}dump/{release}/{path}"

    def catalog(self, page: int = 1) -> str:
        """The catalogue, or a further page of a long one."""
        return f"{self.base}catalog" if page == 1 else f"{self.base}catalog/{page}"

    @property
    def facts(self) -> str:
        """The data set of everything: the merged facts, as the default graph of the endpoint holds them."""
        return self.dataset("all")

    @property
    def void(self) -> str:
        """The document with the counts of everything (VoID)."""
        return self.base + "void"

    @property
    def service(self) -> str:
        """The SPARQL service; its address is `endpoint`."""
        return self.base + "service/sparql"

    def edition_of_graph(self, name: str) -> tuple[str, int, str, str] | None:
        """(lg, fy, unit, stage) of a name that `graph()` has made, None for any other."""
        parts = name.removeprefix(self.base + "graph/").split("/")
        if not name.startswith(self.base + "graph/") or len(parts) != 4 or not (parts[0] + parts[1]).isdigit():
            return None
        return parts[0], int(parts[1]), parts[2], parts[3]

    def release(self, identifier: str) -> str:
        """The page of a release."""
        return f"{self.base}releases/{identifier}"

    def document(self, thing: str) -> str:
        """The document that describes a thing: /id/… → /doc/…."""
        return self.base + "doc/" + thing.removeprefix(self.base + "id/")
