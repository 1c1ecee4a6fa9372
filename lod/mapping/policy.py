"""The source document, the department's policy of the year, its goals and the numbers of staff."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from lod.mapping.draft import Draft, Thing
from lod.mapping.terms import TYPE, day, integer, ja
from lod.model import Goal, Section, Status, Value
from lod.text.era import find_fiscal_years, fiscal_year_labels
from lod.vocab import DCTERMS, MPOL, PROV, QB, SCHEMA, SKOS, XSD


def map_source(draft: Draft) -> None:
    """The edition of the paper."""
    record = draft.record
    draft.fact(
        draft.source,
        (TYPE, MPOL.SourceDocument),
        (TYPE, PROV.Entity),
        (MPOL.documentType, draft.code(record.document_type)),
        (MPOL.stage, draft.code(f"stage-{record.stage}")),
        (MPOL.describes, draft.policy),
        (DCTERMS.publisher, draft.city),
        (MPOL.sourceDigest, Literal(record.source.sha256)),
    )
    draft.stated(draft.source, DCTERMS.title, ja(record.title.value), record.title)


def map_policy(draft: Draft, sections: list[tuple[Section, Thing]]) -> None:
    """The policy with what it lists; initiatives add themselves."""
    record, policy = draft.record, draft.policy
    draft.fact(
        policy,
        (TYPE, MPOL.DepartmentPolicy),
        (DCTERMS.title, ja(_policy_title(record.title.value, draft.fy))),
        (DCTERMS.source, draft.source),
    )
    draft.stated(policy, MPOL.policyOf, draft.department.node, record.department)
    draft.stated(policy, MPOL.forFiscalYear, draft.year, record.fiscal_year)
    if record.basic_policy is not None:
        draft.stated(policy, MPOL.basicPolicy, ja(record.basic_policy.value), record.basic_policy)
    for section, unit in sections:
        draft.stated(policy, MPOL.listsUnit, unit.node, section.name)
    for goal in record.goals:
        _map_goal(draft, goal)


def _policy_title(title: str, fy: int) -> str:
    """The paper's title, with the year if it does not name it: 産業振興部の基本方針（平成28年度）."""
    named = any(year == fy for year, _, _ in find_fiscal_years(title))
    return title if named else f"{title}（{fiscal_year_labels(fy)[0]}）"


def _map_goal(draft: Draft, goal: Goal) -> None:
    node = NamedNode(draft.mint.goal(draft.lg, draft.fy, draft.department.key, goal.number))
    draft.fact(draft.policy, (MPOL.hasGoal, node))
    draft.fact(node, (TYPE, MPOL.Goal), (MPOL.goalNumber, integer(goal.number)))
    if goal.mark:
        draft.fact(node, (SKOS.notation, Literal(goal.mark)))
    draft.stated(node, DCTERMS.description, ja(goal.text.value), goal.text)


def map_headcount(draft: Draft, section: Section, unit: Thing) -> None:
    """The number of staff of a section; nothing without the date of which it is true."""
    count, as_of = section.headcount, draft.record.as_of
    if count is None or as_of is None or Status.WITHHELD in (count.status, as_of.status):
        return
    node = NamedNode(draft.mint.headcount(draft.lg, unit.key, as_of.value))
    draft.fact(
        node,
        (TYPE, MPOL.HeadcountObservation),
        (TYPE, QB.Observation),
        (QB.dataSet, NamedNode(draft.mint.dataset(draft.lg, "headcount"))),
        (MPOL.observedUnit, unit.node),
        (DCTERMS.source, draft.source),
    )
    draft.stated(node, MPOL.asOf, day(as_of.value), as_of)
    draft.stated(node, MPOL.headcount, Literal(str(count.value), datatype=XSD.integer), count)
    if unit_text := _headcount_unit(draft, count):
        draft.fact(node, (SCHEMA.unitText, ja(unit_text)))


def _headcount_unit(draft: Draft, count: Value[int]) -> str:
    """The unit printed with the number, else the first that the form knows."""
    units = draft.form.headcount_units if draft.form else ()
    printed = [unit for unit in units if count.raw.rstrip().endswith(unit)]
    return next(iter((*printed, *units)), "")
