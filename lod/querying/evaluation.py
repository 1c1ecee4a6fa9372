"""One query over a release's store, its result written in pieces to an output that counts. Runs in a worker process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from lod import analysis, formats
from lod.formats import excel_csv
from lod.querying import remote, text_search
from lod.querying.dataset import merged
from lod.querying.federation import Ask, answered
from lod.querying.graphs import whole
from lod.querying.jobs import Limits, Outcome, QueryError
from lod.querying.kind import Kind, kind_of
from lod.stores.screening import screen
from lod.vocab import PREFIXES

if TYPE_CHECKING:
    from lod.querying.jobs import Job
    from lod.stores.oxigraph import Answer, ReleaseStore

PIECE = 64 * 1024
SMALL = 10_000
"""Triples up to which a graph is held to be written without repetition and with the prefixes that it uses."""
HELD = 200_000
"""Triples up to which a format that must be held whole (JSON-LD) is written."""
CONVERTED = 50_000
"""Rows up to which an answer from columns, which is JSON, is written anew in another format."""
_LABELLED = 10_000
_EXTENSIONS = {"json": "srj", "xml": "srx", "csv": "csv", "tsv": "tsv"}
_ROW_ENDS = {"json": b'}},{"', "xml": b"</result>", "tsv": b"\n"}
_SYNTAX = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
} | formats.DATASET_FORMATS
_CHOOSES = re.compile(r"\bFROM\b", re.IGNORECASE)


class Output:
    """A binary file that passes on pieces, and stops the evaluation at a limit of rows or bytes.

    Rows are counted in the text itself: by bytes that stand nowhere but between rows of that format, since texts are
    escaped there. In CSV a line end may stand within quotes.
    """

    def __init__(self, send: Callable[[bytes], None], limits: Limits, suffix: str) -> None:
        self._send = send
        self._limits = limits
        self._end = _ROW_ENDS.get(suffix, b"")
        self._is_csv = suffix in {"csv", excel_csv.SUFFIX}
        self._quoted = False
        self._held = bytearray()
        self._tail = b""
        self.bytes = self.rows = 0

    def write(self, data: bytes) -> int:
        self._held += data
        if len(self._held) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if not self._held:
            return
        piece = bytes(self._held)
        self._held.clear()
        self._count(piece)
        self._send(piece)

    def _count(self, piece: bytes) -> None:
        self.bytes += len(piece)
        if self._is_csv:
            for part in re.split(rb'(")', piece):
                if part == b'"':
                    self._quoted = not self._quoted
                elif not self._quoted:
                    self.rows += part.count(b"\n")
        elif self._end:
            self.rows += (self._tail + piece).count(self._end)
            self._tail = piece[-(len(self._end) - 1) :] if len(self._end) > 1 else b""
        self.check()

    def check(self) -> None:
        """Raises QueryError where a limit is passed. A header line may count as a row."""
        if self.rows > self._limits.rows + 1:
            raise QueryError(Outcome.ROWS, used=self.rows)
        if self.bytes > self._limits.bytes:
            raise QueryError(Outcome.BYTES, used=self.bytes)


def evaluate(
    store: ReleaseStore,
    job: Job,
    limits: Limits,
    output: Output,
    facts: analysis.Facts | None = None,
    ask: Ask = remote.ask,
) -> None:
    """Runs a query and writes its whole result: from `facts` where these can tell it. `ask` asks another endpoint.

    Raises QueryError.
    """
    try:
        chooses = bool(job.default_graphs or job.named_graphs)
        asked = answered(job.query, limits, ask) if screen(job.query).service else job.query
        text = text_search.prepared(asked, job.release, limits.seconds, has_dataset=chooses)
        pieces = _from_columns(facts, job, text) if facts is not None else None
        if pieces is not None and job.suffix == "json":
            for piece in pieces:
                output.write(piece)
            output.flush()
            return
        results: Answer | ox.QuerySolutions | ox.QueryBoolean
        if pieces is not None:
            results = ox.parse_query_results(b"".join(pieces), format=ox.QueryResultsFormat.JSON)
        else:
            results = _answer(store, job, text)
        if isinstance(results, ox.QueryTriples):
            _write_graph(_triples(store, job, results), job.suffix, limits, output)
        elif job.suffix == excel_csv.SUFFIX:
            excel_csv.write(table_rows(results), output)
        else:
            table_format = ox.QueryResultsFormat.from_extension(_EXTENSIONS.get(job.suffix, ""))
            if table_format is None:
                raise QueryError(Outcome.UNWRITABLE, job.suffix)
            results.serialize(cast("IO[bytes]", output), table_format)
        output.flush()
    except SyntaxError as error:
        raise QueryError(Outcome.SYNTAX, str(error)) from error
    except formats.UnserializableError as error:
        raise QueryError(Outcome.UNWRITABLE, str(error)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(Outcome.FAILED, str(error)) from error


def _answer(store: ReleaseStore, job: Job, text: str) -> Answer:
    found = merged(store, text, job.default_graphs, job.named_graphs, text_search.FUNCTIONS)
    if found is not None:
        return found
    return store.query(text, job.default_graphs, job.named_graphs, functions=text_search.FUNCTIONS)


def _from_columns(facts: analysis.Facts, job: Job, text: str) -> Iterator[bytes] | None:
    if job.default_graphs or job.named_graphs:
        return None
    return analysis.answer(facts, text, None if job.suffix == "json" else CONVERTED)


def table_rows(results: ox.QuerySolutions | ox.QueryBoolean) -> Iterator[list[str]]:
    """A result as texts, the names of its columns first (SPARQL 1.1 CSV 3; an ASK has no columns)."""
    if isinstance(results, ox.QueryBoolean):
        yield [str(bool(results)).lower()]
        return
    yield [variable.value for variable in results.variables]
    for row in results:
        yield ["" if term is None else getattr(term, "value", "") or str(term) for term in row]


def _triples(store: ReleaseStore, job: Job, results: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """A description comes with the names of what it points to, where the query sees the facts of the whole release."""
    chooses = bool(job.default_graphs or job.named_graphs) or _CHOOSES.search(job.query) is not None
    if chooses or kind_of(job.query) is not Kind.DESCRIBE:
        yield from results
        return
    mentioned: dict[ox.NamedNode, None] = {}
    for triple in results:
        yield triple
        if isinstance(triple.object, ox.NamedNode) and len(mentioned) < _LABELLED:
            mentioned[triple.object] = None
    for node in mentioned:
        yield from store.labels(node)


def _write_graph(triples: Iterator[ox.Triple], suffix: str, limits: Limits, output: Output) -> None:
    first: dict[ox.Triple, None] = {}
    most = SMALL if suffix in _SYNTAX else HELD
    for triple in triples:
        first[triple] = None
        if len(first) > limits.rows:
            raise QueryError(Outcome.ROWS, used=len(first))
        if len(first) == most:
            break
    else:
        output.write(whole(list(first), suffix))
        return
    if suffix not in _SYNTAX:
        raise QueryError(Outcome.TRIPLES, used=HELD)
    stream = _counted(first, triples, suffix, limits)
    ox.serialize(stream, cast("IO[bytes]", output), _SYNTAX[suffix], prefixes=PREFIXES)


def _counted(
    first: dict[ox.Triple, None], rest: Iterator[ox.Triple], suffix: str, limits: Limits
) -> Iterator[ox.Triple]:
    """The triples of a long graph as they come. One that follows far behind its like may come twice: it is the same
    graph (RDF 1.1 Concepts 3: a set)."""
    number = 0
    for source in (first, rest):
        for triple in source:
            number += 1
            if number > limits.rows:
                raise QueryError(Outcome.ROWS, used=number)
            if suffix == "rdf":
                formats.check_xml_name(triple)
            yield triple
