"""What the editor completes: our terms and codes, and the terms that we reuse, with their names in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pyoxigraph import NamedNode

from lod.vocab import PREFIXES, RDFS, SKOS
from lod.web import site
from lod.web.texts import table

_SECTION = "terms."


def completions() -> str:
    """JSON: the prefix table, and for each term its short name, kind, and names in Japanese and English."""
    terms = [*_own(), *_codes(), *_text_search(), *_reused()]
    return json.dumps({"prefixes": PREFIXES, "terms": terms}, ensure_ascii=False, separators=(",", ":"))


def _own() -> Iterator[list[str]]:
    ontology = site.site().ontology
    for kind, nodes in (("class", ontology.classes), ("property", ontology.properties)):
        for node in nodes:
            yield _entry(node, kind, RDFS.label)


def _text_search() -> Iterator[list[str]]:
    """The names that stand for the search index (ontology/text.ttl)."""
    index = site.site().ontology.text_index
    for node in index.subjects(RDFS.isDefinedBy, NamedNode(PREFIXES["text"].removesuffix("#"))):
        yield [
            site.shortened(node.value),
            "property",
            index.text(node, RDFS.label, "ja"),
            index.text(node, RDFS.label, "en"),
        ]


def _codes() -> Iterator[list[str]]:
    ontology = site.site().ontology
    for scheme in ontology.schemes:
        yield _entry(scheme, "list", SKOS.prefLabel)
        for node in ontology.concepts(scheme):
            yield _entry(node, "code", SKOS.prefLabel)


def _entry(node: NamedNode, kind: str, label: NamedNode) -> list[str]:
    index = site.site().ontology.index
    return [site.shortened(node.value), kind, index.text(node, label, "ja"), index.text(node, label, "en")]


def _reused() -> Iterator[list[str]]:
    """Terms of other vocabularies: a class begins with a capital letter, by the custom of all of them."""
    for key, words in table().items():
        if key.startswith(_SECTION):
            name = key.removeprefix(_SECTION)
            kind = "class" if name.partition(":")[2][:1].isupper() else "property"
            yield [name, kind, words["ja"], words["en"]]
