"""What is answered on the spot is what a worker answers: hundreds of look-ups, answered both ways."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lod import analysis
from lod.analysis.algebra import Describe, Select
from lod.formats import excel_csv
from lod.querying.evaluation import Output, evaluate
from lod.querying.jobs import Job, Limits, QueryError
from lod.querying.small import MOST_DESCRIBED, at_once
from lod.stores.oxigraph import ReleaseStore
from tests.unit.test_analysis import ANYTHING, EX, Draw, _facts, filters, made

LIMITS = Limits()
FORMATS = ("nt", "ttl", "jsonld", "rdf", "trig", "nq")
NAMES = "".join(
    f'<{EX}s{number}> <http://www.w3.org/2004/02/skos/core#prefLabel> "thing {number}"@{tag} .\n'
    f'<{EX}s{number}> <http://www.w3.org/2000/01/rdf-schema#label> "{number}" .\n'
    for number in range(0, 40, 2)
    for tag in ("ja", "en")
)


def _quads(seed: int, things: int) -> str:
    """Merged facts; each also stated by some of six graphs, which state more besides, also of themselves."""
    draw = random.Random(seed)  # noqa: S311  a seed, not a secret
    facts = _facts(seed, things) + NAMES
    lines = [facts]
    for line in facts.splitlines():
        for graph in draw.sample(range(6), draw.choice((0, 1, 1, 2))):
            lines.append(f"{line[:-1]}<{EX}g{graph}> .\n")
    for graph in range(6):
        lines.append(f"<{EX}g{graph}> <{EX}p0> <{EX}s{graph}> <{EX}g{graph}> .\n")
        lines.append(f"<{EX}s{graph}> <{EX}p3> {draw.choice(ANYTHING)} <{EX}g{(graph + 1) % 6}> .\n")
        lines.append(f"<{EX}s1> <{EX}p0> <{EX}g{graph}> <{EX}g{graph}> .\n")
    return "".join(lines)


@pytest.fixture(scope="module", params=[(1, 12), (2, 150)], ids=["few", "many"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    seed, things = request.param
    path = tmp_path_factory.mktemp("lookups") / "made"
    made(path, _quads(seed, things))
    return path


@pytest.fixture(scope="module")
def store(folder: Path) -> ReleaseStore:
    return ReleaseStore(folder / "store")


def by_worker(store: ReleaseStore, job: Job) -> bytes | None:
    """What a worker writes without columns; None where it fails."""
    pieces: list[bytes] = []
    try:
        evaluate(store, job, LIMITS, Output(pieces.append, LIMITS, job.suffix))
    except QueryError:
        return None
    return b"".join(pieces)


TERMS = ("e:s1", "e:s2", "e:s3", "e:s4", "e:g1", "e:unknown", '"観光"@ja', '"plain"', "10", "e:観光")
NODES = ("?a", "?b", "?c", "?d", "?g")


@st.composite
def patterns(draw: Draw) -> str:
    subject = draw(st.sampled_from(["e:s1", "e:s2", "e:s3", "e:g1", "?a", "?a", "?b", "?c"]))
    predicate = draw(st.sampled_from(["e:p0", "e:p1", "e:p2", "e:p3", "e:p5", "e:p0/e:p5", "^e:p0", "?p", "?p", "?q"]))
    return f"{subject} {predicate} {draw(st.sampled_from([*NODES, *NODES, *TERMS]))}"


@st.composite
def selects(draw: Draw) -> str:
    inside = " . ".join(draw(st.lists(patterns(), min_size=1, max_size=3)))
    condition = " ".join(f"FILTER {text}" for text in draw(st.lists(filters(), max_size=1)))
    condition = condition.replace("?d", draw(st.sampled_from(["?g", "?p", "?d"])))
    graph = draw(st.sampled_from(["", "?g", "?g", "?g", "?a", "e:g1", "e:g2", "e:none"]))
    within = draw(st.booleans())
    where = f"{inside} {condition if within else ''}"
    where = f"GRAPH {graph} {{ {where} }} {'' if within else condition}" if graph else f"{inside} {condition}"
    names = [name for name in ("a", "b", "c", "d", "g", "p", "q") if f"?{name}" in where] or ["a"]
    shown = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    head = f"SELECT {'DISTINCT ' if draw(st.booleans()) else ''}" + " ".join(f"?{name}" for name in shown)
    tail = ""
    if draw(st.booleans()):
        wanted = draw(st.lists(st.sampled_from(shown), min_size=1, max_size=2, unique=True))
        tail = " ORDER BY " + " ".join(draw(st.sampled_from([f"?{name}", f"DESC(?{name})"])) for name in wanted)
        if draw(st.booleans()):
            tail += f" LIMIT {draw(st.integers(0, 8))} OFFSET {draw(st.integers(0, 2))}"
    return f"PREFIX e: <{EX}> {head} {{ {where} }}{tail}"


@pytest.fixture(scope="module")
def answered() -> Iterator[Counter[bool]]:
    """How many were answered on the spot: comparing would prove nothing if none were."""
    counts: Counter[bool] = Counter()
    yield counts
    assert counts.total() < 100 or counts[True] > counts.total() / 5, counts


def _rows(body: bytes) -> tuple[Any, list[Any]]:
    table = json.loads(body)
    return table["head"], table["results"]["bindings"]


@settings(max_examples=1000)
@given(query=selects())
def test_rows_are_those_of_a_worker(folder: Path, store: ReleaseStore, answered: Counter[bool], query: str) -> None:
    job = Job(query, "json", folder)
    found = at_once(job, LIMITS, store)
    answered[found is not None] += 1
    if found is None:
        return
    expected = by_worker(store, job)
    assert expected is not None, query
    (head, ours), (its_head, theirs) = _rows(found[1]), _rows(expected)
    assert head == its_head
    assert found[0] == len(ours)
    assert Counter(map(json.dumps, ours)) == Counter(map(json.dumps, theirs)), query
    parsed = analysis.parse(query)
    assert isinstance(parsed, Select)
    keys = [[[row.get(name) for name, _ in parsed.order] for row in rows] for rows in (ours, theirs)]
    assert keys[0] == keys[1], query


@settings(max_examples=300)
@given(
    thing=st.sampled_from([*(f"e:s{n}" for n in range(40)), "e:g1", "e:none", "e:p0", f"<{EX}観光>"]),
    suffix=st.sampled_from(FORMATS),
)
def test_descriptions_are_those_of_a_worker(folder: Path, store: ReleaseStore, thing: str, suffix: str) -> None:
    """Byte for byte, the names of what they mention included."""
    job = Job(f"PREFIX e: <{EX}>\nDESCRIBE {thing} # {suffix}", suffix, folder)
    found = at_once(job, LIMITS, store)
    assert isinstance(analysis.parse(job.query), Describe)
    assert found is not None
    assert found[1] == by_worker(store, job)


ASKED = (
    "SELECT ?g ?a { GRAPH ?g { ?a e:p0 e:s1 ; e:p5 ?b } FILTER STRSTARTS(STR(?g), 'https') }",
    "SELECT ?p ?o { e:s1 ?p ?o }",
    "SELECT ?s ?p { ?s ?p e:s2 } ORDER BY ?s ?p",
    "SELECT ?g { GRAPH ?g { e:s1 e:p0 e:s2 } }",
    "SELECT ?o { GRAPH e:g1 { e:s1 ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { e:s1 ?p ?o } } ORDER BY ?g",
)


@pytest.mark.parametrize("query", ASKED)
def test_what_is_looked_up_most_is_answered_on_the_spot(folder: Path, store: ReleaseStore, query: str) -> None:
    assert at_once(Job(f"PREFIX e: <{EX}> {query}", "json", folder), LIMITS, store) is not None


@st.composite
def damaged(draw: Draw) -> str:
    """A look-up with a word or two taken out, doubled, or put in from another one."""
    asked = [*ASKED, "DESCRIBE e:s1"]
    words = draw(st.sampled_from(asked)).split()
    others = " ".join(asked).split()
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + 1] = draw(st.sampled_from([[], [words[at]] * 2, [draw(st.sampled_from(others))]]))
        words = words or ["SELECT"]
    return f"PREFIX e: <{EX}> {' '.join(words)}"


@settings(max_examples=1000)
@given(query=damaged())
def test_a_mistake_is_never_taken_for_a_look_up(folder: Path, store: ReleaseStore, query: str) -> None:
    suffix = "nt" if "DESCRIBE" in query and "SELECT" not in query else "json"
    job = Job(query, suffix, folder)
    found = at_once(job, LIMITS, store)
    if found is None:
        return
    expected = by_worker(store, job)
    assert expected is not None, query
    if suffix == "nt":
        assert found[1] == expected, query
    else:
        assert Counter(map(json.dumps, _rows(found[1])[1])) == Counter(map(json.dumps, _rows(expected)[1])), query


def test_what_takes_more_than_a_moment_is_for_a_worker(tmp_path: Path) -> None:
    lines = "".join(
        f"<{EX}s{n}> <{EX}in> <{EX}all> .\n<{EX}s{n}> <{EX}in> <{EX}all> <{EX}g> .\n<{EX}all> <{EX}has> <{EX}s{n}> .\n"
        for n in range(MOST_DESCRIBED + 600)
    )
    made(tmp_path / "made", lines)
    store = ReleaseStore(tmp_path / "made" / "store")
    for query, suffix in (
        (f"DESCRIBE <{EX}all>", "nt"),
        (f"SELECT ?s {{ GRAPH ?g {{ ?s <{EX}in> <{EX}all> }} }}", "json"),
        (f"SELECT ?s {{ GRAPH ?g {{ ?s <{EX}in> ?o }} }}", "json"),
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", "json"),
        (f"SELECT ?s ?p {{ ?s ?p <{EX}all> }}", "json"),
        (f"SELECT ?p ?o {{ ?s <{EX}in> <{EX}all> . <{EX}s1> ?p ?o }}", "json"),
    ):
        job = Job(query, suffix, tmp_path / "made")
        assert at_once(job, LIMITS, store) is None, query
        assert by_worker(store, job), query
    assert at_once(Job(f"DESCRIBE <{EX}s1>", "nt", tmp_path / "made"), LIMITS, store) is not None
    assert at_once(Job(f"DESCRIBE <{EX}s1>", "nt", tmp_path / "made"), Limits(rows=0), store) is None
    assert at_once(Job(f"DESCRIBE <{EX}s1>", "nt", tmp_path / "made"), Limits(bytes=9), store) is None


@pytest.mark.parametrize(
    ("query", "suffix"),
    [
        ("PREFIX t: <https://w3id.org/mupol/text#> SELECT ?x { ?x t:matches '観光' }", "json"),
        ("SELECT ?x { ?x <https://w3id.org/mupol/text#search> '観光' }", "json"),
        ("SELECT ?s { GRAPH ?g { ?s <https://w3id.org/mupol/text#matches> '観光' } }", "json"),
        (f"SELECT ?p ?o {{ <{EX}s1> ?p ?o }}", excel_csv.SUFFIX),
        (f"DESCRIBE <{EX}s1>", "json"),
    ],
)
def test_the_text_index_and_tables_are_for_a_worker(folder: Path, store: ReleaseStore, query: str, suffix: str) -> None:
    assert at_once(Job(query, suffix, folder), LIMITS, store) is None


def test_chosen_graphs_are_for_a_worker(folder: Path, store: ReleaseStore) -> None:
    for graphs in (((f"{EX}g1",), ()), ((), (f"{EX}g1",))):
        assert at_once(Job(f"DESCRIBE <{EX}s1>", "nt", folder, *graphs), LIMITS, store) is None
