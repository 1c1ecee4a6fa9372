"""Reports: what is found, where it stands in the source, and that the quick way finds what the judge finds."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lod.model import Origin, Severity
from lod.validation import Validator, check_release
from lod.validation.compiled import Data
from lod.validation.terms import from_rdflib, to_graph, to_rdflib
from tests.golden import DAY, MINT, SEED, golden, parse

VALIDATOR = Validator(MINT)
POLICY = MINT.policy("142034", 2016, "sangyo-shinko-bu")
KANKO = MINT.initiative("142034", 2016, "kanko")
NAME = "http://xmlns.com/foaf/0.1/name"
PLANNED = "https://w3id.org/mupol/def#plannedAction"
TRIPLES = golden().merged()


def _without(triples: tuple[ox.Triple, ...], subject: str, predicate: str) -> tuple[ox.Triple, ...]:
    return tuple(t for t in triples if (t.subject, t.predicate) != (ox.NamedNode(subject), ox.NamedNode(predicate)))


def test_the_seed_conforms_without_a_warning() -> None:
    """R16 fired on 鳥居 while residue was published; with the residue withheld nothing is left to warn of."""
    paper = golden()
    report = VALIDATOR.check(paper)
    assert report.findings == ()
    assert report.conforms
    assert report.publishable
    assert VALIDATOR.check_registry((*paper.registry, *paper.codes)).findings == ()


def test_pyshacl_itself_says_so() -> None:
    """The graph as a stranger would validate it: plain pySHACL, all files, no code of ours between."""
    import pyshacl
    from rdflib import Graph

    from lod.assets import shapes_dir

    shapes = Graph()
    for path in sorted(shapes_dir().glob("*.ttl")):
        shapes.parse(path)
    conforms, _, text = pyshacl.validate(to_graph(TRIPLES), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_the_place_of_the_exact_property_is_named() -> None:
    paper = golden()
    plan = next(t.object for t in paper.facts if (t.subject.value, t.predicate.value) == (KANKO, PLANNED))  # type: ignore[union-attr]
    assert isinstance(plan, ox.Literal)
    cut = plan.value.rstrip("。")
    paper.facts = (*_without(paper.facts, KANKO, PLANNED), *parse(f'<{KANKO}> <{PLANNED}> "{cut}"@ja .'))
    (finding,) = VALIDATOR.check(paper, "sources/2016/sangyo-shinko-2016.txt").findings
    assert (finding.code, finding.severity) == ("I04", Severity.WARNING)
    assert (finding.subject, finding.path, finding.seen) == (KANKO, PLANNED, cut)
    assert finding.origin is not None
    text = SEED.read_text(encoding="utf-8")
    assert text[finding.origin.start : finding.origin.end] == plan.value
    assert text.split("\n")[finding.origin.line - 1][finding.origin.column - 1 :].startswith(cut)
    assert finding.place == f"sources/2016/sangyo-shinko-2016.txt:{finding.origin.line}:{finding.origin.column}"


def test_a_missing_value_is_placed_by_its_subject() -> None:
    paper = golden()
    person = MINT.person("142034", "p0003")
    paper.facts = _without(paper.facts, person, NAME)
    paper.provenance = tuple(t for t in paper.provenance if not str(t.object).endswith("-name>"))
    (finding,) = VALIDATOR.check(paper).findings
    assert (finding.code, finding.path, finding.seen) == ("R13", NAME, "")
    assert finding.origin is not None
    assert finding.origin.line == 10


def test_a_subject_without_a_place_is_placed_by_what_points_to_it() -> None:
    paper = golden()
    paper.facts += parse(f"<{KANKO}> mpol:hasOutcome <id/o> . <id/o> a mpol:Outcome ; mpol:stage mpc:stage-interim .")
    (finding,) = VALIDATOR.check(paper).findings
    assert finding.code == "O02"
    assert finding.origin is not None
    assert SEED.read_text(encoding="utf-8")[finding.origin.start :].startswith("観光事業")


def test_a_finding_without_a_file_name_names_the_source_document() -> None:
    paper = golden()
    paper.facts = _without(paper.facts, POLICY, "https://w3id.org/mupol/def#basicPolicy")
    (finding,) = VALIDATOR.check(paper).findings
    assert finding.source == MINT.source("142034", 2016, "sangyo-shinko-bu", "final")


def test_a_thing_is_shown_by_its_label() -> None:
    paper = golden()
    unit = MINT.unit("142034", "nosuisan-ka")
    paper.registry = _without(paper.registry, unit, "http://www.w3.org/ns/org#subOrganizationOf")
    (finding,) = VALIDATOR.check(paper).findings
    assert (finding.code, finding.seen) == ("P09", "農水産課")


def test_a_headcount_as_a_store_keeps_it_conforms() -> None:
    """Oxigraph keeps xsd:nonNegativeInteger as xsd:integer: a published graph must still conform."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in TRIPLES)
    assert VALIDATOR.paper_rules.results(Data(quad.triple for quad in store)) == []


def test_an_ill_typed_number_is_reported_and_stops_nothing() -> None:
    """rdflib's arithmetic on an ill-typed literal recursed without end: queries cast what they compute with."""
    paper = golden()
    goal = MINT.goal("142034", 2016, "sangyo-shinko-bu", 5)
    paper.facts = (
        *_without(paper.facts, goal, "https://w3id.org/mupol/def#goalNumber"),
        *parse(f'<{goal}> mpol:goalNumber "件"^^xsd:integer .'),
    )
    data = Data(paper.merged())
    assert {result.shape.code for result in VALIDATOR.paper_rules.judged(data)} == {"G01"}
    assert {finding.code for finding in VALIDATOR.check(paper).findings} == {"G01"}


def test_release_findings_name_their_place() -> None:
    store = ox.Store()
    store.extend(golden().quads())
    count = MINT.headcount("142034", "nosuisan-ka", DAY)
    for t in parse(f'<{count}> mpol:headcount "24"^^xsd:nonNegativeInteger .'):
        store.add(ox.Quad(t.subject, t.predicate, t.object))
    report = check_release(store)
    assert {(finding.code, finding.seen) for finding in report.findings} == {("H04", "23"), ("H04", "24")}
    assert all(isinstance(finding.origin, Origin) and finding.origin.line == 10 for finding in report.findings)
    assert all(finding.source.endswith("/sangyo-shinko-bu/final") for finding in report.findings)


def test_the_report_is_a_shacl_report() -> None:
    from rdflib import Graph, URIRef
    from rdflib.namespace import SH

    paper = golden()
    paper.facts = _without(
        paper.facts, MINT.goal("142034", 2016, "sangyo-shinko-bu", 5), "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    )
    report = VALIDATOR.check(paper)
    graph = Graph().parse(data=report.graph.serialize(format="turtle"), format="turtle")
    (node,) = graph.objects(None, SH.result)
    assert graph.value(node, SH.sourceShape) == URIRef("https://w3id.org/mupol/shapes#P04")
    assert graph.value(node, SH.resultSeverity) == SH.Violation
    assert graph.value(node, SH.sourceConstraintComponent) == SH.ClassConstraintComponent
    assert {message.language for message in graph.objects(node, SH.resultMessage)} == {"ja", "en"}  # type: ignore[attr-defined]
    assert report.graph.isomorphic(VALIDATOR.check(paper).graph)


def test_a_conforming_report_says_so() -> None:
    assert "sh:conforms true" in VALIDATOR.check(golden()).graph.serialize(format="turtle")


def test_terms_survive_the_way_to_rdflib_and_back() -> None:
    literals = parse('<a> <b> "01"^^xsd:integer, "x"@ja-hira, "12.50"^^xsd:decimal, "t", "x"^^mpc:y, <id/z> .')
    assert [from_rdflib(to_rdflib(t.object)) for t in literals] == [t.object for t in literals]


_OPERATION = st.tuples(
    st.sampled_from(["drop", "object", "subject", "text", "tag", "type"]),
    st.integers(0, len(TRIPLES) - 1),
    st.integers(0, len(TRIPLES) - 1),
)
_TEXTS = ("", "①", "x", "**", "7", "-1", "99999", "2016-02-30", "令和元年度", "\t", "終わり", "A" * 64)


def _mutate(triples: tuple[ox.Triple, ...], operations: list[tuple[str, int, int]]) -> list[ox.Triple]:
    """Breaks a graph at random: drops statements, swaps their ends, alters texts, tags and datatypes."""
    mutated: dict[int, ox.Triple | None] = dict(enumerate(triples))
    for kind, at, other in operations:
        t, o = triples[at], triples[other]
        value, text = t.object, _TEXTS[other % len(_TEXTS)]
        if kind == "drop":
            mutated[at] = None
        elif kind == "subject":
            mutated[len(mutated)] = ox.Triple(o.subject, t.predicate, value)
        elif kind == "object":
            mutated[at] = ox.Triple(t.subject, t.predicate, o.object)
        elif isinstance(value, ox.Literal):
            changed = {
                "text": ox.Literal(text, language=value.language)
                if value.language
                else ox.Literal(text, datatype=value.datatype),
                "tag": ox.Literal(value.value, language=("ja", "en", "ja-hira")[other % 3]),
                "type": ox.Literal(value.value, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
            }
            mutated[at] = ox.Triple(t.subject, t.predicate, changed[kind])
    return [t for t in mutated.values() if t is not None]


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(_OPERATION, min_size=1, max_size=40))
def test_the_quick_way_hides_nothing_from_the_judge(operations: list[tuple[str, int, int]]) -> None:
    """The same results as by pySHACL with all shapes, on graphs broken at random."""
    data = Data(_mutate(TRIPLES, operations))
    for rules in (VALIDATOR.paper_rules, VALIDATOR.registry_rules):
        assert {result.key for result in rules.results(data)} == {result.key for result in rules.judged(data)}
