"""The rules of shapes/catalog.ttl: what DCAT-AP 3.0.1 makes mandatory, and what our catalogue promises beyond it."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from lod.validation.compiled import Data
from lod.validation.report import Places, Report, make_report
from lod.validation.validator import RuleSet

CATALOGUE_FILES = ("catalog.ttl",)


class CatalogueRules:
    """The shapes parsed once, for each piece of a catalogue."""

    def __init__(self) -> None:
        self.rules = RuleSet(CATALOGUE_FILES)

    def check(self, triples: Iterable[ox.Triple], source: str = "") -> Report:
        """Judges one piece: a data set with its files, or the frame of the catalogue."""
        data = Data(triples)
        return make_report(self.rules.results(data), data, Places(data), source)
