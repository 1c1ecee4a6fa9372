"""The ontology and the code lists: words in both languages, one graph in both libraries, OWL 2 DL, SKOS."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from lod.assets import ontology_dir, shapes_dir
from lod.vocab import MPOL, PREFIXES, terms

ONTOLOGY = URIRef("https://w3id.org/mupol/def")
DCTERMS = Namespace(PREFIXES["dcterms"])
STATUS = Namespace(PREFIXES["vs"]).term_status
CODE_FILES = sorted((ontology_dir() / "codes").glob("*.ttl"))
TURTLE = [*sorted(ontology_dir().rglob("*.ttl")), *sorted(shapes_dir().glob("*.ttl"))]


def named(path: Path) -> str:
    return path.name


@cache
def ontology() -> Graph:
    return Graph().parse(ontology_dir() / "mupol.ttl")


@cache
def codes() -> Graph:
    graph = Graph()
    for path in CODE_FILES:
        graph.parse(path)
    return graph


def texts(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    """The languages of a property's literals, sorted."""
    return sorted(o.language or "" for o in graph.objects(subject, predicate) if isinstance(o, Literal))


def defined() -> set[str]:
    return {str(term) for term in ontology().subjects(RDFS.isDefinedBy, ONTOLOGY)}


def own_terms() -> set[str]:
    return {node.value for node in terms(MPOL).values()}


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("term", sorted(defined()))
def test_every_term_is_described_in_both_languages(term: str) -> None:
    subject = URIRef(term)
    for predicate in (RDFS.label, SKOS.definition, SKOS.example):
        assert texts(ontology(), subject, predicate) == ["en", "ja"], predicate
    assert texts(ontology(), subject, SKOS.scopeNote) in ([], ["en", "ja"])
    assert str(ontology().value(subject, STATUS)) in {"stable", "testing", "archaic"}
    assert ontology().value(subject, DCTERMS.issued)
    assert ontology().value(subject, DCTERMS.modified)


def test_the_ontology_says_what_it_is() -> None:
    for predicate in (DCTERMS.title, RDFS.comment):
        assert texts(ontology(), ONTOLOGY, predicate) == ["en", "ja"]
    assert re.search(r"/\d{4}-\d{2}-\d{2}$", str(ontology().value(ONTOLOGY, OWL.versionIRI)))
    assert ontology().value(ONTOLOGY, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    prefix = Namespace(PREFIXES["vann"])
    assert str(ontology().value(ONTOLOGY, prefix.preferredNamespacePrefix)) == "mpol"
    assert str(ontology().value(ONTOLOGY, prefix.preferredNamespaceUri)) == PREFIXES["mpol"]


@pytest.mark.parametrize("path", CODE_FILES, ids=named)
def test_a_code_file_is_one_complete_scheme(path: Path) -> None:
    graph = Graph().parse(path)
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert str(scheme) == PREFIXES["mpc"] + path.stem
    concepts = set(graph.subjects()) - {scheme}
    notations = [str(graph.value(concept, SKOS.notation)) for concept in concepts]
    assert len(set(notations)) == len(concepts) > 1
    for node in (*concepts, scheme):
        assert texts(graph, node, SKOS.prefLabel) == ["en", "ja"], node
        assert texts(graph, node, SKOS.definition) == ["en", "ja"], node
    for concept in concepts:
        assert (concept, RDF.type, SKOS.Concept) in graph
        assert graph.value(concept, SKOS.inScheme) == graph.value(concept, SKOS.topConceptOf) == scheme
        assert str(concept).endswith("-" + str(graph.value(concept, SKOS.notation)))


def test_labels_of_a_concept_are_disjoint() -> None:
    """SKOS integrity conditions S13 and S14; and no word means two codes of one scheme."""
    kinds = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
    seen: dict[tuple[Node | None, str, str | None], Node] = {}
    for concept in codes().subjects(RDF.type, SKOS.Concept):
        labels = [label for kind in kinds for label in codes().objects(concept, kind) if isinstance(label, Literal)]
        assert len(labels) == len(set(labels)), concept
        for label in labels:
            key = (codes().value(concept, SKOS.inScheme), str(label), label.language)
            assert seen.setdefault(key, concept) == concept, label


def test_every_role_is_that_of_a_head() -> None:
    org = Namespace(PREFIXES["org"])
    for role in codes().subjects(SKOS.inScheme, URIRef(PREFIXES["mpc"] + "roles")):
        assert (role, RDF.type, org.Role) in codes()
        assert codes().value(role, SKOS.broader) == org.Head


# ---------------------------------------------------------------- syntax


@pytest.mark.parametrize("path", TURTLE, ids=named)
def test_turtle_reads_the_same_in_both_libraries(path: Path) -> None:
    graph = Graph().parse(path, publicID="https://example.org/")
    assert len(graph) == len(set(parse(path=str(path), format=RdfFormat.TURTLE, base_iri="https://example.org/")))


@pytest.mark.parametrize("path", [p for p in TURTLE if p.parent != shapes_dir()], ids=named)
def test_no_blank_nodes_and_lower_case_languages(path: Path) -> None:
    for triple in Graph().parse(path):
        assert not any(isinstance(node, BNode) for node in triple)
        tags = [node.language for node in triple if isinstance(node, Literal) and node.language]
        assert all(tag == tag.lower() for tag in tags)


# ---------------------------------------------------------------- OWL 2 DL, as far as plain checks go


def axioms() -> Iterable[tuple[Node, Node, Node]]:
    yield from ontology()


def declared(*kinds: Node) -> set[Node]:
    return {s for kind in kinds for s in ontology().subjects(RDF.type, kind)}


def test_no_term_has_two_roles_that_owl_dl_keeps_apart() -> None:
    kinds = [declared(kind) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)]
    assert not kinds[0] & kinds[1]
    assert not kinds[0] & kinds[2]
    assert not kinds[1] & kinds[2]
    assert not declared(OWL.Class) & declared(RDFS.Datatype)


def test_every_property_used_is_declared() -> None:
    builtin = (str(RDF), str(RDFS), str(OWL))
    used = {p for _, p, _ in axioms() if not str(p).startswith(builtin)}
    assert used <= declared(OWL.AnnotationProperty)


def test_axioms_only_relate_what_is_declared() -> None:
    objects, data, classes = declared(OWL.ObjectProperty), declared(OWL.DatatypeProperty), declared(OWL.Class)
    for s, p, o in axioms():
        if p == RDFS.subPropertyOf:
            assert {s, o} <= objects or {s, o} <= data, s
        elif p == RDFS.subClassOf or (p == RDFS.range and s in objects):
            assert o in classes, (s, o)
        elif p == RDFS.domain:
            assert s in objects | data
            assert o in classes, (s, o)


def test_no_class_is_used_as_an_individual() -> None:
    classes, datatypes = declared(OWL.Class), declared(RDFS.Datatype)
    about = {RDFS.subClassOf, RDFS.label, RDFS.isDefinedBy, RDF.type} | declared(OWL.AnnotationProperty)
    for s, p, o in axioms():
        if s in classes | datatypes:
            assert p in about, (s, p)
        if p == RDF.type and s in classes:
            assert o == OWL.Class
        if o in classes:
            assert p in {RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range}, (s, p)


def test_data_ranges_are_in_the_datatype_map_of_owl_2() -> None:
    """OWL 2 Structural Specification 4 and 5.2: no xsd:date, xsd:gYear or rdf:langString."""
    xsd = PREFIXES["xsd"]
    allowed = {RDFS.Literal, *(URIRef(xsd + n) for n in ("integer", "nonNegativeInteger", "boolean", "string"))}
    for term in declared(OWL.DatatypeProperty):
        assert set(ontology().objects(term, RDFS.range)) <= allowed, term


def test_alignments_match_own_terms_and_stay_out_of_the_ontology() -> None:
    graph = Graph().parse(ontology_dir() / "alignments.ttl")
    assert {str(s) for s in graph.subjects()} <= own_terms()
    matches = {p for _, p, _ in axioms() if str(p).endswith("Match")}
    assert not matches
