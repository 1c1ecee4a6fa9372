"""The query page of a site without a server: answers as the endpoint gives them, from files, within the browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route, expect

from lod import release
from lod.config import Settings
from lod.iri import Mint
from lod.mapping import example_queries
from lod.site import export
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.site import EXTENSION
from lod.web.sparql_chart import Chart, chart_of
from tests.browser.hosting import hosted
from tests.browser.looking import assert_accessible, assert_fits
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STATIC = ROOT / "lod" / "web" / "static"
XSD = PREFIXES["xsd"]
HARD = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_ASK = """async ([url, bytes, queries]) => {
  const worker = new Worker("static/offline/query-worker.js", { type: "module" });
  const next = (message) => new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => { if (data.progress === undefined) resolve(data); };
    worker.postMessage(message);
  });
  const loaded = await next({ files: [{ url: new URL(url, location.href).href, bytes, format: "trig" }] });
  if (loaded.failed) return [loaded];
  const found = [];
  for (const [query, format] of queries) found.push(await next({ query, format, prefixes: {} }));
  worker.terminate();
  return found;
}"""


def answers(page: Page, settings: Settings, folder: Path, queries: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """What the worker says to queries (text, media type) over the whole release."""
    live = release.current(settings.var)
    assert live
    whole = live.path / "dumps" / "all.trig.gz"
    for name in ("offline/query-worker.js", "vendor/oxigraph.js", "vendor/oxigraph_bg.wasm"):
        (folder / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(STATIC / name, folder / "static" / name)
    shutil.copy(whole, folder)
    (folder / "index.html").write_text('<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">')
    with hosted(folder) as address:
        page.goto(address)
        found: list[dict[str, Any]] = page.evaluate(_ASK, [whole.name, whole.stat().st_size, queries])
    return found


def told(query: str, table: dict[str, Any]) -> object:
    """What SPARQL promises of a result: its rows as often as they come, and the order of what it is ordered by."""
    if "boolean" in table:
        return table["boolean"]
    names, bindings = table["head"]["vars"], table["results"]["bindings"]
    ordered = [name for name in re.findall(r"[?](\w+)", query.rpartition("ORDER BY")[2]) if name in names]
    sequence = [[row.get(name) for name in ordered] for row in bindings] if "ORDER BY" in query else []
    return names, sorted(sorted((name, _term(query, term)) for name, term in row.items()) for row in bindings), sequence


def _term(query: str, term: dict[str, str]) -> list[tuple[str, str]]:
    """The order in which GROUP_CONCAT joins is nobody's promise (SPARQL 1.1 Query 18.5.1.7)."""
    joined = "GROUP_CONCAT" in query and term["type"] == "literal"
    value = "、".join(sorted(term["value"].split("、"))) if joined else term["value"]
    return sorted({**term, "value": value}.items())


def ask(client: FlaskClient, query: str, accept: str) -> Any:  # noqa: ANN401  JSON, or the lines of a graph
    answer = client.post("/sparql", data=query, content_type="application/sparql-query", headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer.get_json() if answer.is_json or "json" in accept else sorted(set(answer.text.splitlines()))


@pytest.mark.parametrize("which", ["published", "invented_site"])
def test_every_example_is_answered_as_the_endpoint_does(
    page: Page, request: pytest.FixtureRequest, tmp_path: Path, which: str
) -> None:
    """And queries over the data set of the endpoint: the merged facts, named graphs, graphs that are named together."""
    chosen: Settings = request.getfixturevalue(which)
    app = create_app(chosen)
    client = app.test_client()
    mint = Mint(chosen.base)
    graphs = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?o } } ORDER BY ?g LIMIT 4", "application/json")
    names = [row["g"]["value"] for row in graphs["results"]["bindings"]]
    city = "142034" if which == "published" else "991015"
    together = f"BASE <{names[0]}>\nSELECT (COUNT(*) AS ?n) FROM <> FROM <{names[1]}> FROM <{names[2]}> {{ ?s ?p ?o }}"
    queries = [one.text for one in example_queries() if PREFIXES["text"] not in one.text]
    queries += [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        together,
        f"SELECT (COUNT(*) AS ?n) FROM NAMED <{names[1]}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{mint.municipality(city)}>",
        "ASK { ?s ?p 'no such text' }",
    ]
    is_graph = [bool(re.search(r"^\s*(CONSTRUCT|DESCRIBE)\b", query, re.MULTILINE)) for query in queries]
    media = ["application/n-triples" if graph else "application/sparql-results+json" for graph in is_graph]
    page.goto("about:blank")
    ours = answers(page, chosen, tmp_path, list(zip(queries, media, strict=True)))
    assert sum(is_graph) >= 2
    for query, accept, graph, found in zip(queries, media, is_graph, ours, strict=True):
        assert "failed" not in found, found
        expected = ask(client, query, accept)
        if graph:
            assert sorted(set(found["text"].splitlines())) == expected, query
        else:
            assert told(query, json.loads(found["text"])) == told(query, expected), query
    app.extensions[EXTENSION].pool.close()


# The page


@pytest.fixture(scope="module")
def exported(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("queried")
    export(published, folder / "city")
    return folder


@pytest.fixture(scope="module")
def host(exported: Path) -> Iterator[str]:
    with hosted(exported) as address:
        yield f"{address}/city"


def run(page: Page, host: str, query: str, name: str = "sparql.html") -> None:
    page.goto(f"{host}/{name}?{urlencode({'query': query})}")
    page.get_by_role("button", name="検索する" if name == "sparql.html" else "Run", exact=True).click()


def test_the_keyboard_is_enough(page: Page, host: str) -> None:
    """From an example to its table, chart and link; nothing is loaded before a query runs."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host}/sparql.html")
    page.locator(".examples a", has_text="報告された数量").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#about")).to_contain_text("最終報告")
    expect(page.locator("#size")).to_contain_text("MB")
    assert not [url for url in asked if ".wasm" in url or "/dump/" in url]
    page.keyboard.press("Control+Enter")
    expect(page.locator("table.results tbody tr")).to_have_count(5)
    expect(page.locator(".bars .figure").first).to_have_text("15")
    expect(page.locator("#results")).to_be_focused()
    expect(page.locator("#held")).to_contain_text("4,")
    assert_accessible(page)
    assert_fits(page, 320)
    page.goto(page.locator("#share").evaluate("link => link.href"))
    expect(page.locator(".CodeMirror")).to_contain_text("measuredItem")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everybody_can_use_it(page: Page, host: str, lang: str) -> None:
    name = "sparql.html" if lang == "ja" else "sparql.en.html"
    page.goto(f"{host}/{name}")
    expect(page.locator(".CodeMirror")).to_be_visible()
    assert_accessible(page)
    assert_fits(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    things = "SELECT ?thing ?type { ?thing a ?type } ORDER BY ?type ?thing LIMIT 60"
    run(page, host, things, name)
    expect(page.locator("table.results tbody tr")).to_have_count(60)
    links = set(page.locator("table.results a").evaluate_all("links => links.map((link) => link.href)"))
    own = {link for link in links if link.startswith(host)}
    assert len(own) > 10
    for link in own:
        assert page.request.get(link).status == 200, link


def test_graphs_files_and_yes_or_no(page: Page, host: str) -> None:
    run(page, host, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 5")
    expect(page.locator("#outcome pre")).to_contain_text(" a ")
    run(page, host, "ASK { ?s ?p ?o }")
    expect(page.locator(".answer")).to_contain_text("はい")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert "true" in Path(download.value.path()).read_text(encoding="utf-8")
    page.goto(f"{host}/sparql.html?{urlencode({'query': 'SELECT ?s { ?s ?p ?o } LIMIT 3'})}")
    page.locator("#format").select_option("csv")
    with page.expect_download() as download:
        page.locator("#run").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8").split()) == 4


def test_what_cannot_be_answered_is_said(page: Page, host: str) -> None:
    run(page, host, "SELECT ?a {\n ?a ?b }")
    expect(page.locator("#told")).to_have_attribute("data-line", "2")
    expect(page.locator("#outcome .problem")).to_contain_text("2 行目")
    page.locator("#place").click()
    text = f"PREFIX text: <{PREFIXES['text']}>\nSELECT ?a {{ ?a text:matches '観光' }}"
    run(page, host, text)
    expect(page.locator("#detail")).to_contain_text("text:matches")
    expect(page.locator("#detail")).to_contain_text("ここでは使えません")
    run(page, host, f"SELECT ?a {{ ?a <{PREFIXES['text']}matches> '観光' }}")
    expect(page.locator("#detail")).to_contain_text("ここでは使えません")
    run(page, host, f"PREFIX text: <{PREFIXES['text']}>\n# text:matches\nASK {{ ?a ?b 'text:matches' }}")
    expect(page.locator(".answer")).to_contain_text("いいえ")
    run(page, host, "SELECT * { SERVICE <https://example.org/sparql> { ?a ?b ?c } }")
    expect(page.locator("#detail")).to_contain_text("SERVICE")
    hostile = "SELECT ('<img src=x onerror=alert(1)>' AS ?<b>) {}"
    run(page, host, hostile.replace("?<b>", "?x"))
    expect(page.locator("table.results td")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("#outcome img").count() == 0


def test_a_query_can_be_stopped_and_has_its_time(page: Page, host: str) -> None:
    run(page, host, HARD)
    expect(page.locator("#held")).to_contain_text("4,")
    page.get_by_role("button", name="中止する").click()
    expect(page.locator("#run")).to_have_text("検索する")

    def shorter(route: Route) -> None:
        body = route.fetch().text()
        assert "&#34;seconds&#34;: 60" in body
        route.fulfill(body=body.replace("&#34;seconds&#34;: 60", "&#34;seconds&#34;: 1"), content_type="text/html")

    page.route("**/sparql.html*", shorter)
    run(page, host, HARD)
    expect(page.locator("#detail")).to_contain_text("1 秒以内に終わらなかった")
    page.unroute("**/sparql.html*")
    run(page, host, "ASK {}")
    expect(page.locator(".answer")).to_contain_text("はい")


def test_chosen_years_are_enough_for_facts(page: Page, host: str) -> None:
    page.goto(f"{host}/sparql.html?example=quantities-reported")
    page.get_by_role("checkbox", name="平成28年度").check()
    expect(page.get_by_role("radio", name="自治体と年度を選ぶ")).to_be_checked()
    page.locator("#run").click()
    expect(page.locator("table.results tbody tr")).to_have_count(5)
    page.get_by_role("checkbox", name="平成28年度").uncheck()
    page.locator("#run").click()
    expect(page.locator("#detail")).to_contain_text("選んでください")


def _answer(route: Route, body: bytes, status: int) -> None:
    route.fulfill(body=body, status=status)


def test_damaged_or_missing_data_are_named(page: Page, host: str) -> None:
    for body, status in ((b"\x1f\x8bno gzip", 200), (b"<no trig", 200), (b"", 404)):
        page.route("**/all.trig.gz", partial(_answer, body=body, status=status))
        run(page, host, "ASK {}")
        expect(page.locator("#detail")).to_contain_text("all.trig.gz")
        page.unroute("**/all.trig.gz")


def test_only_this_page_may_compile(exported: Path) -> None:
    """WebAssembly on one page in its two languages; nothing else is loosened anywhere."""
    allowed = set()
    for path in (exported / "city").rglob("*.html"):
        policy = unescape("".join(re.findall(r'Content-Security-Policy" content="([^"]*)"', path.read_text("utf-8"))))
        if "unsafe" in policy:
            assert policy.count("unsafe") == policy.count("'wasm-unsafe-eval'") == 1
            allowed.add(path.name)
    assert allowed == {"sparql.html", "sparql.en.html"}


def test_from_a_disk_it_says_what_to_do(browser: Browser, exported: Path) -> None:
    page = browser.new_page(locale="ja-JP")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto((exported / "city" / "sparql.html").as_uri())
    expect(page.locator("#needs-scripts")).to_contain_text("python -m http.server")
    expect(page.locator("form.query")).to_have_count(0)
    assert faults == []
    page.close()


def test_without_scripts_it_says_so(plain_page: Page, host: str) -> None:
    plain_page.goto(f"{host}/sparql.en.html")
    expect(plain_page.locator("#needs-scripts")).to_contain_text("download the data")
    plain_page.get_by_role("link", name="Downloads of this release").click()
    expect(plain_page.locator("h1")).to_be_visible()


# Charts: the same values as on the server's page


_CHARTS = """(some) => some.map(([names, rows]) => {
  const made = lodSite.chart(names, rows);
  if (!made) return null;
  const bars = made.bars.map((bar) => [bar.label, bar.value, bar.offset, bar.share]);
  const lines = made.lines.map((line) => [line.label, line.points, line.summary]);
  return [made.value, made.unit, made.leftOut, bars, lines, made.times ?? []];
})"""
_NAMES = st.lists(st.sampled_from(["year", "name", "unit", "value", "number", "place", "n"]), max_size=4, unique=True)
_KINDS = (
    st.integers(-10_000, 10_000).map(lambda n: {"type": "literal", "value": str(n), "datatype": XSD + "integer"}),
    st.floats(-1000, 1000).map(lambda n: {"type": "literal", "value": f"{n:.2f}", "datatype": XSD + "decimal"}),
    st.integers(1990, 2030).map(lambda n: {"type": "literal", "value": str(n), "datatype": XSD + "gYear"}),
    st.sampled_from(["件", "人", "a", "b", ""]).map(lambda text: {"type": "literal", "value": text}),
    st.just({"type": "uri", "value": "https://example.org/id/x"}),
)


@st.composite
def _results(draw: st.DrawFn) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns of one kind mostly, with gaps."""
    names = draw(_NAMES)
    kinds = [draw(st.sampled_from((*_KINDS, st.one_of(st.none(), *_KINDS)))) for _ in names]
    rows = draw(st.lists(st.tuples(*kinds), max_size=40))
    return names, [{name: term for name, term in zip(names, row, strict=True) if term} for row in rows]


def _values(chart: Chart | None) -> object:
    if chart is None:
        return None
    bars = [[bar.label, bar.value, bar.offset, bar.share] for bar in chart.bars]
    lines = [[line.label, [list(point) for point in line.points], line.summary] for line in chart.lines]
    return [chart.value, chart.unit, chart.left_out, bars, lines, list(chart.times)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(some=st.lists(_results(), min_size=8, max_size=8))
def test_charts_are_those_of_the_server(page: Page, host: str, some: list[Any]) -> None:
    if page.url != f"{host}/sparql.html":
        page.goto(f"{host}/sparql.html")
    found = page.evaluate(_CHARTS, some)
    for (names, bindings), ours in zip(some, found, strict=True):
        assert _rounded(ours) == _rounded(_values(chart_of(names, bindings)))


def _rounded(value: Any) -> Any:  # noqa: ANN401  JSON
    """Python and JavaScript round the last digit of a place otherwise."""
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(float(value), 1) if isinstance(value, int | float) else value
