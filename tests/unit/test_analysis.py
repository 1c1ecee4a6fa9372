"""Columns give the answers of the store, or none: hundreds of queries over facts of every kind, answered by both."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lod import analysis, config
from lod.analysis import Facts
from lod.analysis.algebra import Select
from lod.analysis.parsing import parse
from lod.stores import oxigraph
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore

EX = "https://x.example/"
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Both:
    """A store and the columns made from it."""

    store: ReleaseStore
    facts: Facts

    def from_columns(self, query: str) -> dict[str, Any] | None:
        """None where columns do not answer, or more than anybody would compare."""
        pieces = analysis.answer(self.facts, query, 5000)
        return None if pieces is None else json.loads(b"".join(pieces))

    def from_store(self, query: str) -> dict[str, Any]:
        results = self.store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        written = results.serialize(format=ox.QueryResultsFormat.JSON)
        assert written is not None
        return dict(json.loads(written))


def made(folder: Path, lines: str) -> Both:
    """Store and columns of some triples in N-Triples."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "facts.nq"
    source.write_text(lines, encoding="utf-8")
    quads = oxigraph.build(folder / "store", [source])
    store = ReleaseStore(folder / "store")
    draft = ReleaseDraft("r", folder, config.load({}, folder), (), store, 0, quads)
    analysis.write(draft)
    facts = analysis.opened(folder)
    assert facts is not None
    return Both(store, facts)


# Facts of every kind: links (p0 many, p5 one), whole numbers (p1), Japanese texts (p2), anything (p3), dates (p4)

TEXTS = (
    "観光",
    "観光案内所の整備",
    "商店街",
    "",
    "a.b",
    'quote " and \\ back',
    "two\nlines",
    "ｶﾅ",
    "𠮷野",
    "10",
    "<b>&",
)
ANYTHING = (
    *(f'"{text}"' for text in ("観光", "plain", "10", "")),
    *(f'"{text}"@{tag}' for text in ("観光", "plain") for tag in ("ja", "en", "ja-hira")),
    '"10"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"10.0"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    '"1.5e3"^^<http://www.w3.org/2001/XMLSchema#double>',
    '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    '"2016-04-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"2016"^^<http://www.w3.org/2001/XMLSchema#gYear>',
    f'"code"^^<{EX}datatype>',
    f"<{EX}s1>",
    f"<{EX}観光>",
)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _facts(seed: int, things: int) -> str:
    draw = random.Random(seed)  # noqa: S311  a seed, not a secret
    lines: dict[str, None] = {}

    def say(subject: int, predicate: int, value: str) -> None:
        lines[f"<{EX}s{subject}> <{EX}p{predicate}> {value} ."] = None

    for number in range(things):
        for _ in range(draw.randrange(4)):
            say(number, 0, f"<{EX}s{draw.randrange(things)}>")
        if draw.random() < 0.8:
            say(number, 1, f'"{draw.randrange(-5, 12)}"^^<http://www.w3.org/2001/XMLSchema#integer>')
        for _ in range(draw.randrange(3)):
            say(number, 2, f'"{_escaped(draw.choice(TEXTS))}"@ja')
        for _ in range(draw.randrange(3)):
            say(number, 3, draw.choice(ANYTHING))
        if draw.random() < 0.6:
            say(number, 4, f'"{draw.randrange(2015, 2018)}-04-01"^^<http://www.w3.org/2001/XMLSchema#date>')
        if draw.random() < 0.7:
            say(number, 5, f"<{EX}s{draw.randrange(things)}>")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module", params=[(1, 12), (2, 150)], ids=["few", "many"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Few things, where keys are searched for, and many, where tables of places are made."""
    seed, things = request.param
    return made(tmp_path_factory.mktemp("facts") / "made", _facts(seed, things))


# Queries

VARIABLES = ("a", "b", "c", "d")
PATHS = ("e:p0", "e:p5", "^e:p5", "e:p0/e:p5", "^e:p0/e:p1", "e:p5/e:p2", "(e:p0|e:p5)+", "(^e:p5|e:p0)+", "e:p5+")
OBJECTS = ("e:s1", "e:s2", "e:unknown", '"観光"@ja', '"plain"', "10", '"none"')


@st.composite
def triples(draw: Draw) -> str:
    subject = draw(st.sampled_from(["?a", "?a", "?b", "?c", "e:s1", "e:s3"]))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"{subject} {draw(st.sampled_from(PATHS))} {draw(st.sampled_from(['?b', '?c', '?d', 'e:s1', 'e:s4']))}"
    predicate = draw(st.sampled_from([f"e:p{number}" for number in range(6)]))
    value = draw(st.sampled_from(["?b", "?c", "?d", "?d", *OBJECTS]))
    return f"{subject} {predicate} {value}"


@st.composite
def filters(draw: Draw) -> str:
    name = draw(st.sampled_from(VARIABLES))
    return str(
        draw(
            st.sampled_from(
                [
                    f'CONTAINS(?{name}, "観光")',
                    f'CONTAINS(?{name}, "光案")',
                    f'CONTAINS(STR(?{name}), "1")',
                    f'CONTAINS(?{name}, "")',
                    f'STRSTARTS(?{name}, "観")',
                    f'STRSTARTS(STR(?{name}), "{EX}s1")',
                    f'REGEX(?{name}, "観光.*整備")',
                    f'REGEX(?{name}, "a.b")',
                    f'(LANG(?{name}) = "ja")',
                    f'(LANG(?{name}) = "")',
                    f"(?{name} = e:s1)",
                    f"(?{name} = 10)",
                    f"(?{name} < 7)",
                    f"(?{name} >= 2)",
                    f"(?{name} > 0 && ?{name} <= 9)",
                ]
            )
        )
    )


@st.composite
def groups(draw: Draw, depth: int = 0) -> str:
    parts = [text + " ." for text in draw(st.lists(triples(), min_size=1, max_size=3 - depth))]
    parts += [f"FILTER {text}" for text in draw(st.lists(filters(), max_size=1))]
    if depth < 2:
        parts += [f"OPTIONAL {text}" for text in draw(st.lists(groups(depth + 1), max_size=2 - depth))]
    return "{ " + " ".join(parts) + " }"


@st.composite
def queries(draw: Draw) -> str:
    where = draw(groups())
    names = [name for name in VARIABLES if f"?{name}" in where]
    head = f"PREFIX e: <{EX}> SELECT "
    if not names:
        return f"{head}(COUNT(*) AS ?n) {where}"
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    order: list[str]
    if draw(st.integers(0, 2)) == 0:
        keys = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        over = draw(st.sampled_from(names))
        what = draw(
            st.sampled_from(["COUNT(*)", "COUNT(?{})", "COUNT(DISTINCT ?{})", "SUM(?{})", "MIN(?{})", "MAX(?{})"])
        )
        head += " ".join(f"?{key}" for key in keys) + f" ({what.format(over)} AS ?n)"
        tail = " GROUP BY " + " ".join(f"?{key}" for key in keys) if keys else ""
        order = [*keys, "n"]
    else:
        head += ("DISTINCT " if draw(st.booleans()) else "") + " ".join(f"?{name}" for name in chosen)
        tail, order = "", chosen
    if draw(st.booleans()):
        wanted = draw(st.lists(st.sampled_from(order), min_size=1, max_size=2, unique=True))
        tail += " ORDER BY " + " ".join(draw(st.sampled_from([f"?{name}", f"DESC(?{name})"])) for name in wanted)
        if draw(st.booleans()):
            tail += f" LIMIT {draw(st.integers(0, 12))} OFFSET {draw(st.integers(0, 3))}"
    return f"{head} {where}{tail}"


def check(both: Both, query: str) -> bool:
    """Whether columns answered; if they did, it must be the store's answer, in the store's order."""
    ours = both.from_columns(query)
    if ours is None:
        return False
    theirs = both.from_store(query)
    assert ours["head"] == theirs["head"], query
    rows = [table["results"]["bindings"] for table in (ours, theirs)]
    counted = [Counter(json.dumps(row, sort_keys=True) for row in found) for found in rows]
    assert counted[0] == counted[1], query
    parsed = parse(query)
    assert isinstance(parsed, Select)
    keys = [[[row.get(name) for name, _ in parsed.order] for row in found] for found in rows]
    assert keys[0] == keys[1], query
    return True


@pytest.fixture(scope="module")
def answered() -> Iterator[Counter[bool]]:
    """How many queries columns answered: comparing would prove nothing if all went to the store."""
    counts: Counter[bool] = Counter()
    yield counts
    assert counts.total() < 100 or counts[True] > counts.total() / 4, counts


@settings(max_examples=600)
@given(query=queries())
def test_columns_answer_as_the_store_does(both: Both, answered: Counter[bool], query: str) -> None:
    answered[check(both, query)] += 1


ASKED = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?a ?t { ?a e:p2 ?t } ORDER BY ?t ?a",
    "SELECT ?a ?n { ?a e:p1 ?n } ORDER BY DESC(?n) ?a LIMIT 3",
    "SELECT ?a ?n ?t { ?a e:p0 ?b OPTIONAL { ?b e:p1 ?n OPTIONAL { ?b e:p2 ?t } } } ORDER BY ?n",
    "SELECT ?d (SUM(?n) AS ?s) (COUNT(?n) AS ?c) (MIN(?n) AS ?l) { ?a e:p4 ?d ; e:p1 ?n } GROUP BY ?d ORDER BY ?d",
    "SELECT DISTINCT ?b { ?a e:p0/e:p5 ?b }",
    "SELECT ?x { ?x (e:p0|e:p5)+ e:s1 }",
    "SELECT ?x { e:s1 (e:p0|^e:p5)+ ?x } ORDER BY ?x",
    'SELECT ?a ?t { ?a e:p2 ?t FILTER CONTAINS(?t, "観光") } ORDER BY ?a ?t',
    'SELECT ?a ?t { ?a e:p3 ?t FILTER REGEX(STR(?t), "pl[a-z]in") } ORDER BY ?a',
]


@pytest.mark.parametrize("query", ASKED)
def test_what_is_asked_most_is_answered_by_columns(both: Both, query: str) -> None:
    assert check(both, f"PREFIX e: <{EX}> {query}") or "p3" in query


def test_what_is_said_of_a_thing_is_what_the_store_says_in_its_order(both: Both) -> None:
    store, facts = both.store, both.facts
    every = list(store.all_facts())
    things = dict.fromkeys(
        node.value for triple in every for node in (triple.subject, triple.object) if isinstance(node, ox.NamedNode)
    )
    assert sum(len(facts.about(iri)) for iri in things) == len(every)
    for iri in things:
        assert facts.about(iri) == list(store.facts(iri)), iri
        pointing = list(store.triples(value=ox.NamedNode(iri)))
        assert facts.pointing_to(iri, 1000) == pointing
        assert facts.pointing_to(iri, 2, 1) == pointing[1:3]
        assert facts.count_pointing_to(iri) == len(pointing)
        for number in range(7):
            predicate = ox.NamedNode(f"{EX}p{number}")
            for most in (1, 100):
                expected = store.subjects(predicate, ox.NamedNode(iri), most)
                assert facts.subjects(predicate.value, iri, most) == expected


def test_what_nobody_speaks_of_has_no_facts(both: Both) -> None:
    for iri in (f"{EX}none", "", f"{EX}p0", "観光"):
        assert facts_around(both.facts, iri) == ([], [], 0, [])


def facts_around(facts: Facts, iri: str) -> tuple[object, ...]:
    return (
        facts.about(iri),
        facts.pointing_to(iri, 10),
        facts.count_pointing_to(iri),
        facts.subjects(f"{EX}p0", iri, 10),
    )


@st.composite
def damaged(draw: Draw) -> str:
    """A query with a word or two taken out, doubled, or put in from another one."""
    words = draw(st.sampled_from(ASKED)).split()
    others = " ".join(ASKED).split()
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + 1] = draw(st.sampled_from([[], [words[at]] * 2, [draw(st.sampled_from(others))]]))
        words = words or ["SELECT"]
    return f"PREFIX e: <{EX}> {' '.join(words)}"


@settings(max_examples=1500)
@given(query=damaged())
def test_a_mistake_is_never_taken_for_a_query(both: Both, query: str) -> None:
    """Where the store finds a syntax error, columns have no answer; where it finds none, they have the same."""
    check(both, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?a { ?a e:p0 ?b } LIMIT 3",
        "SELECT ?a { { ?a e:p0 ?b } UNION { ?a e:p5 ?b } }",
        "SELECT ?a { ?a e:p0 ?b . BIND(1 AS ?c) }",
        "SELECT ?a { ?a e:p0 ?b FILTER NOT EXISTS { ?b e:p1 ?n } }",
        "SELECT ?a FROM <https://x.example/g> { ?a e:p0 ?b }",
        "SELECT (AVG(?n) AS ?m) { ?a e:p1 ?n }",
        "SELECT ?a { ?a e:p0* ?b }",
        "SELECT ?a ?n { ?a e:p1 ?n } ORDER BY ?b",
        "SELECT ?a { ?a e:p0 ?a }",
        "SELECT ?p { ?s ?p ?o }",
        "SELECT ?p { ?s ?p ?s }",
        "SELECT ?p { ?s ?p ?o , ?q }",
        "SELECT ?p { ?s ?p ?o OPTIONAL { ?o e:p1 ?n } }",
        "SELECT ?a { ?a e:p0 ?b OPTIONAL { ?b ?p ?n } }",
        "SELECT ?a { GRAPH ?g { ?a e:p0 ?b OPTIONAL { ?b e:p1 ?n } } }",
        "SELECT ?a { GRAPH ?g { ?a e:p0 ?b } ?b e:p1 ?n }",
        "SELECT ?a { GRAPH ?g { ?a e:p0 ?b } GRAPH ?h { ?b e:p1 ?n } }",
        "SELECT ?a { GRAPH ?g { GRAPH ?h { ?a e:p0 ?b } } }",
        "SELECT ?a { GRAPH ?g { ?a e:p0+ e:s1 } }",
        "SELECT ?a { GRAPH ?g { ?a e:p0 ?b FILTER STRSTARTS(STR(?g), 'h') } }",
        "SELECT ?a { GRAPH ?g { ?a e:p0 ?b } FILTER (?z = e:s1) }",
        "SELECT ?a { GRAPH 'x' { ?a e:p0 ?b } }",
        "SELECT ?g { GRAPH ?g { } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a e:p0 ?b } }",
        "DESCRIBE",
        "DESCRIBE *",
        "DESCRIBE ?a { ?a e:p0 ?b }",
        "DESCRIBE e:s1 ?a",
        "DESCRIBE e:s1 e:s2",
        "DESCRIBE e:s1 FROM e:g",
        "DESCRIBE e:s1 LIMIT 1",
        "DESCRIBE a",
        "DESCRIBE 'text'",
        "SELECT * { ?a e:p0 ?b }",
        'SELECT ?a { ?a e:p2 ?t FILTER REGEX(?t, "(a+)+$") }',
        'SELECT ?a { ?a e:p2 ?t FILTER REGEX(?t, "観光", "i") }',
        'SELECT ?a { ?a e:p2 "two\\nlines"@ja }',
        "SELECT ?a { ?a e:p1 01 }",
        "SELECT ?a { ?a e:p0.x:y ?b }",
        "SELECT ?z { ?a e:p0 ?b }",
        "SELECT ?a (COUNT(*) AS ?n) { ?a e:p0 ?b }",
        "ASK { ?a e:p0 ?b }",
        "nonsense",
        "",
    ],
)
def test_what_is_not_certain_goes_to_the_store(query: str) -> None:
    assert parse(f"PREFIX e: <{EX}> {query}") is None


def test_a_cut_between_equals_is_for_the_store(tmp_path: Path) -> None:
    """Which of two rows of one order comes first would be chance."""
    lines = "".join(
        f'<{EX}s{number}> <{EX}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n' for number in range(4)
    )
    both = made(tmp_path, lines)
    assert both.from_columns(f"SELECT ?s ?n {{ ?s <{EX}p> ?n }} ORDER BY ?n LIMIT 2") is None
    assert both.from_columns(f"SELECT ?s ?n {{ ?s <{EX}p> ?n }} ORDER BY ?n ?s LIMIT 2") is not None


@pytest.mark.parametrize(
    "line", [f"_:b <{EX}p> <{EX}o> .\n", f'<{EX}s> <{EX}p> "a\\u0000b" .\n'], ids=["blank node", "zero byte"]
)
def test_facts_that_columns_cannot_hold_are_left_to_the_store(tmp_path: Path, line: str) -> None:
    with pytest.raises(AssertionError):
        made(tmp_path, line)
    assert analysis.opened(tmp_path) is None


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    lines = _facts(3, 20)
    made(tmp_path / "one", lines)
    made(tmp_path / "two", "".join(sorted(lines.splitlines(keepends=True))))
    for path in (tmp_path / "one" / "columns").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / "columns" / path.name).read_bytes(), path.name


def _small(facts: Facts, query: str) -> tuple[int, bytes] | None:
    parsed = parse(query)
    assert isinstance(parsed, Select)
    return analysis.answer_small(facts, parsed)


def test_small_queries_are_answered_on_the_spot_and_others_are_not(tmp_path: Path) -> None:
    """The same bytes either way; never a search, a path to the end, or more rows than a moment allows."""
    lines = "".join(
        f'<{EX}s{number}> <{EX}p> "{number}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        f"<{EX}s{number}> <{EX}in> <{EX}all> .\n<{EX}s{number}> <{EX}near> <{EX}s{number // 100}> .\n"
        for number in range(5000)
    )
    facts = made(tmp_path, lines).facts
    few = f"SELECT ?s ?n {{ ?s <{EX}near> <{EX}s7> ; <{EX}p> ?n }} ORDER BY ?n"
    found, whole = _small(facts, few), analysis.answer(facts, few)
    assert found is not None
    assert whole is not None
    assert found == (100, b"".join(whole))
    for query in (
        f"SELECT ?s {{ ?s <{EX}in> <{EX}all> }}",
        f"SELECT ?s ?n {{ ?s <{EX}p> ?n }} ORDER BY ?n LIMIT 3",
        f'SELECT ?s {{ ?s <{EX}near> <{EX}s7> ; <{EX}p> ?n FILTER CONTAINS(STR(?n), "7") }}',
        f"SELECT ?s {{ ?s <{EX}near>+ <{EX}s7> }}",
        "SELECT ?s { " + f"?s <{EX}near> <{EX}s7> . " * 20 + "}",
    ):
        assert _small(facts, query) is None, query
        assert analysis.answer(facts, query) is not None, query
