"""Who heads a unit in the paper's year: one org:Membership for each person and post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from pyoxigraph import NamedNode

from lod.identities import PERSON, Row, person_context
from lod.mapping.draft import Draft, Thing
from lod.mapping.organization import map_post, role_key
from lod.mapping.terms import TYPE, ja, kana
from lod.model import PostHolder, Status, Value
from lod.vocab import DCTERMS, FOAF, MPOL, ORG

_DOUBTFUL = frozenset((Status.UNCERTAIN, Status.WITHHELD))


def map_people(draft: Draft, units: list[tuple[Thing, tuple[PostHolder, ...]]]) -> None:
    """Every holder of a post. The second holder of one post, named or not, is number 2."""
    counts: Counter[tuple[str, str]] = Counter()
    for unit, holders in units:
        for holder in holders:
            counts[unit.key, holder.role] += 1
            _map_holder(draft, unit, holder, counts[unit.key, holder.role])


def _map_holder(draft: Draft, unit: Thing, holder: PostHolder, nth: int) -> None:
    post = map_post(draft, unit, holder.post, holder.role)
    name = _published(draft, holder.name)
    if name is None:
        for term, value in ((FOAF.name, holder.name), (MPOL.nameReading, holder.reading)):
            if value is not None:
                draft.places.withhold(draft.policy, term, value)
        return
    role = role_key(holder.role)
    key = draft.municipality.identities.person_key(draft.fy, unit.key, role, nth, name.value)
    draft.used[Row(PERSON, key, name.value, context=person_context(draft.fy, unit.key, role))] = None
    person = NamedNode(draft.mint.person(draft.lg, key))
    _map_person(draft, person, name, holder.reading)
    tenure = NamedNode(draft.mint.tenure(draft.lg, draft.fy, unit.key, role, nth))
    draft.fact(tenure, (TYPE, ORG.Membership))
    draft.stated(tenure, ORG.member, person, name)
    draft.fact(
        tenure,
        (ORG.organization, unit.node),
        (ORG.role, draft.code(holder.role)),
        (MPOL.post, post),
        (MPOL.forFiscalYear, draft.year),
        (DCTERMS.source, draft.source),
    )


def _published(draft: Draft, name: Value[str] | None) -> Value[str] | None:
    """The name, if there is one that may be published."""
    if name is None or name.status is Status.WITHHELD or draft.municipality.person_names == "withhold":
        return None
    return name


def _map_person(draft: Draft, person: NamedNode, name: Value[str], reading: Value[str] | None) -> None:
    draft.fact(person, (TYPE, FOAF.Person))
    draft.stated(person, FOAF.name, ja(name.value), name)
    if reading is not None:
        draft.stated(person, MPOL.nameReading, kana(reading.value), reading)
    draft.fact(
        person, (MPOL.reviewStatus, draft.code(_review({name.status, reading.status if reading else name.status})))
    )


def _review(statuses: Collection[Status]) -> str:
    """How far a person has looked at what is said of somebody; doubt about a part is doubt."""
    if not _DOUBTFUL.isdisjoint(statuses):
        return "review-needed"
    return "review-corrected" if Status.CORRECTED in statuses else "review-auto"
