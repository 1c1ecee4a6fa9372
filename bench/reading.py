"""Scores the reader on invented papers whose truth is known: recall and precision per field.

    python -m bench.reading                    500 papers
    python -m bench.reading --papers 50 --show 10
    python -m bench.reading --with reports=columns,encoding=cp932

A value counts as correct only as a whole: one lost character of a goal makes the goal wrong. Kana composition, line
ends and blanks inside a person's name are folded; the name of what was counted may be shorter or longer at its front (a
second row says how many are exactly the same); nothing else is forgiven.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.reading_items import FIELDS, Items, near, read_items, stated
from lod import extract, municipality, readers
from lod.errors import LodError
from tests.paper_truth import GeneratedPaper
from tests.papers import generate, options_of

# what may differ in a paper that counts as read: the words chosen for what was counted
WORDING = ("quantity item exactly",)
QUANTITIES = ("quantity", "quantity item", "quantity status", "quantity qualifier")
ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "data" / "hiratsuka"
PAGE = ROOT / "docs" / "explanation" / "reading-score.md"
START, END = "<!-- table: python -m bench.reading --write -->\n", "\n<!-- end -->"


@dataclass(frozen=True, slots=True)
class Compared:
    """One paper: its items by field, as stated and as read. `problem` says why there is no record."""

    paper: GeneratedPaper
    seed: int
    truth: Items
    found: Items
    unplaced: float
    problem: str = ""

    def right(self, without: Collection[str] = ()) -> bool:
        return all(
            Counter(self.truth.get(name, ())) == Counter(self.found.get(name, ()))
            for name in FIELDS
            if name not in WORDING and name not in without
        )

    def differences(self) -> Iterator[str]:
        if self.problem:
            yield f"nothing read: {self.problem}"
        for name in FIELDS:
            stated, read = Counter(self.truth.get(name, ())), Counter(self.found.get(name, ()))
            yield from (f"{name}: missing {item}" for item in (stated - read).elements())
            yield from (f"{name}: not there {item}" for item in (read - stated).elements())


@dataclass(slots=True)
class Tally:
    truth: int = 0
    found: int = 0
    correct: int = 0

    @property
    def recall(self) -> float:
        return self.correct / self.truth if self.truth else 1.0

    @property
    def precision(self) -> float:
        return self.correct / self.found if self.found else 1.0


@dataclass(slots=True)
class Score:
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    papers: int = 0
    right: int = 0
    right_but_quantities: int = 0
    unplaced: float = 0.0
    features: dict[str, list[int]] = field(default_factory=dict)

    def add(self, one: Compared) -> None:
        self.papers += 1
        right, nearly = one.right(), one.right(without=QUANTITIES)
        self.right += right
        self.right_but_quantities += nearly
        self.unplaced += one.unplaced
        for feature in one.paper.features:
            counts = self.features.setdefault(feature, [0, 0, 0])
            counts[0] += 1
            counts[1] += right
            counts[2] += nearly
        for name, tally in self.fields.items():
            stated, read = Counter(one.truth.get(name, ())), Counter(one.found.get(name, ()))
            tally.truth += stated.total()
            tally.found += read.total()
            tally.correct += (stated & read).total()


# --- the run


def compare(seed: int, home: municipality.Municipality, options: Mapping[str, str]) -> Compared:
    paper = generate(seed, **options)
    truth = stated(paper.truth)
    try:
        document = readers.read(paper.data, f"paper-{seed}.txt")
        form = extract.choose(document, home.forms, None)
        extraction = extract.extract(document, form, home.code, None)
    except LodError as problem:
        return Compared(paper, seed, truth, {}, 1.0, str(problem))
    accounting = extraction.accounting
    share = accounting.unplaced_count / accounting.total if accounting.total else 0.0
    problem_text = "" if extraction.record else "no record"
    found = read_items(extraction)
    near(truth, found)
    return Compared(paper, seed, truth, found, share, problem_text)


def run(seeds: Iterable[int], options: Mapping[str, str] | None = None) -> tuple[Score, list[Compared]]:
    """The score of many papers, and each paper that was not read wholly right."""
    home = municipality.load(HOME)
    score, wrong = Score(), []
    for seed in seeds:
        one = compare(seed, home, options or {})
        score.add(one)
        if not one.right():
            wrong.append(one)
    return score, wrong


def table(score: Score) -> str:
    lines = [f"{'field':22} {'truth':>7} {'found':>7} {'correct':>7} {'recall':>7} {'precision':>9}"]
    lines += [
        f"{name:22} {tally.truth:7} {tally.found:7} {tally.correct:7} {tally.recall:7.3f} {tally.precision:9.3f}"
        for name, tally in score.fields.items()
    ]
    lines += [
        "",
        f"papers wholly right    {score.right} of {score.papers} ({score.right / score.papers:.1%})",
        f"  but for quantities   {score.right_but_quantities} of {score.papers} "
        f"({score.right_but_quantities / score.papers:.1%})",
        f"unplaced characters    {score.unplaced / score.papers:.2%} (mean of the papers)",
        "",
        f"{'papers with':32} {'papers':>6} {'wholly right':>12} {'but quantities':>14}",
    ]
    ranked = sorted(score.features.items(), key=lambda pair: (pair[1][2] / pair[1][0], pair[0]))
    lines += [
        f"{feature:32} {count:6} {right / count:12.1%} {nearly / count:14.1%}"
        for feature, (count, right, nearly) in ranked
    ]
    return "\n".join(lines)


def write_page(score: Score) -> None:
    """Puts the fields' table into the page that explains it."""
    rows = ["| field | stated | recall | precision |", "|---|---:|---:|---:|"]
    rows += [f"| {name} | {one.truth} | {one.recall:.3f} | {one.precision:.3f} |" for name, one in score.fields.items()]
    rows += [
        "",
        f"{score.papers} papers; read wholly right: {score.right / score.papers:.0%}, but for quantities "
        f"{score.right_but_quantities / score.papers:.0%}; "
        f"left unplaced: {score.unplaced / score.papers:.2%} of the characters.",
    ]
    page = PAGE.read_text(encoding="utf-8")
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    PAGE.write_text(before + start + "\n".join(rows) + end + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--show", type=int, default=0, help="print this many differences with the seed of their paper")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--field", default="", help="show differences of this field only")
    parser.add_argument("--material", default="first", choices=("first", "second"), help="the set of words")
    parser.add_argument("--with", dest="options", default="", help="features held fixed: reports=columns,tabs=extra")
    given = parser.parse_args()
    begun = time.perf_counter()
    score, wrong = run(
        range(given.first, given.first + given.papers), options_of(given.options) | {"material": given.material}
    )
    took = time.perf_counter() - begun
    shown = ((one, line) for one in wrong for line in one.differences() if line.startswith(given.field))
    for _, (one, line) in zip(range(given.show), shown, strict=False):
        print(f"seed {one.seed}  {line}\n    {', '.join(sorted(one.paper.features))}")
    print(table(score))
    if given.write:
        write_page(score)
    print(f"\n{took:.1f} s")


if __name__ == "__main__":
    main()
