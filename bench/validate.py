"""Validation of N papers: one pySHACL run over the whole graph against ours, paper by paper.

    python bench/validate.py            1,000 papers (the whole-graph run then takes about half an hour)
    python bench/validate.py 50

Prints milliseconds a paper, their ratio, and whether both give the same results: the set of (focus node, path, value,
source shape, severity). Exits 1 if they do not. Every tenth paper is broken, so that there is something to find.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyoxigraph as ox

from lod.validation import Validator, check_registry, check_release
from lod.validation.compiled import Data
from lod.validation.release import RELEASE_FILES
from lod.validation.validator import PAPER_FILES, REGISTRY_FILES, RuleSet
from tests.golden import MINT, Golden, golden, iri

Keys = set[tuple[str, str, str, str, str]]
DROPPED = ("org:role", "mpol:basicPolicy", "mpol:resultText", "foaf:name", "mpol:goalNumber", "schema:unitText")


def paper(number: int) -> Golden:
    """The seed's graphs under keys of their own; every tenth lacks one property in turn."""
    made = golden(number)
    if number % 10 == 5:
        dropped = iri(DROPPED[number // 10 % len(DROPPED)])
        made.facts = tuple(triple for triple in made.facts if triple.predicate != dropped)
    return made


def ours(papers: list[Golden]) -> Keys:
    """Each paper, the registry once, the release once."""
    validator = Validator(MINT)
    keys = {result.key for paper in papers for result in validator.check(paper).results}
    store = ox.Store()
    store.bulk_extend(quad for paper in papers for quad in paper.quads())
    store.optimize()
    codes = dict.fromkeys(triple for paper in papers for triple in paper.codes)
    for code in sorted({paper.key[0] for paper in papers}):
        for report in check_registry(validator, store, MINT.registry_graph(code), codes):
            keys |= {result.key for result in report.results}
    return keys | {result.key for result in check_release(store).results}


def whole_graph(papers: list[Golden]) -> Keys:
    """One pySHACL run, all shapes, over everything at once."""
    merged = dict.fromkeys(triple for paper in papers for triple in paper.merged())
    rules = RuleSet((*PAPER_FILES, *REGISTRY_FILES, *RELEASE_FILES))
    return {result.key for result in rules.judged(Data(merged))}


def timed(validate: Callable[[list[Golden]], Keys], papers: list[Golden]) -> tuple[float, Keys]:
    """Milliseconds a paper, and the results."""
    start = time.perf_counter()
    keys = validate(papers)
    return (time.perf_counter() - start) * 1000 / len(papers), keys


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    papers = [paper(number) for number in range(1, count + 1)]
    fast, fast_keys = timed(ours, papers)
    print(f"{count} papers, ours          {fast:10.1f} ms a paper, {len(fast_keys)} results", flush=True)
    slow, slow_keys = timed(whole_graph, papers)
    print(f"{count} papers, whole graph   {slow:10.1f} ms a paper, {len(slow_keys)} results")
    print(f"ratio {slow / fast:.0f}, results identical: {fast_keys == slow_keys}")
    for key in sorted(fast_keys ^ slow_keys)[:10]:
        print("only", "ours" if key in fast_keys else "whole graph", key)
    return 0 if fast_keys == slow_keys else 1


if __name__ == "__main__":
    sys.exit(main())
