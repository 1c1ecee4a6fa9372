"""Says "certainly conforms" quickly. Never says "does not conform": a doubt is for the judge.

A check may answer True only where SHACL says that the node conforms. Unknown constraints, unknown datatypes and
unusual targets are doubts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeAlias, cast

import pyoxigraph as ox

from lod.validation.shapes import RDF, SH, Path_, Shape, ShapesFile, Term, can_run_free
from lod.vocab import PREFIXES

XSD = PREFIXES["xsd"]
_TYPE = RDF + "type"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"

Values: TypeAlias = frozenset[Term]
Check: TypeAlias = "Callable[[Data, Values], bool]"
ValueCheck: TypeAlias = "Callable[[Data, Term], bool]"


class Data:
    """Triples of one data graph, indexed both ways; the store for SPARQL is made when first asked for."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = tuple(triples)
        self._out: dict[tuple[Term, str], list[Term]] = defaultdict(list)
        self._in: dict[tuple[Term, str], list[Term]] = defaultdict(list)
        self._subjects: dict[str, list[Term]] = defaultdict(list)
        for triple in self.triples:
            subject, predicate, value = triple.subject, triple.predicate.value, triple.object
            self._out[subject, predicate].append(value)
            self._in[value, predicate].append(subject)
            self._subjects[predicate].append(subject)
        self._store: ox.Store | None = None

    @property
    def has_subclasses(self) -> bool:
        """Whether classes of the data have subclasses (SHACL 2.1.3.2 then widens targets and sh:class)."""
        return _SUBCLASS in self._subjects

    def objects(self, subject: Term, predicate: str) -> list[Term]:
        return self._out.get((subject, predicate), [])

    def subjects(self, predicate: str, value: Term) -> list[Term]:
        return self._in.get((value, predicate), [])

    def subjects_of(self, predicate: str) -> list[Term]:
        return self._subjects.get(predicate, [])

    def any_row(self, query: str) -> bool:
        """Whether a SELECT gives any row."""
        if self._store is None:
            self._store = ox.Store()
            self._store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples)
        return any(True for _ in cast(ox.QuerySolutions, self._store.query(query)))


class CompiledShape:
    """One shape as closures. `certifies` is True only if no node of the data can break the rule."""

    def __init__(self, shape: Shape, file: ShapesFile) -> None:
        self.shape = shape
        self.known = all(can_run_free(query) for query in shape.queries)
        self._checks: list[Check] = []
        for key, parameters in shape.constraints.items():
            check = _compile(file, key, parameters)
            if check is None:
                self.known = False
            else:
                self._checks.append(check)
        self.known = self.known and bool(shape.target_classes or shape.target_subjects_of)

    def certifies(self, data: Data) -> bool:
        return self.known and self._core(data) and not any(data.any_row(query.text) for query in self.shape.queries)

    def _core(self, data: Data) -> bool:
        if not self._checks:
            return True
        for focus in self._focus_nodes(data):
            values = frozenset((focus,)) if self.shape.path is None else _follow(data, self.shape.path, focus)
            if not all(check(data, values) for check in self._checks):
                return False
        return True

    def _focus_nodes(self, data: Data) -> set[Term]:
        nodes: set[Term] = set()
        for target in self.shape.target_classes:
            nodes.update(data.subjects(_TYPE, ox.NamedNode(target)))
        for target in self.shape.target_subjects_of:
            nodes.update(data.subjects_of(target))
        return nodes


def _follow(data: Data, path: Path_ | object, focus: Term) -> Values:
    """The value nodes of a path from a focus node (SHACL 2.3.1, SPARQL 1.1 section 9)."""
    match path:
        case str(iri):
            return frozenset(data.objects(focus, iri))
        case ("inverse", str(iri)):
            return frozenset(data.subjects(iri, focus))
        case ("sequence", first, *rest):
            nodes = _follow(data, first, focus)
            for step in rest:
                nodes = frozenset(value for node in nodes for value in _follow(data, step, node))
            return nodes
        case ("alternative", *steps):
            return frozenset(value for step in steps for value in _follow(data, step, focus))
        case ("one-or-more", step):
            return _closure(data, step, focus)
        case ("zero-or-more", step):
            return _closure(data, step, focus) | {focus}
        case ("zero-or-one", step):
            return _follow(data, step, focus) | {focus}
        case _:
            raise NotImplementedError(f"property path {path!r}")


def _closure(data: Data, step: object, focus: Term) -> Values:
    reached: set[Term] = set()
    open_ends: set[Term] = {focus}
    while open_ends:
        found = {value for node in open_ends for value in _follow(data, step, node)}
        open_ends = found - reached
        reached |= found
    return frozenset(reached)


def _compile(file: ShapesFile, key: str, parameters: tuple[Term, ...]) -> Check | None:
    """The check of one constraint of a shape, None if this module does not know it."""
    if key in _SET_CHECKS and len(parameters) == 1:
        return _SET_CHECKS[key](parameters[0])
    one = _compile_value(file, key, parameters)
    if one is None:
        return None
    each = one
    return lambda data, values: all(each(data, value) for value in values)


def _compile_value(file: ShapesFile, key: str, parameters: tuple[Term, ...]) -> ValueCheck | None:
    if key == SH + "class":
        return _all_of([_has_class(item) for item in parameters])
    if len(parameters) != 1:
        return None
    if key in _LIST_CHECKS:
        return _LIST_CHECKS[key](file.items(parameters[0]))
    if key == SH + "or":
        return _any_of(file, file.items(parameters[0]))
    return _VALUE_CHECKS[key](parameters[0]) if key in _VALUE_CHECKS else None


def _any_of(file: ShapesFile, members: list[Term]) -> ValueCheck | None:
    """sh:or over node shapes that consist of value constraints only (SHACL 4.6.3)."""
    branches: list[ValueCheck] = []
    for member in members:
        said = {key: values for key, values in file.nodes.get(member, {}).items() if key != _TYPE}
        checks = [_compile_value(file, key, tuple(values)) for key, values in said.items()]
        known = [check for check in checks if check is not None]
        if len(known) == len(checks):
            branches.append(_all_of(known))
    return lambda data, value: any(branch(data, value) for branch in branches)


def _all_of(checks: list[ValueCheck]) -> ValueCheck:
    return lambda data, value: all(check(data, value) for check in checks)


def _number(term: Term) -> Decimal | None:
    """The value of a plain integer or decimal literal, None for anything else."""
    if not isinstance(term, ox.Literal) or not _DECIMAL.match(term.value):
        return None
    known = term.datatype.value.removeprefix(XSD) in ("integer", "decimal", "nonNegativeInteger")
    return Decimal(term.value) if known else None


def _text(term: Term) -> str | None:
    return None if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).year > 0
    except ValueError:
        return False


_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?\Z", re.ASCII)
_LEXICAL: dict[str, Callable[[str], object]] = {
    XSD + "integer": re.compile(r"[+-]?\d+\Z", re.ASCII).match,
    XSD + "nonNegativeInteger": re.compile(r"\d+\Z", re.ASCII).match,
    XSD + "decimal": _DECIMAL.match,
    XSD + "gYear": re.compile(r"[1-9]\d{3}\Z", re.ASCII).match,
    XSD + "date": _is_date,
    XSD + "string": lambda text: True,
    RDF + "langString": lambda text: True,
}


def _datatype(parameter: Term) -> ValueCheck | None:
    """sh:datatype, with a lexical form that belongs to it (SHACL 4.1.2)."""
    wanted = parameter.value if isinstance(parameter, ox.NamedNode) else ""
    if wanted not in _LEXICAL:
        return None
    well_formed = _LEXICAL[wanted]
    return lambda data, term: (
        isinstance(term, ox.Literal) and term.datatype.value == wanted and bool(well_formed(term.value))
    )


def _has_class(parameter: Term) -> ValueCheck:
    return lambda data, term: parameter in data.objects(term, _TYPE)


def _node_kind(parameter: Term) -> ValueCheck | None:
    kinds: dict[Term, type] = {ox.NamedNode(SH + "IRI"): ox.NamedNode, ox.NamedNode(SH + "Literal"): ox.Literal}
    kind = kinds.get(parameter)
    return None if kind is None else lambda data, term: isinstance(term, kind)


def _pattern(parameter: Term) -> ValueCheck | None:
    if not isinstance(parameter, ox.Literal):
        return None
    search = re.compile(parameter.value).search
    return lambda data, term: (text := _text(term)) is not None and search(text) is not None


def _min_length(parameter: Term) -> ValueCheck | None:
    least = _number(parameter)
    return None if least is None else lambda data, term: (text := _text(term)) is not None and len(text) >= least


def _bound(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Term], ValueCheck | None]:
    def compile_bound(parameter: Term) -> ValueCheck | None:
        limit = _number(parameter)
        if limit is None:
            return None
        return lambda data, term: (number := _number(term)) is not None and holds(number, limit)

    return compile_bound


def _min_count(parameter: Term) -> Check | None:
    least = _number(parameter)
    return None if least is None else lambda data, values: len(values) >= least


def _max_count(parameter: Term) -> Check | None:
    most = _number(parameter)
    return None if most is None else lambda data, values: len(values) <= most


def _unique_lang(parameter: Term) -> Check | None:
    """sh:uniqueLang true (SHACL 4.4.5)."""

    def check(data: Data, values: Values) -> bool:
        tags = [term.language.lower() for term in values if isinstance(term, ox.Literal) and term.language]
        return len(tags) == len(set(tags))

    return check


def _one_of(members: list[Term]) -> ValueCheck:
    allowed = frozenset(members)
    return lambda data, term: term in allowed


def _language_in(members: list[Term]) -> ValueCheck:
    """sh:languageIn, here by equal tags only: a range such as "ja" for "ja-hira" is left to the judge."""
    tags = frozenset(term.value for term in members if isinstance(term, ox.Literal))
    return lambda data, term: isinstance(term, ox.Literal) and term.language in tags


_SET_CHECKS: dict[str, Callable[[Term], Check | None]] = {
    SH + "minCount": _min_count,
    SH + "maxCount": _max_count,
    SH + "uniqueLang": _unique_lang,
}
_LIST_CHECKS: dict[str, Callable[[list[Term]], ValueCheck]] = {SH + "in": _one_of, SH + "languageIn": _language_in}
_VALUE_CHECKS: dict[str, Callable[[Term], ValueCheck | None]] = {
    SH + "datatype": _datatype,
    SH + "nodeKind": _node_kind,
    SH + "pattern": _pattern,
    SH + "minLength": _min_length,
    SH + "minInclusive": _bound(lambda number, limit: number >= limit),
    SH + "maxInclusive": _bound(lambda number, limit: number <= limit),
}
