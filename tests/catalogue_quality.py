"""The metadata quality score of data.europa.eu, computed for a catalogue by its published rules.

Dimensions, indicators and points: "MQA methodology" of data.europa.eu. An indicator that is judged for every file gives
its points times the share of files that fulfil it; here the score of a catalogue is the mean over its data sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef
from rdflib.term import Node

EU = "http://publications.europa.eu/resource/authority/"
FILE_TYPE = EU + "file-type/"
MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"
MACHINE_READABLE = {
    "CSV", "GEOJSON", "ICS", "JSON", "JSON_LD", "KML", "KMZ", "NETCDF", "ODS", "RDFA", "RDF_N_QUADS", "RDF_N_TRIPLES",
    "RDF_TRIG", "RDF_TURTLE", "RDF_XML", "RSS", "SHP", "XLS", "XLSX", "XML",
}  # fmt: skip
"""EU file types that count as machine-readable (edp-machine-readable-format)."""
PROPRIETARY = {"XLS", "XLSX", "SHP", "BIN"}
"""File types of our catalogue that are not on the list of non-proprietary formats. Unsure ones count as proprietary."""
BANDS = ((351, "Excellent"), (221, "Good"), (121, "Sufficient"), (0, "Bad"))
DIMENSIONS = {"Findability": 100, "Accessibility": 100, "Interoperability": 110, "Reusability": 75, "Contextuality": 20}

Reachable = Callable[[str], bool]


def band(points: float) -> str:
    return next(name for least, name in BANDS if points >= least)


def score(graph: Graph, reachable: Reachable, *, conforms: bool) -> Mapping[str, float]:
    """Points by dimension, the mean over all data sets. `reachable` says whether an address answers with 2xx."""
    total: defaultdict[str, float] = defaultdict(float)
    datasets = list(graph.subjects(RDF.type, DCAT.Dataset))
    for dataset in datasets:
        for dimension, points in _of_dataset(graph, dataset, reachable, conforms=conforms):
            total[dimension] += points / len(datasets)
    return dict(total)


def _of_dataset(graph: Graph, node: Node, reachable: Reachable, *, conforms: bool) -> Iterable[tuple[str, float]]:
    def has(*terms: URIRef) -> bool:
        return any(graph.value(node, term) is not None for term in terms)

    files = list(graph.objects(node, DCAT.distribution))

    def share(test: Callable[[Node], bool]) -> float:
        return sum(map(test, files)) / len(files) if files else 0.0

    def states(term: URIRef) -> Callable[[Node], bool]:
        return lambda file: graph.value(file, term) is not None

    def answers(term: URIRef) -> Callable[[Node], bool]:
        return lambda file: (value := graph.value(file, term)) is not None and reachable(str(value))

    def listed(term: URIRef, start: str) -> Callable[[Node], bool]:
        return lambda file: str(graph.value(file, term)).startswith(start)

    def kind(file: Node) -> str:
        return str(graph.value(file, DCTERMS.format)).removeprefix(FILE_TYPE)

    access = str(graph.value(node, DCTERMS.accessRights))
    yield from (
        ("Findability", 30 * has(DCAT.keyword)),
        ("Findability", 30 * has(DCAT.theme, DCTERMS.subject)),
        ("Findability", 20 * has(DCTERMS.spatial)),
        ("Findability", 20 * has(DCTERMS.temporal)),
        ("Accessibility", 50 * share(answers(DCAT.accessURL))),
        ("Accessibility", 20 * share(states(DCAT.downloadURL))),
        ("Accessibility", 30 * share(answers(DCAT.downloadURL))),
        ("Interoperability", 20 * share(states(DCTERMS.format))),
        ("Interoperability", 10 * share(states(DCAT.mediaType))),
        ("Interoperability", 10 * share(lambda f: listed(DCTERMS.format, FILE_TYPE)(f) and _iana(graph, f))),
        ("Interoperability", 20 * share(lambda file: kind(file) not in PROPRIETARY)),
        ("Interoperability", 20 * share(lambda file: kind(file) in MACHINE_READABLE)),
        ("Interoperability", 30 * conforms),
        ("Reusability", 20 * share(states(DCTERMS.license))),
        ("Reusability", 10 * share(listed(DCTERMS.license, EU + "licence/"))),
        ("Reusability", 10 * has(DCTERMS.accessRights)),
        ("Reusability", 5 * access.startswith(EU + "access-right/")),
        ("Reusability", 20 * has(DCAT.contactPoint)),
        ("Reusability", 10 * has(DCTERMS.publisher)),
        ("Contextuality", 5 * share(states(DCTERMS.rights))),
        ("Contextuality", 5 * share(states(DCAT.byteSize))),
        ("Contextuality", 5 * has(DCTERMS.issued)),
        ("Contextuality", 5 * has(DCTERMS.modified)),
    )


def _iana(graph: Graph, file: Node) -> bool:
    return str(graph.value(file, DCAT.mediaType)).startswith(MEDIA_TYPE)
