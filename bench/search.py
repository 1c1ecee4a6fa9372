"""What the search index costs and how fast it answers, beside scanning in the same run.

    python -m bench.corpus 100000 DIR --without provenance,sources,turtle,all_quads
    python -m bench.search DIR [FOLDER]

Makes the index of the release in DIR anew in a folder of its own, or takes that of FOLDER, then asks it. Words are
cut out of the texts of the release, so that frequent ones are asked for more often; each is asked once. A search
finds all things, orders them and counts them by facet. Processor time stands beside the clock's, which other work on
the machine lengthens. Then SPARQL: `text:matches` beside FILTER(CONTAINS …) over the same two properties, counting
the same things.
"""

from __future__ import annotations

import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, QuerySolutions

from lod import config, municipality, release
from lod.querying.found import find
from lod.querying.index import Index, TooManyError, TooSlowError
from lod.querying.jobs import QueryError
from lod.querying.text_search import FUNCTIONS, prepared
from lod.querying.words import words_of
from lod.search import layout, search_index
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, PREFIXES
from lod.web.search import SECONDS

ASKED = 200
COMPARED = 12
_WORD = "[\u3041-\u30fa\u4e00-\u9fff]"
KINDS = {"1 character": 1, "2 characters": 2, "4 characters": 4, "two words": 0}
_SCANNED = "?s ?p ?t FILTER(?p IN (mpol:plannedAction, mpol:resultText)) FILTER(CONTAINS(?t, {word}))"
_INDEXED = "?s text:matches (mpol:plannedAction mpol:resultText {word})"


def built(folder: Path, live: release.Release, into: Path) -> None:
    """Makes the index and prints what it took."""
    settings = replace(config.load({}, folder))
    cities = [municipality.load(path.parent) for path in sorted((folder / "data").glob("*/municipality.toml"))]
    papers = int(live.manifest["papers"])
    store = live.open()
    clock, work = time.perf_counter(), time.process_time()
    search_index(ReleaseDraft(live.id, into, settings, cities, store, papers, 0))
    spent, worked = time.perf_counter() - clock, time.process_time() - work
    size = sum(path.stat().st_size for path in (into / layout.FOLDER).iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{papers:,} papers: index made in {spent:.0f} s ({worked / papers * 1000:.2f} ms of processor time a paper), ",
        end="",
    )
    print(f"{size / 1024**2:.0f} MiB ({size / papers / 1024:.2f} KiB a paper), peak memory {peak:.0f} MiB")


def texts_of(store: ReleaseStore, most: int) -> list[str]:
    """Every so many of the plans and reports."""
    found: list[str] = []
    for predicate in (MPOL.plannedAction, MPOL.resultText):
        for number, (_, value) in enumerate(store.stating(predicate)):
            if number % 97 == 0 and isinstance(value, Literal):
                found.append(value.value)
            if number > most:
                break
    return found


def words(texts: list[str], length: int, count: int, seed: int) -> Iterator[str]:
    """Words cut out of texts, each once; two words of one text where the length is 0."""
    chance, seen = random.Random(seed), set[str]()
    while len(seen) < count:
        text = chance.choice(texts)
        found = re.findall(f"{_WORD}{{{length or 2}}}", text)
        if found:
            word = chance.choice(found) if length else " ".join(chance.choice(found) for _ in range(2))
            if word not in seen:
                seen.add(word)
                yield word


def measure(name: str, asked: list[str], ask: Callable[[str], int]) -> None:
    spent, worked, hits, late, many = [], [], [], 0, 0
    for word in asked:
        clock, work = time.perf_counter(), time.process_time()
        try:
            hits.append(ask(word))
        except TooSlowError:
            late += 1
        except TooManyError:
            many += 1
        spent.append((time.perf_counter() - clock) * 1000)
        worked.append((time.process_time() - work) * 1000)
    cuts = [statistics.quantiles(values, n=100) for values in (spent, worked)]
    print(f"{name:<18}" + "".join(f"{cut[at]:>10.1f}" for cut in cuts for at in (49, 98)), end="")
    print(f"{statistics.median(hits or [0]):>12,.0f}", end="")
    told = [f"{late} past {SECONDS:g} s"] * (late > 0) + [f"{many} refused: in too many things"] * (many > 0)
    print(f"{max(hits or [0]):>12,}" + "".join(f"   {each}" for each in told))


def searching(index: Index, texts: list[str]) -> None:
    columns = f"{'p50':>10}{'p99':>10}{'CPU p50':>10}{'CPU p99':>10}{'hits p50':>12}{'hits max':>12}"
    print(f"\n{'search, ms':<18}{columns}")
    for name, length in KINDS.items():
        asked = list(words(texts, length, ASKED if length != 1 else ASKED // 4, length))
        measure(name, asked, lambda word: len(find(index, words_of(word), {}, SECONDS).things))


def comparing(store: ReleaseStore, folder: Path, texts: list[str]) -> None:
    """Each word once by the index and once by a scan: the same number of things."""
    print(f"\n{'SPARQL, ms of CPU':<20}{'matches':>10}{'CONTAINS':>10}{'things':>12}{'ratio':>10}")
    for length in (2, 4):
        ratios: list[float] = []
        for word in words(texts, length, 4 * COMPARED, 100 + length):
            if len(ratios) == COMPARED:
                break
            try:
                fast, found = _count(store, folder, _INDEXED, word)
            except QueryError as error:
                print(f"{word:<20}refused: {error.outcome}")
                continue
            slow, there = _count(store, folder, _SCANNED, word)
            assert found == there, word
            ratios.append(slow / fast)
            print(f"{word:<20}{fast * 1000:>10.1f}{slow * 1000:>10.1f}{found:>12,}{slow / fast:>10.1f}")
        print(f"{length} characters: median ratio {statistics.median(ratios):.1f}, least {min(ratios):.1f}")


def _count(store: ReleaseStore, folder: Path, pattern: str, word: str) -> tuple[float, int]:
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("mpol", "text"))
    clock = time.process_time()
    query = f"{head} SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {pattern.format(word=Literal(word))} }}"
    rows = store.query(prepared(query, folder, 60.0, has_dataset=False), functions=FUNCTIONS)
    assert isinstance(rows, QuerySolutions)
    number = next(iter(rows))["n"]
    assert isinstance(number, Literal)
    return time.process_time() - clock, int(number.value)


def main() -> None:
    folder = Path(sys.argv[1])
    live = release.current(folder / "var")
    assert live, f"no release in {folder}: see python -m bench.corpus"
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        if not (made / layout.FOLDER).exists():
            built(folder, live, made)
        store, index = live.open(), Index(made / layout.FOLDER)
        texts = texts_of(store, 200_000)
        searching(index, texts)
        comparing(store, made, texts)


if __name__ == "__main__":
    main()
