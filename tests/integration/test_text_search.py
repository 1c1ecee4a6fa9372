"""Text search from SPARQL: the index against a scan with text:contains, in every kind of place in a query."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from lod import release
from lod.config import Settings
from lod.querying import Outcome, QueryError
from lod.querying.found import find
from lod.querying.index import Index
from lod.querying.text_search import FUNCTIONS, contains, prepared
from lod.querying.words import words_of
from lod.search import layout
from lod.search.layout import PROPERTIES
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import PREFIXES, TEXT

HEAD = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("text", "mpol", "org", "skos", "schema", "dcterms", "foaf")
)
INDEXED = ", ".join(f"<{node.value}>" for node in PROPERTIES)
BASE = "https://lod.example.org/"
Ask = Callable[..., Any]


def indexed(thing: str, words: str, *properties: str) -> str:
    """The pattern that asks the index."""
    return f"{thing} text:matches " + (f'({" ".join(properties)} "{words}")' if properties else f'"{words}"')


def scanned(thing: str, words: str, *properties: str) -> str:
    """The same, by what it means."""
    stated = (
        f'{thing} ?_p ?_t FILTER(?_p IN ({", ".join(properties) or INDEXED})) FILTER(text:contains(?_t, "{words}"))'
    )
    return f"{{ SELECT DISTINCT {thing} ?g {{ {stated} }} }}"  # Oxigraph knows no ?g of GRAPH ?g that is not projected


class Asking:
    """A release's store, asked as the endpoint asks it."""

    def __init__(self, site: Settings) -> None:
        live = release.current(site.var)
        assert live
        self.folder: Path = live.path
        self.store: ReleaseStore = live.open()

    def __call__(self, query: str, graphs: tuple[str, ...] = ()) -> Any:  # noqa: ANN401  rows, truth or triples
        text = prepared(HEAD + query, self.folder, 10.0, has_dataset=bool(graphs))
        answer = self.store.query(text, graphs, functions=FUNCTIONS)
        if isinstance(answer, QueryBoolean):
            return bool(answer)
        if isinstance(answer, QueryTriples):
            return Counter(answer)
        assert isinstance(answer, QuerySolutions)
        names = sorted(variable.value for variable in answer.variables if not variable.value.startswith("_"))
        return Counter(tuple((name, row[name]) for name in names if row[name] is not None) for row in answer)


@pytest.fixture(scope="module")
def ask(invented_site: Settings) -> Asking:
    return Asking(invented_site)


WORDS = (
    "観光",
    "観光 ツアー",
    "補助金",
    "ｻﾝｷﾞｮｳ",
    "平成30年度",
    "H30",
    "“海辺の観光”",
    "市",
    "霧ケ浜",
    "そんな語はない",
)
QUERIES = {
    "alone": "SELECT * { M }",
    "joined": "SELECT * { ?x a ?type . M . ?x ?p ?o }",
    "first": "SELECT * { M . ?x a mpol:Initiative ; mpol:program ?program . }",
    "count": "SELECT (COUNT(*) AS ?n) { M }",
    "grouped": "SELECT ?type (COUNT(?x) AS ?n) { M . ?x a ?type } GROUP BY ?type HAVING (COUNT(?x) > 1)",
    "path": "SELECT * { M . ?x (mpol:hasOutcome|mpol:program)/skos:prefLabel? ?y }",
    "optional": "SELECT * { ?x a mpol:Outcome OPTIONAL { M . ?x mpol:stage ?stage } }",
    "after optional": "SELECT * { ?x a mpol:Initiative OPTIONAL { ?x mpol:hasOutcome ?y } M }",
    "union": "SELECT * { { M } UNION { ?x a mpol:FiscalYear } UNION { M . ?x a ?type } }",
    "minus": "SELECT * { ?x a mpol:Program MINUS { M } }",
    "exists": "SELECT * { ?x a mpol:Goal FILTER EXISTS { M } }",
    "not exists": "SELECT * { ?x a mpol:Goal FILTER NOT EXISTS { M } }",
    "exists in an expression": "SELECT * { ?x a mpol:Goal FILTER (true && (EXISTS { M })) }",
    "exists of a part": "SELECT ?i { ?i a mpol:Initiative FILTER EXISTS { ?i mpol:hasOutcome ?x . M } }",
    "bind": "SELECT * { M BIND(STR(?x) AS ?text) FILTER(STRLEN(?text) > 60) }",
    "exists bound": "SELECT ?x ?has { ?x a mpol:Goal BIND(EXISTS { M } AS ?has) }",
    "exists chosen": "SELECT ?x (EXISTS { M } AS ?has) { ?x a mpol:Program }",
    "subquery": "SELECT * { ?x a mpol:Outcome { SELECT ?x { M } ORDER BY ?x LIMIT 1000 } }",
    "nested": "SELECT * { { { M } } { ?x a ?type { M } } }",
    "graph": "SELECT * { GRAPH ?g { M } }",
    "graph joined": "SELECT ?x ?g ?type { GRAPH ?g { M . ?x a ?type } }",
    "graph and default": "SELECT * { M . GRAPH ?g { ?x a ?type } }",
    "one graph": f"SELECT * {{ GRAPH <{BASE}graph/991015/2018/sangyo-shinko-bu/final> {{ M }} }}",
    "registry": f"SELECT * {{ GRAPH <{BASE}graph/registry/991015> {{ M OPTIONAL {{ ?x ?p ?o }} }} }}",
    "meta": f"SELECT * {{ GRAPH <{BASE}graph/meta> {{ M }} }}",
    "from": f"SELECT * FROM <{BASE}graph/registry/991015> {{ M }}",
    "from named": f"SELECT * FROM NAMED <{BASE}graph/registry/991015> {{ GRAPH ?g {{ M }} }}",
    "values": f"SELECT * {{ VALUES ?x {{ <{BASE}id/program/991015/umibe-kanko> UNDEF }} M }}",
    "outer values": f"SELECT * {{ M }} VALUES ?x {{ <{BASE}id/program/991015/umibe-kanko> }}",
    "filters around": "SELECT * { FILTER(ISIRI(?x)) M FILTER(STRLEN(STR(?x)) > 10) ?x a ?type }",
    "shared blank node": "SELECT ?p ?x { _:a mpol:program ?p . FILTER(true) M . _:a mpol:hasOutcome ?x }",
    "semicolons": "SELECT * { ?x a ?type ; P ; mpol:stage ?stage ; ; mpol:hasMeasure ?m . ?m schema:value ?v }",
    "first of semicolons": "SELECT * { ?x P ; a ?type }",
    "semicolon at the end": "SELECT * { ?x a ?type ; P ; . }",
    "ask": "ASK { M . ?x a mpol:Goal }",
    "construct": "CONSTRUCT { ?x a mpol:Goal } WHERE { M . ?x a ?type }",
    "describe": "DESCRIBE ?x WHERE { M }",
    "strings": """SELECT * { M BIND("?x text:matches '} text' #" AS ?s) # ?x text:matches "no" }
                  BIND('''a "text:matches" ''' AS ?u) }""",
}


@pytest.mark.parametrize("words", ["観光", "観光 ツアー", "平成30年度", "霧ケ浜", "そんな語はない"])
@pytest.mark.parametrize("name", QUERIES)
def test_the_index_answers_as_a_scan_does(ask: Asking, name: str, words: str) -> None:
    query = QUERIES[name]
    slow = _filled(query, words, scanned).replace("_:a", "?a")
    assert ask(_filled(query, words, indexed)) == ask(slow)


def _filled(query: str, words: str, pattern: Callable[..., str]) -> str:
    query = re.sub(r"\bM\b", lambda _: pattern("?x", words), query)
    if " P " not in query:
        return query
    if pattern is indexed:
        return query.replace(" P ", f' text:matches "{words}" ').replace(" P;", "")
    rest = query.replace("; P ", "").replace(" P ; ", " ")
    return rest.replace("{ ?x", "{ " + scanned("?x", words) + " ?x", 1)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("graph", ["", f"{BASE}graph/registry/991015", f"{BASE}graph/991015/2018/fukushi-bu/interim"])
def test_the_protocols_data_set_counts(ask: Asking, words: str, graph: str) -> None:
    graphs = (graph,) if graph else ()
    assert ask(f"SELECT * {{ {indexed('?x', words)} }}", graphs) == ask(
        f"SELECT * {{ {scanned('?x', words)} }}", graphs
    )


@pytest.mark.parametrize(
    "properties", [("mpol:plannedAction",), ("mpol:resultText", "skos:prefLabel"), ("mpol:issue",)]
)
def test_properties_can_be_named(ask: Asking, properties: tuple[str, ...]) -> None:
    for words in WORDS:
        fast, slow = (f"SELECT * {{ {make('?x', words, *properties)} }}" for make in (indexed, scanned))
        assert ask(fast) == ask(slow)


@pytest.mark.parametrize("where", ["{ %s }", "{ GRAPH ?g { %s } }", "{ ?x a mpol:Outcome OPTIONAL { %s } }"])
@pytest.mark.parametrize("words", WORDS)
def test_text_and_property_come_with_the_thing(ask: Asking, words: str, where: str) -> None:
    graph = "?g" if "GRAPH" in where else ""
    fast = ask(f"SELECT {graph} ?x ?text ?property " + where % f'(?x ?score ?text ?property) text:matches "{words}"')
    pattern = f'?x ?property ?text FILTER(?property IN ({INDEXED})) FILTER(text:contains(?text, "{words}"))'
    assert fast == ask(f"SELECT {graph} ?x ?text ?property " + where % pattern)


def test_the_best_come_first_and_a_number_bounds_them(ask: Asking) -> None:
    found = ask('SELECT ?x ?score { (?x ?score) text:matches "観光" }')
    scores = sorted((float(row[0][1].value) for row in found), reverse=True)
    assert scores
    assert min(scores) > 0
    few = ask('SELECT ?x ?score { (?x ?score) text:matches ("観光" 3) }')
    assert len({row[1][1] for row in few}) == 3
    assert min(float(row[0][1].value) for row in few) >= scores[len(few)]
    assert len(ask('SELECT ?x { ?x text:matches ("観光" 2) }')) == 2


def test_a_thing_may_be_given(ask: Asking) -> None:
    umibe = f"<{BASE}id/program/991015/umibe-kanko>"
    for words, there in (("観光", True), ("観工", False)):
        assert ask(f'ASK {{ {umibe} text:matches "{words}" }}') is there
        assert ask(f'ASK {{ GRAPH <{BASE}graph/registry/991015> {{ {umibe} text:matches "{words}" }} }}') is there
        assert ask(f'ASK {{ GRAPH <{BASE}graph/meta> {{ {umibe} text:matches "{words}" }} }}') is False
        assert ask(f'ASK {{ {umibe} a mpol:Program ; text:search "{words}" }}') is there
    assert ask(f'ASK {{ {umibe} text:matches (mpol:plannedAction "観光") }}') is False


def test_any_spelling_of_the_name_is_understood(ask: Asking) -> None:
    expected = ask('SELECT * { ?x text:matches "観光" }')
    for query in (
        'SELECT * { ?x <https://w3id.org/mupol/text#matches> "観光" }',
        "PREFIX t: <https://w3id.org/mupol/text#> SELECT * { ?x t:matches '観光' }",
        'PREFIX : <https://w3id.org/mupol/text#> SELECT * { $x :matches """観光""" }',
        'BASE <https://w3id.org/mupol/> SELECT * { ?x <text#matches> "観光" }',
        'BASE <https://w3id.org/mupol/text> PREFIX q: <#> SELECT * { ?x q:matches "\\u89b3\\U00005149" }',
        'SELECT * WHERE{?x text:matches"観光".}',
        'SELECT * { ?x <https://w3id.org/mupol/\\u0074ext#matches> "観光" }',
        'SELECT * { # text:matches\n ?x # "{"\n text:matches # ;\n "観光" }',
    ):
        assert ask(query) == expected, query
    assert sum(expected.values()) > 5


def test_search_finds_what_the_page_finds(ask: Asking) -> None:
    index = Index(ask.folder / layout.FOLDER)
    for words in ("観光", "ツアー 霧ケ浜市 令和元年度", "市"):
        things = find(index, words_of(words), {}, 10.0).things
        with index.reading() as reading:
            iris = reading.iris(things)
        rows = ask(f'SELECT ?x ?rank {{ (?x ?rank) text:search "{words}" }}')
        assert rows == Counter(
            (("rank", Literal(rank)), ("x", NamedNode(iris[thing]))) for rank, thing in enumerate(things, 1)
        )
    found = ask(f'SELECT ?x {{ ?x text:search (mpol:Initiative <{BASE}id/fiscal-year/2018> "観光") }}')
    assert found
    assert all("/initiative/991015/2018/" in row[0][1].value for row in found)


REFUSED = {
    "text_path": [
        'SELECT * { ?x mpol:program/text:matches "観光" }',
        'SELECT * { ?x ^text:matches "観光" }',
        'SELECT * { ?x text:matches* "観光" }',
        'SELECT * { ?x (text:matches|skos:prefLabel) "観光" }',
    ],
    "text_objects": ['SELECT * { ?x text:matches "観光", "融資" }'],
    "text_subject": [
        'SELECT * { [] text:matches "観光" }',
        'SELECT * { _:b text:matches "観光" }',
        'SELECT * { [ text:matches "観光" ] mpol:program ?p }',
        'SELECT * { (?x ?x) text:matches "観光" }',
        'SELECT * { (?a ?b ?c ?d ?e) text:matches "観光" }',
        'SELECT * { (?a ?b ?c) text:search "観光" }',
        'SELECT * { (?x "1") text:matches "観光" }',
    ],
    "text_object": [
        "SELECT * { ?x text:matches ?words }",
        'SELECT * { ?x text:matches "観光"@ja }',
        "SELECT * { ?x text:matches 5 }",
        'SELECT * { ?x text:matches ("観光" 0) }',
        'SELECT * { ?x text:matches ("観光" "融資") }',
        'SELECT * { ?x text:matches (?p "観光") }',
        "SELECT * { ?x text:matches () }",
    ],
    "text_property": ['SELECT * { ?x text:matches (mpol:hasGoal "観光") }'],
    "text_words": [
        f'SELECT * {{ ?x text:matches "{"あ" * 201}" }}',
        'SELECT * { ?x text:matches "a b c d e f g h i" }',
    ],
    "text_empty": ['SELECT * { ?x text:matches "" }', 'SELECT * { ?x text:matches "　" }'],
    "text_graph": [
        'SELECT * { GRAPH ?g { ?x text:search "観光" } }',
        f'SELECT * FROM <{BASE}graph/meta> {{ ?x text:search "観光" }}',
    ],
    "text_construct": ['CONSTRUCT WHERE { ?x text:matches "観光" }'],
    "text_patterns": ["SELECT * { " + " . ".join('?x text:matches "観光"' for _ in range(17)) + " }"],
}


@pytest.mark.parametrize(("hint", "query"), [(hint, query) for hint, queries in REFUSED.items() for query in queries])
def test_what_cannot_be_answered_exactly_is_refused(ask: Asking, hint: str, query: str) -> None:
    with pytest.raises(QueryError) as refused:
        ask(query)
    assert (refused.value.outcome, refused.value.message) == (Outcome.TEXT_FORM, hint)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?x text:matches "観光" ',
        'SELECT * { ?x text:matches "観光" } }',
        'SELECT * { ?x text:matches "観光" . . }',
        'SELECT ?x { ?x text:matches "観光" } GROUP BY ?y',
        'SELECT * { ?x text:matches "観光 }',
        "SELECT * { ?x text:matches }",
    ],
)
def test_mistakes_are_told_by_the_parser_with_their_place(ask: Asking, query: str) -> None:
    with pytest.raises((SyntaxError, QueryError)) as mistaken:
        ask(query)
    if isinstance(mistaken.value, QueryError):
        assert mistaken.value.message == "text_place"


def test_names_that_are_only_mentioned_are_left_alone(ask: Asking) -> None:
    untouched = [
        'SELECT ("text:matches" AS ?x) {}',
        "SELECT * { ?x ?p text:matches }",
        "SELECT * { text:matches ?p ?o }",
        "SELECT * { ?x skos:prefLabel \"?x text:matches '観光'\" }",
        'SELECT * { ?x a mpol:Goal } # ?x text:matches "観光"',
        "CONSTRUCT { ?x text:matches ?y } WHERE { ?x skos:prefLabel ?y }",
        'SELECT * { SERVICE <http://example.org/> { ?x text:matches "観光" } }',
        "SELECT * { ?x text:matchesnot ?y }",
    ]
    for query in untouched:
        assert prepared(HEAD + query, ask.folder, 10.0, has_dataset=False) == HEAD + query


def test_contains_is_an_error_for_what_is_no_search() -> None:
    assert contains(Literal("ﾄﾘｲさん"), Literal("とりい")) == Literal(True)
    assert contains(Literal("鳥居"), Literal("とりい")) == Literal(False)
    assert contains(Literal("鳥居"), Literal("")) == Literal(False)
    assert contains(NamedNode(BASE), Literal("とりい")) is None
    assert contains(Literal("鳥居"), Literal("a b c d e f g h i")) is None
    assert TEXT.contains in FUNCTIONS


_TRIPLES = st.sampled_from(
    ["?x a ?type .", "?x mpol:program ?p .", "?i mpol:hasOutcome ?x .", "?x mpol:hasOutcome ?o .", "?x mpol:stage ?s ."]
)
_MAGIC = st.tuples(st.sampled_from(["?x", "?o", "?i"]), st.sampled_from(WORDS))


def _groups(depth: int) -> st.SearchStrategy[tuple[Any, ...]]:
    plain = st.one_of(_TRIPLES.map(lambda text: ("text", text)), _MAGIC.map(lambda pair: ("magic", *pair)))
    if not depth:
        return st.lists(plain, min_size=1, max_size=2).map(tuple)
    inner = _groups(depth - 1)
    element = st.one_of(
        plain,
        plain,
        st.tuples(st.sampled_from(["OPTIONAL", "MINUS", "", "FILTER EXISTS", "FILTER NOT EXISTS", "GRAPH ?g"]), inner),
        st.tuples(st.just("UNION"), inner, inner),
        st.tuples(st.just("SELECT"), inner),
    )
    return st.lists(element, min_size=1, max_size=3).map(tuple)


def _spelt(group: tuple[Any, ...], pattern: Callable[..., str]) -> str:
    parts = []
    for kind, *rest in group:
        match kind:
            case "text":
                parts.append(rest[0])
            case "magic":
                parts.append(pattern(*rest) + (" ." if pattern is indexed else ""))
            case "UNION":
                parts.append(" UNION ".join(_spelt(inner, pattern) for inner in rest))
            case "SELECT":
                parts.append(f"{{ SELECT DISTINCT ?x ?o {_spelt(rest[0], pattern)} }}")
            case _:
                parts.append(f"{kind} {_spelt(rest[0], pattern)}")
    return "{ " + " ".join(parts) + " }"


@pytest.mark.slow
@settings(max_examples=100, phases=[Phase.generate])  # a failure is small enough to be read; shrinking costs minutes
@given(_groups(2))
def test_any_query_is_answered_as_by_a_scan(sample: Asking, group: tuple[Any, ...]) -> None:
    fast, slow = (f"SELECT DISTINCT ?x ?o ?i {_spelt(group, pattern)} LIMIT 200000" for pattern in (indexed, scanned))
    assert sample(fast) == sample(slow)


@pytest.fixture(scope="module")
def sample(published: Settings) -> Asking:
    return Asking(published)


def sparql(client: FlaskClient, query: str, lang: str = "ja") -> Any:  # noqa: ANN401  JSON
    answer = client.get("/sparql", query_string={"query": HEAD + query, "format": "json", "lang": lang})
    return answer.status_code, answer.get_json()


def test_the_endpoint_answers(client: FlaskClient) -> None:
    status, found = sparql(client, 'SELECT ?x ?text { (?x ?score ?text) text:matches "七夕" } ORDER BY DESC(?score)')
    assert status == 200
    rows = found["results"]["bindings"]
    assert [row["x"]["value"] for row in rows] == [f"{BASE}id/outcome/142034/2016/kanko/final"]
    assert "七夕" in rows[0]["text"]["value"]
    _, scanned_rows = sparql(client, 'SELECT ?x { ?x ?p ?t FILTER(text:contains(?t, "タナバタ 七夕")) }')
    assert scanned_rows["results"]["bindings"] == []


def test_the_command_answers_too(published: Settings, tmp_path: Path) -> None:
    """`lod query` must not take the names for properties that nothing has, and find nothing."""
    asked = tmp_path / "asked.rq"
    for query, code, told in (
        ('SELECT ?x { ?x text:matches "七夕" }', 0, "outcome/142034/2016/kanko/final"),
        ('SELECT ?x { ?x ^text:matches "七夕" }', 2, "text_path"),
    ):
        asked.write_text(query, encoding="utf-8")
        command = [sys.executable, "-m", "lod.cli", "query", str(asked), "--format", "csv"]
        done = subprocess.run(command, cwd=published.var.parent, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == code, done.stderr
        assert told in done.stdout + done.stderr


def test_the_endpoint_says_what_is_wrong_and_where(client: FlaskClient) -> None:
    for lang, word in (("ja", "パス"), ("en", "path")):
        status, problem = sparql(client, 'SELECT * {\n  ?x ^text:matches "観光" }', lang)
        assert status == 400
        assert problem["type"].endswith("/problem/text_form")
        assert word in problem["detail"]
        assert (problem["line"], problem["column"]) == (HEAD.count("\n") + 2, 7)
        assert problem["excerpt"].splitlines()[1].endswith("^")
    status, problem = sparql(client, 'SELECT * { ?x text:matches "観光" . . }')
    assert status == 400
    assert problem["type"].endswith("/problem/syntax")
