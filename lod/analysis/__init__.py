"""Analytic queries from columns: the merged facts of a release as sorted numbers, made with it, mapped into memory.

terms.py        the dictionary: terms by number, in groups of one kind
facts.py        the columns of each predicate; what is said of a thing
store.py        the release's store, which answers look-ups from them
building.py     makes both for a release (a product)
algebra.py      the part of SPARQL that columns answer;  tokens.py, parsing.py, patterns.py, regexes.py read it
joining.py      patterns extend tables of solutions;  filtering.py tests;  matching.py groups and optional groups
grouping.py     aggregates, DISTINCT, ORDER BY;  answering.py ties it all and writes the result

Whatever is not certain to give the store's answer goes to the store. Why: docs/decisions/0010-columns.md.
"""

from __future__ import annotations

from lod.analysis.answering import answer, answer_small
from lod.analysis.building import write
from lod.analysis.facts import Facts, opened, shared
from lod.analysis.parsing import parse
from lod.analysis.store import opened_store

__all__ = ["Facts", "answer", "answer_small", "opened", "opened_store", "parse", "shared", "write"]
