"""Graph + shapes → Report.

pySHACL is the judge. Most papers conform, and saying so by pySHACL is slow; so each shape is also compiled to a
conservative check that answers "certainly conforms" (`compiled`). What it does not certify, or does not know, goes to
pySHACL (`judge`), whose results are the ones that count. Rules across papers run as SPARQL over a whole release
(`release`). Non-conformance is a Report, never an exception. docs/explanation/validation.md says why.
"""

from __future__ import annotations

from lod.validation.catalogue import CatalogueRules
from lod.validation.registry import check_registry
from lod.validation.release import Queryable, check_release
from lod.validation.report import Report
from lod.validation.shapes import Result
from lod.validation.validator import PaperGraphs, Validator

__all__ = [
    "CatalogueRules",
    "PaperGraphs",
    "Queryable",
    "Report",
    "Result",
    "Validator",
    "check_registry",
    "check_release",
]
