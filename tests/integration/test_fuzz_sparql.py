"""Anything at all sent to /sparql: a true status, a problem document, no traceback, and the workers live on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lod.config import Settings
from tests.integration.test_querying import post, site

STATUSES = {200, 400, 406, 413, 415, 503, 504}
WORDS = "SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES SERVICE SILENT"
MORE = "DISTINCT GROUP BY HAVING ORDER LIMIT OFFSET AS EXISTS NOT IN UNDEF COUNT PREFIX BASE INSERT LOAD"
MARKS = (
    "( * ) { } [ ] ( ) . ; , + / | ^ ! = < > && || ?s ?p ?o $x <http://a/b> <a> a: :b x:y 't' 't'@ja \" 1 1.5 1e9 # @ ?"
)
TOKENS = f"{WORDS} {MORE} {MARKS}".split(" ")
SOUP = st.lists(st.sampled_from(TOKENS) | st.text(max_size=4), max_size=40).map(" ".join)
SHAPED = st.builds(
    "{} {{ {} }} {}".format,
    st.sampled_from(["SELECT *", "ASK", "CONSTRUCT WHERE", "SELECT (COUNT(*) AS ?n)", "DESCRIBE ?s"]),
    st.lists(
        st.sampled_from(["?s ?p ?o .", "OPTIONAL { ?s ?q ?r }", "FILTER(?s > 1)", "{}", "BIND(1 AS ?z)"]), max_size=6
    ).map(" ".join),
    st.sampled_from(["", "LIMIT 3", "ORDER BY ?s LIMIT 1", "GROUP BY ?s", "VALUES ?s { 1 }"]),
)


def test_any_query_has_a_true_end(published: Settings) -> None:
    with site(published, query_seconds=5.0, cache_mib=0) as client:

        @settings(max_examples=250)
        @given(
            SOUP | SHAPED | st.text(max_size=80), st.sampled_from(["*/*", "text/csv", "text/turtle", "text/html", "x"])
        )
        def ask(query: str, accept: str) -> None:
            answer = client.post(
                "/sparql", data={"query": query.encode("utf-8", "surrogatepass")}, headers={"Accept": accept}
            )
            assert answer.status_code in STATUSES
            assert "Traceback" not in answer.text
            if answer.status_code >= 400 and accept == "*/*":
                assert answer.mimetype == "application/problem+json"
                assert answer.get_json()["status"] == answer.status_code

        ask()
        assert post(client, "ASK { ?s ?p ?o }").get_json()["boolean"] is True


def test_any_bytes_have_a_true_end(published: Settings) -> None:
    kinds = [
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "\xff",
    ]
    with site(published, query_seconds=5.0, cache_mib=0) as client:

        @settings(max_examples=150)
        @given(
            st.binary(max_size=200), st.sampled_from(kinds), st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS"])
        )
        def send(body: bytes, kind: str, method: str) -> None:
            address = "/sparql?" + body.decode("latin-1") if method == "GET" else "/sparql"
            answer = client.open(address.replace("\n", ""), method=method, data=body, content_type=kind)
            assert answer.status_code in STATUSES | {405, 414}
            assert "Traceback" not in answer.text

        send()
        assert post(client, "ASK { ?s ?p ?o }").get_json()["boolean"] is True
