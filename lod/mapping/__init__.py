"""Record → graphs. One module for each part of a paper; pure functions, about a millisecond a paper.

map_record(record, municipality, mint)    the graphs of one paper edition
map_municipality(municipality, mint)      the registry triples that need no paper
code_lists()                              the triples of all code lists
example_queries()                         the example queries; map_example_queries(mint) as triples
without(paper, things)                    a paper's graphs less what has been withdrawn
"""

from __future__ import annotations

from lod.iri import Mint
from lod.mapping.codes import code_lists, described
from lod.mapping.draft import Draft
from lod.mapping.example_queries import ExampleQuery, example_queries, map_example_queries
from lod.mapping.fiscal_year import map_fiscal_year
from lod.mapping.meta import map_meta
from lod.mapping.organization import map_department, map_section, municipality_triples
from lod.mapping.outcomes import map_program
from lod.mapping.paper import Paper
from lod.mapping.people import map_people
from lod.mapping.policy import map_headcount, map_policy, map_source
from lod.mapping.registry import map_municipality
from lod.mapping.withdrawal import without
from lod.model import Record
from lod.municipality import Municipality


def map_record(record: Record, municipality: Municipality, mint: Mint) -> Paper:
    """The graphs of one paper. Raises UsageError F10 where the form names a code that no list has."""
    draft = Draft(record, municipality, mint)
    sections = [(section, draft.unit(section.name.value, draft.department.key)) for section in record.sections]
    draft.registry += municipality_triples(municipality, mint)
    map_department(draft)
    for _, unit in sections:
        map_section(draft, unit)
    map_source(draft)
    map_policy(draft, sections)
    map_people(draft, [(draft.department, record.heads), *((unit, section.heads) for section, unit in sections)])
    for section, unit in sections:
        map_headcount(draft, section, unit)
    listed = {draft.department.key, *(unit.key for _, unit in sections)}
    for entry in record.programs:
        map_program(draft, entry, listed)
    return _finish(draft)


def _finish(draft: Draft) -> Paper:
    codes = (*map_fiscal_year(draft.mint, draft.fy), *(triple for code in draft.codes for triple in described(code)))
    return Paper(
        draft.key,
        draft.mint,
        tuple(dict.fromkeys(draft.facts)),
        tuple(draft.places.triples(draft.record.corrections)),
        tuple(dict.fromkeys(draft.registry)),
        tuple(dict.fromkeys(codes)),
        tuple(map_meta(draft)),
        tuple(draft.used),
    )


__all__ = [
    "ExampleQuery",
    "Paper",
    "code_lists",
    "example_queries",
    "map_example_queries",
    "map_municipality",
    "map_record",
    "without",
]
