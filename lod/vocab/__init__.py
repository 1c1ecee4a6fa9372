"""Closed namespaces: a term that is not declared here does not exist, for mypy and at run time (AttributeError).

    MPOL.Goal            → NamedNode("https://w3id.org/mupol/def#Goal")
    MPC["role-bucho"]    → a concept, a scheme or a datatype of the code lists
    MPS["P01"]           → a shape

`PREFIXES` is the only prefix table. Nothing here needs more than pyoxigraph, so importing it is cheap.
"""

from lod.vocab.cataloguing import ADMS, DCAT, DCATAP, HYDRA, SD, SPDX, VCARD, VOID
from lod.vocab.events import AS, LDES, TREE
from lod.vocab.namespaces import PREFIXES, Namespace, terms
from lod.vocab.own import MPC, MPOL, MPS, TEXT
from lod.vocab.reused import (
    DCTERMS,
    FOAF,
    OA,
    ORG,
    OWL,
    PROV,
    QB,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    TIME,
    XSD,
)
from lod.vocab.shacl import SH

__all__ = [
    "ADMS",
    "AS",
    "DCAT",
    "DCATAP",
    "DCTERMS",
    "FOAF",
    "HYDRA",
    "LDES",
    "MPC",
    "MPOL",
    "MPS",
    "OA",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "QB",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SD",
    "SH",
    "SKOS",
    "SPDX",
    "TEXT",
    "TIME",
    "TREE",
    "VCARD",
    "VOID",
    "XSD",
    "Namespace",
    "terms",
]
