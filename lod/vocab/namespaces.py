"""The prefix table, and how a class becomes a closed namespace."""

from __future__ import annotations

from types import MappingProxyType
from typing import ClassVar

from pyoxigraph import NamedNode

PREFIXES: dict[str, str] = {
    "mpol": "https://w3id.org/mupol/def#",
    "mpc": "https://w3id.org/mupol/code/",
    "mps": "https://w3id.org/mupol/shapes#",
    "text": "https://w3id.org/mupol/text#",
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "ldes": "https://w3id.org/ldes#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "tree": "https://w3id.org/tree#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Namespace:
    """Base of the closed namespaces. Each annotated name of a subclass becomes the NamedNode of that term.

    A name that Python reserves is written with an underscore at its end: `SH.class_` is sh:class.
    """

    base: ClassVar[str]
    _terms: ClassVar[MappingProxyType[str, NamedNode]]

    def __init_subclass__(cls, *, prefix: str) -> None:
        cls.base = PREFIXES[prefix]
        nodes = {}
        for name in cls.__annotations__:
            local = name.rstrip("_")
            nodes[local] = NamedNode(cls.base + local)
            setattr(cls, name, nodes[local])
        cls._terms = MappingProxyType(nodes)


def terms(namespace: type[Namespace]) -> MappingProxyType[str, NamedNode]:
    """Every term of a closed namespace by its local name."""
    return namespace._terms
