"""The vocabulary is said in many files; here they are held to one another and to the standards they follow."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import rdflib.namespace
from pyoxigraph import NamedNode, RdfFormat, parse
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef
from rdflib.compare import isomorphic

from lod import vocab
from lod.assets import ontology_dir, read_text, sample_dir, shapes_dir
from lod.vocab import MPC, MPOL, MPS, PREFIXES, terms

# rdflib's own JSON-LD parser uses a class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

ONTOLOGY = URIRef("https://w3id.org/mupol/def")
CODE_FILES = sorted((ontology_dir() / "codes").glob("*.ttl"))
EXAMPLES = sorted((ontology_dir() / "examples").glob("*.ttl"))
TURTLE = [*sorted(ontology_dir().rglob("*.ttl")), *sorted(shapes_dir().glob("*.ttl"))]
CLOSED = [
    n
    for n in vars(vocab).values()
    if isinstance(n, type) and issubclass(n, vocab.Namespace) and n is not vocab.Namespace
]


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


@cache
def context() -> dict[str, object]:
    loaded: dict[str, object] = json.loads(read_text("ontology", "context.jsonld"))["@context"]
    return loaded


def iris(graph: Graph) -> set[str]:
    return {str(node) for triple in graph for node in triple if isinstance(node, URIRef)}


def defined() -> set[str]:
    return {str(term) for term in ontology().subjects(RDFS.isDefinedBy, ONTOLOGY)}


def own_terms() -> set[str]:
    return {node.value for node in terms(MPOL).values()}


def expanded(definition: object) -> str:
    """The IRI of a term of the context."""
    iri = definition["@id"] if isinstance(definition, dict) else definition
    prefix, _, local = str(iri).partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else str(iri)


# ---------------------------------------------------------------- closed namespaces


def test_a_typo_in_a_term_fails() -> None:
    with pytest.raises(AttributeError):
        MPOL.Gaol  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(KeyError, match="role-bucho"):
        MPC["role-buchou"]
    with pytest.raises(KeyError):
        MPS["policy"]


def test_terms_are_named_nodes_and_reserved_words_lose_their_underscore() -> None:
    assert NamedNode("https://w3id.org/mupol/def#Goal") == MPOL.Goal
    assert vocab.SH.class_ == NamedNode("http://www.w3.org/ns/shacl#class")
    assert MPC["role-bucho"].value == "https://w3id.org/mupol/code/role-bucho"
    assert MPS["P01"].value == "https://w3id.org/mupol/shapes#P01"


REUSED = ["ORG", "PROV", "DCAT", "DCTERMS", "FOAF", "SKOS", "RDF", "RDFS", "TIME", "QB", "SH", "OWL", "VOID", "SCHEMA"]
NEWER_THAN_RDFLIB = {"DCAT": {"DatasetSeries", "first", "inSeries", "last", "prev", "version"}}


@pytest.mark.parametrize("name", REUSED)
def test_reused_terms_are_spelled_as_in_the_vocabularies_that_rdflib_knows(name: str) -> None:
    known = getattr(rdflib.namespace, "SDO" if name == "SCHEMA" else name)
    theirs = {*known.__annotations__, *known._extras}
    assert set(terms(getattr(vocab, name))) - set(theirs) <= NEWER_THAN_RDFLIB.get(name, set())


def test_importing_the_vocabulary_is_cheap() -> None:
    program = "import sys, lod.vocab, lod.assets; print({'rdflib', 'pydantic', 'flask'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_assets_find_the_three_folders() -> None:
    assert (ontology_dir() / "mupol.ttl").is_file()
    assert shapes_dir().is_dir()
    assert sample_dir().is_dir()


# ---------------------------------------------------------------- agreement


def test_ontology_and_closed_namespace_agree() -> None:
    assert {iri for iri in defined() if iri.startswith(PREFIXES["mpol"])} == own_terms()


def test_context_names_each_term_of_the_ontology_once() -> None:
    named_terms = [expanded(d) for key, d in context().items() if not key.startswith("@") and key not in PREFIXES]
    ours = sorted(iri for iri in named_terms if iri.startswith(PREFIXES["mpol"]))
    assert ours == sorted(own_terms())
    known = {node.value for namespace in CLOSED for node in terms(namespace).values()}
    assert {iri for iri in named_terms if not iri.startswith("@")} <= known


def test_context_and_namespaces_have_the_same_prefixes() -> None:
    assert {key: iri for key, iri in context().items() if key in PREFIXES}.items() <= PREFIXES.items()


def test_codes_and_closed_namespace_agree() -> None:
    schemes_and_concepts = {str(s) for s in codes().subjects()}
    datatypes = {str(s) for s in ontology().subjects(RDF.type, RDFS.Datatype)}
    assert schemes_and_concepts | datatypes == {MPC[code].value for code in MPC}


@pytest.mark.parametrize("path", TURTLE, ids=named)
def test_every_own_term_used_in_a_file_exists(path: Path) -> None:
    used = {iri for iri in iris(Graph().parse(path)) if iri.startswith((PREFIXES["mpol"], PREFIXES["mpc"]))}
    queries = " ".join(re.findall(r"\b(?:mpol|mpc):[\w-]+", path.read_text(encoding="utf-8")))
    used |= {PREFIXES[word.split(":")[0]] + word.split(":")[1].rstrip("-") for word in queries.split()}
    assert used <= own_terms() | {MPC[code].value for code in MPC}


def test_every_class_has_a_shape() -> None:
    targets = {str(o) for path in shapes_dir().glob("*.ttl") for o in Graph().parse(path).objects(None, SH.targetClass)}
    classes = {str(s) for s in ontology().subjects(RDF.type, OWL.Class) if str(s) in own_terms()}
    assert classes - targets <= {MPOL.Program.value}  # judged from its initiatives (I01)


def test_codes_used_by_forms_exist() -> None:
    forms = [path.read_text(encoding="utf-8") for path in sample_dir().glob("*/forms/*.toml")]
    used = set(re.findall(r'"((?:role|measure|doctype|stage|unit-level)-[a-z-]+)"', " ".join(forms)))
    assert used
    assert {code for code in used if code not in MPC} == set()


# ---------------------------------------------------------------- examples and context


def read_jsonld(text: str) -> Graph:
    """Reads JSON-LD with the context of this repository in the place of the one it names; nothing is fetched."""
    document = json.loads(text)
    return Graph().parse(data=json.dumps({**document, "@context": context()}), format="json-ld")


def test_every_class_has_an_example() -> None:
    classes = {iri.partition("#")[2] for iri in own_terms() if (URIRef(iri), RDF.type, OWL.Class) in ontology()}
    assert {path.stem for path in EXAMPLES} == classes
    for path in EXAMPLES:
        assert (None, RDF.type, URIRef(PREFIXES["mpol"] + path.stem)) in Graph().parse(path)


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_example_is_one_graph_in_both_syntaxes(path: Path) -> None:
    text = path.with_suffix(".jsonld").read_text(encoding="utf-8")
    assert json.loads(text)["@context"] == "../context.jsonld"
    assert isomorphic(Graph().parse(path), read_jsonld(text))


def test_an_examples_context_is_found_beside_it() -> None:
    path = EXAMPLES[0].with_suffix(".jsonld")
    assert isomorphic(Graph().parse(path, format="json-ld"), Graph().parse(path.with_suffix(".ttl")))


def all_examples() -> Graph:
    graph = Graph()
    for path in EXAMPLES:
        graph.parse(path)
    return graph


@pytest.mark.parametrize("native", [True, False])
def test_the_context_round_trips(native: bool) -> None:
    graph = all_examples() + codes()
    text = graph.serialize(format="json-ld", context=context(), use_native_types=native)
    assert isomorphic(read_jsonld(text), graph)
    quads = parse(input=text.encode(), format=RdfFormat.JSON_LD)
    triples = parse(input=graph.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    assert {str(quad.triple) for quad in quads} == {str(quad.triple) for quad in triples}


def test_the_context_compacts_every_key_of_the_examples() -> None:
    document = json.loads(all_examples().serialize(format="json-ld", context=context(), use_native_types=True))
    keys = {key for node in document["@graph"] for key in node}
    assert {key for key in keys if ":" in key} == set()


def test_examples_use_only_terms_of_the_closed_namespaces() -> None:
    known = {node.value for namespace in CLOSED for node in terms(namespace).values()}
    graph = all_examples()
    used = {str(p) for p in graph.predicates()} | {str(o) for o in graph.objects(None, RDF.type)}
    assert used <= known


def test_examples_together_conform_to_the_shapes() -> None:
    shapes = Graph()
    for path in shapes_dir().glob("*.ttl"):
        shapes.parse(path)
    conforms, _, text = validate(all_examples() + codes(), shacl_graph=shapes, allow_warnings=True)
    assert conforms, text


# ---------------------------------------------------------------- redirects and the generated page


def test_redirect_rules_cover_every_kind_of_iri() -> None:
    rules = re.findall(r"^RewriteRule (\S+) (\S+) ", read_text("ontology", "w3id", ".htaccess"), flags=re.M)
    base = "https://w3id.org/mupol/"
    version = str(ontology().value(ONTOLOGY, OWL.versionIRI))
    wanted = [
        base,
        version,
        base + "shapes",
        base + "context.jsonld",
        base + "def.ttl",
        *(MPC[code].value for code in MPC),
    ]
    wanted += sorted({iri.partition("#")[0] for iri in own_terms()})
    for iri in wanted:
        path = iri.removeprefix(base)
        targets = [
            re.sub(pattern, target.replace("$", "\\"), path) for pattern, target in rules if re.search(pattern, path)
        ]
        assert targets == ["https://lod.example.org/" + path], iri


def test_the_reference_page_is_the_generated_one() -> None:
    path = Path(__file__).parents[2] / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("docs_generate", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in module.vocabulary_page().items():
        assert (path.parent / name).read_text(encoding="utf-8") == text, f"run: python docs/generate.py ({name})"
