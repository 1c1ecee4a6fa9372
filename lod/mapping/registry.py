"""What the registry says without any paper: the municipality, and units and programs that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pyoxigraph import NamedNode, Triple

from lod.identities import UNIT, Change
from lod.iri import Mint
from lod.mapping.organization import label_triples, municipality_triples, unit_triples
from lod.mapping.terms import TYPE, day, en, ja
from lod.municipality import Municipality
from lod.vocab import DCTERMS, MPOL, ORG, PROV, SKOS


def map_municipality(municipality: Municipality, mint: Mint) -> tuple[Triple, ...]:
    """The municipality and every rename, merger and split of identities.csv with the things concerned."""
    triples = [*municipality_triples(municipality, mint)]
    for change in municipality.identities.changes:
        for key in dict.fromkeys((*change.originals, *change.results)):
            triples += _thing(municipality, mint, change.kind, key)
        triples += _change(municipality.code, mint, change)
    return tuple(dict.fromkeys(triples))


def _thing(municipality: Municipality, mint: Mint, kind: str, key: str) -> Iterator[Triple]:
    names = municipality.identities.names(kind, key)
    if kind != UNIT:
        program = NamedNode(mint.program(municipality.code, key))
        yield Triple(program, TYPE, MPOL.Program)
        yield from label_triples(program, names)
        return
    parent = municipality.identities.parent(key)
    above = mint.unit(municipality.code, parent) if parent else mint.municipality(municipality.code)
    unit = NamedNode(mint.unit(municipality.code, key))
    yield from unit_triples(unit, names, NamedNode(above), above_is_city=not parent)


def _change(lg: str, mint: Mint, change: Change) -> Iterator[Triple]:
    """Units change by an org:ChangeEvent (ORG 5.5). A program is no organization: its change is a plain activity."""
    first = date(change.year, 4, 1)
    event = NamedNode(mint.change(lg, change.originals[0], first.isoformat()))
    node = mint.unit if change.kind == UNIT else mint.program
    before = [NamedNode(node(lg, key)) for key in change.originals]
    after = [NamedNode(node(lg, key)) for key in change.results]
    label = f"{'・'.join(change.before)} → {'・'.join(change.after)}"
    yield Triple(event, TYPE, ORG.ChangeEvent if change.kind == UNIT else PROV.Activity)
    yield Triple(event, SKOS.prefLabel, ja(label))
    yield Triple(event, SKOS.prefLabel, en(f"{_word(change)} on {first}: {label}"))
    yield Triple(event, DCTERMS.date, day(first))
    used = ORG.originalOrganization if change.kind == UNIT else PROV.used
    for thing in before:
        yield Triple(event, used, thing)
    for thing in after:
        if change.kind == UNIT:
            yield Triple(event, ORG.resultingOrganization, thing)
        elif thing not in before:
            yield Triple(thing, PROV.wasGeneratedBy, event)


def _word(change: Change) -> str:
    if change.is_rename:
        return "Renamed"
    if len(change.originals) > 1:
        return "Merged" if len(change.results) == 1 else "Rearranged"
    return "Split" if len(change.results) > 1 else "Succeeded"
