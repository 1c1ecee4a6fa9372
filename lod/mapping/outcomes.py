"""Programs in the paper's year: what is planned, what was reported, what the report counts.

Which goal a program serves is linked only where a paper says so; this layout never does.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Triple

from lod.mapping.draft import Draft, Thing
from lod.mapping.organization import label_triples, map_other_unit
from lod.mapping.terms import TYPE, ja, number
from lod.model import ProgramEntry, Quantity, Report
from lod.vocab import DCTERMS, MPOL, PROV, RDFS, SCHEMA


def map_program(draft: Draft, entry: ProgramEntry, listed: set[str]) -> None:
    """The program (registry) and its initiative of the year. `listed` holds the keys of units that are known."""
    program = draft.program(entry.name.value)
    draft.registry += (Triple(program.node, TYPE, MPOL.Program), *label_triples(program.node, program.names))
    initiative = NamedNode(draft.mint.initiative(draft.lg, draft.fy, program.key))
    draft.fact(draft.policy, (MPOL.hasInitiative, initiative))
    draft.fact(initiative, (TYPE, MPOL.Initiative), (TYPE, PROV.Plan))
    draft.stated(initiative, MPOL.program, program.node, entry.name)
    draft.fact(initiative, (MPOL.forFiscalYear, draft.year))
    for name in entry.sections:
        unit = draft.unit(name.value, within=draft.department.key)
        if unit.key not in listed:
            map_other_unit(draft, unit)
        draft.stated(initiative, MPOL.responsibleUnit, unit.node, name)
    if entry.plan is not None:
        draft.stated(initiative, MPOL.plannedAction, ja(entry.plan.value), entry.plan)
    for report in entry.reports:
        _map_report(draft, program, initiative, report)
    draft.fact(initiative, (DCTERMS.source, draft.source))


def _map_report(draft: Draft, program: Thing, initiative: NamedNode, report: Report) -> None:
    outcome = NamedNode(draft.mint.outcome(draft.lg, draft.fy, program.key, report.stage))
    draft.fact(initiative, (MPOL.hasOutcome, outcome))
    draft.fact(
        outcome,
        (TYPE, MPOL.Outcome),
        (TYPE, PROV.Entity),
        (MPOL.stage, draft.code(f"stage-{report.stage}")),
        (DCTERMS.source, draft.source),
    )
    draft.stated(outcome, MPOL.resultText, ja(report.text.value), report.text)
    for at, quantity in enumerate(report.quantities, start=1):
        measure = NamedNode(draft.mint.measure(draft.lg, draft.fy, program.key, report.stage, at))
        draft.fact(outcome, (MPOL.hasMeasure, measure))
        _map_quantity(draft, measure, quantity)


def _map_quantity(draft: Draft, measure: NamedNode, quantity: Quantity) -> None:
    draft.fact(
        measure,
        (TYPE, MPOL.OutcomeMeasure),
        (TYPE, SCHEMA.QuantitativeValue),
        (MPOL.measureStatus, draft.code(quantity.status_code)),
    )
    draft.stated(measure, SCHEMA.value, number(quantity.value), quantity.evidence)
    texts = (
        (RDFS.label, quantity.label),
        (MPOL.measuredItem, quantity.item),
        (SCHEMA.unitText, quantity.unit),
        (MPOL.qualifier, quantity.qualifier),
    )
    draft.fact(measure, *((predicate, ja(text)) for predicate, text in texts if text))
