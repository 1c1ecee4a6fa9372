"""What formats are called in the registers that data sets and services are described with, by file suffix."""

from __future__ import annotations

_W3C = "http://www.w3.org/ns/formats/"
W3C_FORMATS: dict[str, str] = {
    "ttl": _W3C + "Turtle",
    "jsonld": _W3C + "JSON-LD",
    "nt": _W3C + "N-Triples",
    "rdf": _W3C + "RDF_XML",
    "json": _W3C + "SPARQL_Results_JSON",
    "xml": _W3C + "SPARQL_Results_XML",
    "csv": _W3C + "SPARQL_Results_CSV",
    "tsv": _W3C + "SPARQL_Results_TSV",
}
"""W3C's unique IRIs for file formats: of a graph, then of query results."""
