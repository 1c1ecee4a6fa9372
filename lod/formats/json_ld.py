"""Writes triples as JSON-LD 1.1, compacted with ontology/context.jsonld, one node object a subject.

The document carries the part of the context that it uses, so that nobody has to fetch anything to read it. Only
simple definitions are used: a term with `@type`, `@language` or `@container` (`@set`, `@language`), and prefixes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from lod import assets
from lod.vocab import PREFIXES, XSD

Json: TypeAlias = Any
RDF_TYPE = PREFIXES["rdf"] + "type"
_GEN_DELIM = re.compile(r"[:/?#\[\]@]\Z")
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,14})\Z")
_WHOLE_NUMBERS = {XSD.integer.value, XSD.nonNegativeInteger.value}
_HANDLED = {"@id", "@type", "@language", "@container"}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the context. `type` and `language` coerce its values; `container` holds `@set`, `@language` or both."""

    name: str
    iri: str
    type: str | None = None
    language: str | None = None
    container: frozenset[str] = frozenset()

    def fits(self, value: NamedNode | BlankNode | Literal) -> int:
        """How well the term says this value: 0 not at all, 2 with its coercion, 1 spelled out."""
        if not isinstance(value, Literal):
            return 2 if self.type in {"@id", "@vocab"} else int(self.type is None and not self._for_text)
        if "@language" in self.container:
            return 2 if value.language else 0
        if self.language:
            return 2 if value.language == self.language else 0
        if self.type:
            return 2 if value.datatype.value == self.type else 0
        return 1

    @property
    def _for_text(self) -> bool:
        return bool(self.language) or "@language" in self.container


@dataclass(frozen=True)
class Context:
    """The terms of a context document, ready for writing."""

    definitions: dict[str, Json]
    prefixes: dict[str, str]
    properties: dict[str, tuple[Term, ...]]
    classes: dict[str, str]
    aliases: dict[str, str]

    def term(self, iri: str, value: NamedNode | BlankNode | Literal) -> Term | None:
        best = max(self.properties.get(iri, ()), key=lambda term: term.fits(value), default=None)
        return best if best and best.fits(value) else None


def read_context(document: Json) -> Context:
    """Reads the definitions that this writer can use; others stay unused, which is always right, only longer."""
    given: dict[str, Json] = document["@context"]
    simple = {name: value for name, value in given.items() if not name.startswith("@")}
    prefixes = {name: value for name, value in simple.items() if isinstance(value, str) and _GEN_DELIM.search(value)}
    properties: dict[str, list[Term]] = {}
    classes = {}
    for name, value in simple.items():
        entry = {"@id": value} if isinstance(value, str) else value
        if name in prefixes or not isinstance(entry, dict) or set(entry) - _HANDLED or "@id" not in entry:
            continue
        iri = _expand(entry["@id"], prefixes)
        coercion = entry.get("@type")
        container = entry.get("@container", [])
        term = Term(
            name,
            iri,
            _expand(coercion, prefixes) if coercion else None,
            entry.get("@language"),
            frozenset([container] if isinstance(container, str) else container),
        )
        properties.setdefault(iri, []).append(term)
        if set(entry) == {"@id"}:
            classes[iri] = name
    aliases = {value: name for name, value in simple.items() if isinstance(value, str) and value.startswith("@")}
    return Context(given, prefixes, {iri: tuple(terms) for iri, terms in properties.items()}, classes, aliases)


@cache
def _context() -> Context:
    return read_context(json.loads(assets.read_text("ontology", "context.jsonld")))


def write(triples: Iterable[Triple]) -> bytes:
    """The triples as an indented JSON-LD document in UTF-8. Subjects and values keep the order in which they come.

    An IRI such as `org:x`, whose scheme is also a name of the context, would be read as one of ours: then no context.
    """
    triples = list(triples)
    if any(iri.partition(":")[0] in _context().definitions for iri in iris(triples)):
        output = BytesIO()
        serialize(triples, output, RdfFormat.JSON_LD)
        return output.getvalue()
    document = _Writer(_context()).document(triples)
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


class NameClashError(ValueError):
    """An IRI begins as a name of the context does: with the context it would be read as one of ours."""


def stream(groups: Iterable[Sequence[Triple]], *, with_context: bool = True) -> Iterator[bytes]:
    """A document of any size in pieces: the whole context, then a line for each subject of each group of triples.

    Raises NameClashError on the way; without the context no name can clash.
    """
    context = _context() if with_context else Context({}, {}, {}, {}, {})
    writer = _Writer(context)
    head = {"@context": context.definitions} if with_context else {}
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + (b', "@graph": [' if head else b'"@graph": [')
    comma = b"\n"
    for triples in groups:
        if any(iri.partition(":")[0] in context.definitions for iri in iris(triples)):
            raise NameClashError
        for node in writer.nodes(triples):
            yield comma + json.dumps(node, ensure_ascii=False).encode()
            comma = b",\n"
    yield b"\n]}\n"


def iris(triples: Iterable[Triple]) -> Iterator[str]:
    """Every IRI in triples, datatypes included, as often as it occurs."""
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value


def _coerced(term: Term, value: Literal) -> Json:
    """The bare value where the term says the rest; whole numbers as JSON numbers."""
    is_number = term.type in _WHOLE_NUMBERS and _INTEGER.match(value.value)
    return int(value.value) if is_number else value.value


def _expand(name: str, prefixes: dict[str, str]) -> str:
    prefix, colon, rest = name.partition(":")
    return prefixes[prefix] + rest if colon and prefix in prefixes and not rest.startswith("//") else name


@dataclass
class _Writer:
    """Compacts one document and remembers which definitions it used."""

    context: Context
    used: set[str] = field(default_factory=set)

    def nodes(self, triples: Iterable[Triple]) -> list[Json]:
        """A node object for each subject, in the order in which they come."""
        subjects: dict[str, list[Triple]] = {}
        for triple in triples:
            if not isinstance(triple.subject, Triple):
                subjects.setdefault(self._node_id(triple.subject), []).append(triple)
        return [self._node(iri, about) for iri, about in subjects.items()]

    def document(self, triples: Iterable[Triple]) -> Json:
        nodes = self.nodes(triples)
        head = {"@context": self._used_context()}
        return head | nodes[0] if len(nodes) == 1 else head | {"@graph": nodes}

    def _used_context(self) -> Json:
        """The definitions used, and the prefixes that these stand on, in the order of the context."""
        needed = set(self.used)
        for name in self.used:
            definition = self.context.definitions[name]
            parts = [definition] if isinstance(definition, str) else [definition.get("@id"), definition.get("@type")]
            needed |= {part.partition(":")[0] for part in parts if isinstance(part, str) and ":" in part}
        return {
            name: value for name, value in self.context.definitions.items() if name in needed or name.startswith("@")
        }

    def _node(self, iri: str, triples: Sequence[Triple]) -> Json:
        node: dict[str, Json] = {self._keyword("@id"): iri}
        for triple in triples:
            value = triple.object
            if isinstance(value, Triple):  # RDF 1.2; JSON-LD 1.1 has no form for it
                raise ValueError(str(value))
            if triple.predicate.value == RDF_TYPE and isinstance(value, NamedNode):
                node.setdefault(self._keyword("@type"), []).append(self._class(value.value))
                continue
            term = self.context.term(triple.predicate.value, value)
            if term is None:
                self._append(node, self._iri(triple.predicate.value), self._spelled_out(value))
                continue
            self.used.add(term.name)
            self._add(node, term, value)
        return node

    def _add(self, node: dict[str, Json], term: Term, value: NamedNode | BlankNode | Literal) -> None:
        if isinstance(value, Literal) and "@language" in term.container:
            self._append(node.setdefault(term.name, {}), value.language or "@none", value.value)
        elif not isinstance(value, Literal) and term.type in {"@id", "@vocab"}:
            self._append(node, term.name, self._node_id(value), always_list="@set" in term.container)
        elif isinstance(value, Literal) and (term.language or term.type):
            self._append(node, term.name, _coerced(term, value), always_list="@set" in term.container)
        else:
            self._append(node, term.name, self._spelled_out(value), always_list="@set" in term.container)

    def _append(self, target: dict[str, Json], key: str, value: Json, *, always_list: bool = False) -> None:
        if key not in target:
            target[key] = [value] if always_list else value
        elif isinstance(target[key], list):
            target[key].append(value)
        else:
            target[key] = [target[key], value]

    def _spelled_out(self, value: NamedNode | BlankNode | Literal) -> Json:
        if not isinstance(value, Literal):
            return {self._keyword("@id"): self._node_id(value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype == XSD.string:
            return value.value
        if value.datatype == XSD.integer and _INTEGER.match(value.value):
            return int(value.value)
        if value.datatype == XSD.boolean and value.value in {"true", "false"}:
            return value.value == "true"
        return {"@value": value.value, "@type": self._iri(value.datatype.value)}

    def _node_id(self, node: NamedNode | BlankNode) -> str:
        return str(node) if isinstance(node, BlankNode) else self._iri(node.value)

    def _class(self, iri: str) -> str:
        if iri in self.context.classes:
            self.used.add(self.context.classes[iri])
            return self.context.classes[iri]
        return self._iri(iri)

    def _iri(self, iri: str) -> str:
        """A compact IRI where a prefix has a local name to shorten, otherwise the IRI itself."""
        for prefix, space in self.context.prefixes.items():
            local = iri.removeprefix(space)
            if local and local != iri and not local.startswith("//"):
                self.used.add(prefix)
                return f"{prefix}:{local}"
        return iri

    def _keyword(self, keyword: str) -> str:
        alias = self.context.aliases.get(keyword)
        if alias:
            self.used.add(alias)
        return alias or keyword
