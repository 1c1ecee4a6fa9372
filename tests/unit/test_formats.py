"""The table of formats: whatever the triples, each format gives them back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from lod.formats import FORMATS, UnserializableError, by_suffix
from lod.formats.excel_csv import guarded, written
from lod.vocab import DCTERMS, MPC, MPOL, RDF, RDFS, SCHEMA, SKOS, XSD

_SYNTAX = {"ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
_NODES = [
    NamedNode("https://lod.example.org/id/goal/142034/2016/sangyo-shinko-bu/1"),
    NamedNode("http://a.example/平塚市"),
    MPC["role-bucho"],
    MPOL.Goal,
    NamedNode("urn:x:y"),
    NamedNode("mpol:trap"),
    NamedNode("https://w3id.org/mupol/code/"),
]
_PREDICATES = [
    MPOL.hasGoal,
    MPOL.basicPolicy,
    MPOL.headcount,
    MPOL.asOf,
    DCTERMS.title,
    SKOS.prefLabel,
    SKOS.notation,
    SCHEMA.value,
    RDFS.label,
    RDF.type,
    NamedNode("http://a.example/p"),
    NamedNode("urn:x:p"),
]
_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
_LITERALS = st.one_of(
    st.builds(Literal, _TEXTS),
    st.builds(Literal, _TEXTS, language=st.sampled_from(["ja", "en", "ja-hira", "fr"])),
    st.builds(
        Literal,
        st.sampled_from(["0", "15", "-3", "007", "1e3", "9007199254740993", "true", "2016-04-01", "2016", ""]),
        datatype=st.sampled_from(
            [XSD.integer, XSD.nonNegativeInteger, XSD.decimal, XSD.date, XSD.gYear, XSD.boolean, MPC["roles"]]
        ),
    ),
)
_TRIPLES = st.lists(
    st.builds(
        Triple, st.sampled_from(_NODES), st.sampled_from(_PREDICATES), st.one_of(st.sampled_from(_NODES), _LITERALS)
    ),
    max_size=8,
)


@pytest.mark.parametrize("suffix", sorted(_SYNTAX))
@given(triples=_TRIPLES)
def test_a_graph_comes_back(suffix: str, triples: list[Triple]) -> None:
    chosen = by_suffix(suffix)
    assert chosen
    back = {quad.triple for quad in parse(chosen.serialize(triples), format=_SYNTAX[suffix])}
    assert back == set(triples)


def test_what_rdf_xml_cannot_say_is_refused() -> None:
    chosen = by_suffix("rdf")
    assert chosen
    with pytest.raises(UnserializableError, match="http://a/p/1"):
        chosen.serialize([Triple(NamedNode("http://a/s"), NamedNode("http://a/p/1"), Literal("x"))])


def test_no_two_formats_share_a_name() -> None:
    names = [name for item in FORMATS for name in (item.media_type, *item.also)]
    assert len(names) == len(set(names))
    assert len({item.suffix for item in FORMATS}) == len(FORMATS)
    assert by_suffix("doc") is None


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("平塚市", "平塚市"),
        ("15", "15"),
        ("-3.5", "-3.5"),
        ("0.5", "0.5"),
        ("-", "-"),
        ("－", "－"),
        ("2016-04-01", "2016-04-01"),
        ("=1+1", "'=1+1"),
        ("+81-3", "'+81-3"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("　=1", "'　=1"),
        ("＝1+1", "'＝1+1"),
        ("011002", '="011002"'),
        ("3000020142034", '="3000020142034"'),
        ("1-2", '="1-2"'),
    ],
)
def test_excel_neither_executes_nor_changes_a_cell(cell: str, shown: str) -> None:
    assert guarded(cell) == shown


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=2, max_size=2), max_size=6
    )
)
def test_a_table_for_excel_comes_back(rows: list[list[str]]) -> None:
    text = written(rows).decode()
    assert text.startswith("\ufeff")
    back = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert back == [[guarded(cell) for cell in row] for row in rows]
    for row, given_row in zip(back, rows, strict=True):
        for cell, original in zip(row, given_row, strict=True):
            assert cell in {original, "'" + original, f'="{original}"'}
