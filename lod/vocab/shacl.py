"""The terms of SHACL that this project uses."""

# ruff: noqa: N815 -- the names are those of the vocabulary

from __future__ import annotations

from pyoxigraph import NamedNode

from lod.vocab.namespaces import Namespace


class SH(Namespace, prefix="sh"):
    """W3C SHACL."""

    Info: NamedNode
    NodeShape: NamedNode
    PropertyShape: NamedNode
    SPARQLAskExecutable: NamedNode
    SPARQLConstructExecutable: NamedNode
    SPARQLExecutable: NamedNode
    SPARQLSelectExecutable: NamedNode
    ValidationReport: NamedNode
    ValidationResult: NamedNode
    Violation: NamedNode
    Warning: NamedNode
    ask: NamedNode
    class_: NamedNode
    conforms: NamedNode
    construct: NamedNode
    datatype: NamedNode
    declare: NamedNode
    description: NamedNode
    focusNode: NamedNode
    in_: NamedNode
    maxCount: NamedNode
    message: NamedNode
    minCount: NamedNode
    name: NamedNode
    namespace: NamedNode
    order: NamedNode
    path: NamedNode
    prefix: NamedNode
    prefixes: NamedNode
    property: NamedNode
    result: NamedNode
    resultMessage: NamedNode
    resultPath: NamedNode
    resultSeverity: NamedNode
    select: NamedNode
    severity: NamedNode
    sourceConstraint: NamedNode
    sourceConstraintComponent: NamedNode
    sourceShape: NamedNode
    sparql: NamedNode
    targetClass: NamedNode
    targetObjectsOf: NamedNode
    targetSubjectsOf: NamedNode
    value: NamedNode
