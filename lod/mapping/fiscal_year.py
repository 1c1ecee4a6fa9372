"""A fiscal year: 1 April to 31 March (地方自治法 208条1項), with the names of its eras."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from lod.iri import Mint
from lod.mapping.terms import TYPE, day, en, ja
from lod.text.era import fiscal_year_labels, western_label
from lod.vocab import DCAT, DCTERMS, MPOL, SKOS, TIME, XSD


@lru_cache(maxsize=1024)
def fiscal_year_node(mint: Mint, fy: int) -> NamedNode:
    return NamedNode(mint.fiscal_year(fy))


@lru_cache(maxsize=1024)
def map_fiscal_year(mint: Mint, fy: int) -> tuple[Triple, ...]:
    """The year with its labels and dates, and its first and last day as instants (OWL-Time 4.1.1)."""
    node = fiscal_year_node(mint, fy)
    preferred, *others = dict.fromkeys((*fiscal_year_labels(fy), western_label(fy)))
    first, last = date(fy, 4, 1), date(fy + 1, 3, 31)
    beginning, end = NamedNode(mint.instant(first)), NamedNode(mint.instant(last))
    pairs: list[tuple[NamedNode, NamedNode | Literal]] = [
        (TYPE, MPOL.FiscalYear),
        (TYPE, TIME.ProperInterval),
        (TYPE, DCTERMS.PeriodOfTime),
        (SKOS.prefLabel, ja(preferred)),
        (SKOS.prefLabel, en(f"FY{fy}")),
        *((SKOS.altLabel, ja(label)) for label in others),
        (MPOL.startYear, Literal(f"{fy:04}", datatype=XSD.gYear)),
        (DCAT.startDate, day(first)),
        (DCAT.endDate, day(last)),
        (TIME.hasBeginning, beginning),
        (TIME.hasEnd, end),
    ]
    triples = [Triple(node, predicate, value) for predicate, value in pairs]
    for instant, when in ((beginning, first), (end, last)):
        triples += (Triple(instant, TYPE, TIME.Instant), Triple(instant, TIME.inXSDDate, day(when)))
    return tuple(triples)
