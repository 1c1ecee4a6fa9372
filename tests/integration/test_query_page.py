"""The query page as the server makes it: examples, results, charts, code to paste, completion; hostile queries too."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from lod.mapping import example_queries
from lod.vocab import PREFIXES
from lod.web.sparql_chart import MOST_BARS, chart_of
from lod.web.sparql_use import snippets

HTML = {"Accept": "text/html"}
VENDOR = Path(__file__).resolve().parents[2] / "lod" / "web" / "static" / "vendor"
EXAMPLES = {example.key: example for example in example_queries()}
XSD = PREFIXES["xsd"]


def term(value: object) -> dict[str, str]:
    """A number or a text as SPARQL's JSON has it."""
    if isinstance(value, int | float):
        kind = "integer" if isinstance(value, int) else "decimal"
        return {"type": "literal", "value": str(value), "datatype": XSD + kind}
    return {"type": "literal", "value": str(value)}


def table(names: str, *rows: tuple[object, ...]) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
    columns = names.split()
    return columns, [{n: term(v) for n, v in zip(columns, row, strict=True) if v is not None} for row in rows]


def test_only_this_page_may_run_scripts_and_only_ours(client: FlaskClient) -> None:
    for path in ("/sparql", "/sparql?query=ASK%7B%7D&format=html", "/sparql?query=SELEC"):
        policy = client.get(path, headers=HTML).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert policy.endswith("; script-src 'self'; connect-src 'self'")
        assert "unsafe" not in policy
    for path in ("/", "/def", "/doc/org/142034", "/sparql?query=ASK%7B%7D&format=json"):
        assert "script-src" not in client.get(path, headers=HTML).headers["Content-Security-Policy"]


def test_what_is_vendored_is_what_the_page_says(client: FlaskClient) -> None:
    told = (VENDOR / "README.md").read_text(encoding="utf-8")
    for path in sorted(path for path in VENDOR.iterdir() if path.name not in ("README.md", "LICENCES.txt")):
        assert f"| `{path.name}` |" in told
        assert hashlib.sha256(path.read_bytes()).hexdigest() in told
        whole = client.get(f"/static/vendor/{path.name}")
        assert whole.data == path.read_bytes()
        packed = client.get(f"/static/vendor/{path.name}", headers={"Accept-Encoding": "gzip"})
        again = client.get(f"/static/vendor/{path.name}", headers={"If-None-Match": whole.headers["ETag"]})
        if path.suffix != ".wasm":  # larger than what the server keeps; none of its own pages loads it
            assert gzip.decompress(packed.data) == whole.data
            assert again.status_code == 304
        for answer in (whole, packed, again):
            answer.close()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_example_is_on_the_page_and_comes_into_the_form(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/sparql?lang={lang}", headers=HTML).text
    for example in EXAMPLES.values():
        assert f">{example.title[lang]}</a>" in page
        chosen = client.get(f"/sparql?example={example.key}&lang={lang}", headers=HTML).text
        assert f"<strong>{example.title[lang]}</strong>" in chosen
    assert client.get("/sparql?example=no-such", headers=HTML).status_code == 200


def test_a_problem_comes_with_the_form_and_the_query(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "SELECT ?x {\n ?x ?y }", "format": "html"}, headers=HTML)
    assert answer.status_code == 400
    assert 'data-line="2"' in answer.text
    assert "SELECT ?x {\n ?x ?y }</textarea>" in answer.text
    refused = client.post("/sparql", data={"update": "CLEAR ALL"}, headers=HTML)
    assert (refused.status_code, "CLEAR ALL</textarea>" in refused.text) == (400, True)
    program = client.get("/sparql?query=SELEC", headers={"Accept": "application/json"})
    assert program.headers["Content-Type"] == "application/problem+json"


def test_downloads_keep_the_language_and_give_the_format(client: FlaskClient) -> None:
    query = EXAMPLES["quantities-reported"].text
    page = client.get("/sparql?" + urlencode({"query": query, "format": "html", "lang": "en"}), headers=HTML).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'class="button" href="([^"]+)"', page)]
    kinds = {client.get(link, headers=HTML).mimetype for link in links}
    assert kinds == {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    }
    assert all("lang=en" in link for link in links)
    graph = client.get("/sparql?" + urlencode({"query": EXAMPLES["as-schema-org"].text}), headers=HTML).text
    assert "format=ttl" in graph


def test_terms_for_the_editor(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms")
    found = answer.get_json()
    assert found["prefixes"] == PREFIXES
    assert ["mpol:headcount", "property", "職員数", "headcount"] in found["terms"]
    kinds = {name: kind for name, kind, *_ in found["terms"]}
    assert kinds["mpol:Goal"] == kinds["org:Post"] == "class"
    assert kinds["mpc:stage-final"] == "code"
    assert kinds["text:matches"] == "property"
    assert kinds["skos:prefLabel"] == "property"
    assert len(kinds) == len(found["terms"])


# Code to paste


@pytest.fixture
def _context(app: Flask) -> object:
    context = app.test_request_context("/sparql")
    context.push()
    yield
    context.pop()


HOSTILE = [
    "SELECT 1\nQUERY\nrm -rf ~\n",
    "SELECT '''\n\"\"\"\nimport os",
    'x\n)-"\nsystem("x")',
    "$(touch x) `touch x` \\",
    "a\\",
    "QUERY\nQUERY_\nid",
]


@pytest.mark.usefixtures("_context")
@given(query=st.one_of(st.sampled_from(HOSTILE), st.text(st.sampled_from("QUERY_\n'\"\\)-$`r "), max_size=60)))
def test_a_strangers_query_stays_a_text_in_python(query: str) -> None:
    code = snippets(query, is_graph=False)[1].text
    given_query = code.partition("query = ")[2].rpartition("\ntable = ")[0]
    found: dict[str, str] = {}
    exec(compile(f"query = {given_query}", "pasted", "exec"), {"__builtins__": {}}, found)  # noqa: S102  what a reader would do
    assert found["query"].strip("\n") == query.strip("\n")


@pytest.mark.skipif(shutil.which("sh") is None, reason="not run: there is no sh")
@pytest.mark.usefixtures("_context")
@pytest.mark.parametrize("query", HOSTILE)
def test_a_strangers_query_stays_a_text_in_the_shell(query: str, tmp_path: Path) -> None:
    """The pasted lines run with a `curl` that only shows what it was given."""
    stub = tmp_path / "curl"
    stub.write_text("#!/bin/sh\ncat\n", encoding="utf-8")
    stub.chmod(0o755)
    code = snippets(query, is_graph=False)[0].text
    ran = subprocess.run(
        ["sh", "-c", code],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip("\n") == query.strip("\n")
    assert [path.name for path in tmp_path.iterdir()] == ["curl"]


# Charts


def test_bars_for_numbers_by_name() -> None:
    chart = chart_of(*table("section programs", ("商業観光課", 2), ("農水産課", 1)))
    assert chart
    assert [(bar.label, bar.value, bar.share) for bar in chart.bars] == [
        ("商業観光課", "2", 100.0),
        ("農水産課", "1", 50.0),
    ]
    below = chart_of(*table("name value", ("a", -5), ("b", 5)))
    assert below
    assert [(bar.offset, bar.share) for bar in below.bars] == [(0.0, 50.0), (50.0, 50.0)]
    many = chart_of(*table("name value", *((str(n), n) for n in range(40))))
    assert many
    assert (len(many.bars), many.left_out) == (MOST_BARS, 10)


def test_lines_for_numbers_over_years() -> None:
    chart = chart_of(*table("year section staff", (2017, "a", 10), (2018, "a", 20), (2017, "b", 5), (2018, "b", 5)))
    assert chart
    assert chart.times == ("2017", "2018")
    assert [(line.label, line.path, line.last) for line in chart.lines] == [
        ("a", "0,50 100,0", "20"),
        ("b", "0,75 100,75", "5"),
    ]


def test_units_are_not_mixed_and_numbers_that_count_nothing_are_not_drawn() -> None:
    chart = chart_of(*table("item value unit", ("x", 3, "件"), ("y", 1000, "人"), ("z", 2, "件")))
    assert chart
    assert ([bar.label for bar in chart.bars], chart.unit) == (["x", "z"], "件")
    assert chart_of(*table("number goal", (1, "a"), (2, "b"))) is None
    assert chart_of(*table("name value", ("a", 1))) is None
    assert chart_of(*table("name", ("a",), ("b",))) is None
    assert chart_of([], []) is None
    assert chart_of(*table("name value", ("a", 1), ("b", None), ("c", 3)))


def test_two_values_of_one_moment_are_bars() -> None:
    chart = chart_of(*table("year name value", (2017, "a", 1), (2017, "a", 2), (2018, "a", 3)))
    assert chart
    assert len(chart.bars) == 3


_VALUES = st.one_of(
    st.none(), st.integers(-(10**30), 10**30), st.text(max_size=3), st.sampled_from(["2017", "2018", "NaN"])
)


@given(rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), max_size=12))
def test_whatever_the_result_a_chart_is_drawable(rows: list[tuple[object, ...]]) -> None:
    chart = chart_of(*table("year name value", *rows))
    if chart:
        json.dumps([bar.share for bar in chart.bars], allow_nan=False)
        assert all(0 <= bar.offset <= 100 and 0 <= bar.share <= 100 for bar in chart.bars)
        assert all(0 <= x <= 100 and 0 <= y <= 100 for line in chart.lines for x, y in line.points)


# The tutorial


@pytest.mark.parametrize("page", ["first-query.md", "first-query.ja.md"])
def test_the_tutorial_runs_as_it_stands(app: Flask, page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of its queries finds something on the sample, and its program draws its bars."""
    text = (VENDOR.parents[3] / "docs" / "tutorial" / page).read_text(encoding="utf-8")
    client = app.test_client()
    queries = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    assert len(queries) == 2
    for query in queries:
        found = client.get("/sparql?" + urlencode({"query": query}), headers={"Accept": "application/json"}).get_json()
        assert found["results"]["bindings"]
    counted = [row["quantities"]["value"] for row in found["results"]["bindings"]]
    assert counted == ["4", "1"]
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        exec(compile(program.replace(":8000", f":{server.server_port}"), page, "exec"), {})  # noqa: S102  as a reader does
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert capsys.readouterr().out.startswith("■■■■■■■■■■■■■■■ 15件 施設整備助成金\n")
