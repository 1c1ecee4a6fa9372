"""The vocabulary as the server shows it: ontology/, code lists and shapes, read once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from lod import assets
from lod.vocab import DCTERMS, OWL, PREFIXES, RDF, RDFS, SH, SKOS
from lod.web.graph import Index


def _read(*paths: Path) -> list[Triple]:
    """The triples of some files. Blank nodes are counted, so that each process writes the same bytes."""
    found: list[Triple] = []
    nodes: dict[BlankNode, BlankNode] = {}
    for path in paths:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            subject, value = (
                nodes.setdefault(node, BlankNode(f"b{len(nodes)}")) if isinstance(node, BlankNode) else node
                for node in (quad.subject, quad.object)
            )
            found.append(Triple(subject, quad.predicate, value))
    return found


class Ontology:
    """Parsed when first asked for; the files do not change while the server runs."""

    @cached_property
    def definitions(self) -> tuple[Triple, ...]:
        """ontology/mupol.ttl."""
        return tuple(_read(assets.ontology_dir() / "mupol.ttl"))

    @cached_property
    def text_search(self) -> tuple[Triple, ...]:
        """ontology/text.ttl."""
        return tuple(_read(assets.ontology_dir() / "text.ttl"))

    @cached_property
    def text_index(self) -> Index:
        return Index(self.text_search)

    @cached_property
    def codes(self) -> tuple[Triple, ...]:
        """ontology/codes/*.ttl."""
        return tuple(_read(*sorted((assets.ontology_dir() / "codes").glob("*.ttl"))))

    @cached_property
    def shapes(self) -> tuple[Triple, ...]:
        """shapes/*.ttl."""
        return tuple(dict.fromkeys(_read(*sorted(assets.shapes_dir().glob("*.ttl")))))

    @cached_property
    def index(self) -> Index:
        """Vocabulary and codes together, for names."""
        return Index((*self.definitions, *self.codes))

    @cached_property
    def shape_index(self) -> Index:
        return Index(self.shapes)

    @property
    def document(self) -> NamedNode:
        """The ontology itself."""
        return NamedNode(PREFIXES["mpol"].removesuffix("#"))

    def terms(self, *kinds: NamedNode) -> list[NamedNode]:
        """The terms of ours of some OWL kinds, by name."""
        found = {node for kind in kinds for node in self.index.subjects(RDF.type, kind)}
        return sorted((node for node in found if node.value.startswith(PREFIXES["mpol"])), key=lambda node: node.value)

    @property
    def classes(self) -> list[NamedNode]:
        return self.terms(OWL.Class, RDFS.Class)

    @property
    def properties(self) -> list[NamedNode]:
        return self.terms(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)

    @property
    def datatypes(self) -> list[NamedNode]:
        """Our own datatypes: schemes of organization codes."""
        return sorted(self.index.subjects(RDF.type, RDFS.Datatype), key=lambda node: node.value)

    @property
    def schemes(self) -> list[NamedNode]:
        return sorted(self.index.subjects(RDF.type, SKOS.ConceptScheme), key=lambda node: node.value)

    def example(self, term: NamedNode) -> str:
        """The worked example of a class in Turtle, '' if there is none."""
        name = term.value.removeprefix(PREFIXES["mpol"])
        path = assets.ontology_dir() / "examples" / f"{name}.ttl"
        return path.read_text(encoding="utf-8") if name.isalnum() and path.is_file() else ""

    @property
    def version(self) -> str:
        """The version of the ontology: the last part of its owl:versionIRI, a date."""
        node = self.index.node(self.document, OWL.versionIRI)
        return node.value.rpartition("/")[2] if node else ""

    @cached_property
    def history(self) -> list[tuple[str, list[NamedNode], list[NamedNode]]]:
        """(day, terms and codes that came, those that changed), the latest first: read off what each says of itself."""
        came: dict[str, list[NamedNode]] = {}
        changed: dict[str, list[NamedNode]] = {}
        for triple in self.index.triples:
            node, day = triple.subject, triple.object
            if isinstance(node, NamedNode) and isinstance(day, Literal) and node != self.document:
                if triple.predicate == DCTERMS.issued:
                    came.setdefault(day.value, []).append(node)
                elif triple.predicate == DCTERMS.modified and day.value != self.index.text(node, DCTERMS.issued):
                    changed.setdefault(day.value, []).append(node)
        days = sorted({*came, *changed}, reverse=True)
        return [(day, came.get(day, []), changed.get(day, [])) for day in days]

    def concepts(self, scheme: NamedNode) -> list[NamedNode]:
        """The codes of a list in the order of its file."""
        return list(dict.fromkeys(self.index.subjects(SKOS.inScheme, scheme)))

    def scheme_triples(self, scheme: NamedNode) -> list[Triple]:
        members = {scheme, *self.concepts(scheme)}
        return [triple for triple in self.codes if triple.subject in members]

    @property
    def rules(self) -> list[NamedNode]:
        """The shapes that are rules (have a severity), by code."""
        shapes = {triple.subject for triple in self.shapes if triple.predicate == SH.severity}
        return sorted((node for node in shapes if isinstance(node, NamedNode)), key=lambda node: node.value)
