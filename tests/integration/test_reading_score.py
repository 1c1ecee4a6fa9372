"""The reader against papers that it has never seen: recall and precision per field stay where they were.

The papers and their truth come from tests/papers.py, which knows nothing of the reader; `python -m bench.reading`
prints the whole table and the papers behind a fall.
"""

from __future__ import annotations

import re

import pytest

from bench.reading import Score, run
from bench.reading_items import FIELDS
from tests.paper_truth import GeneratedPaper
from tests.papers import FEATURES, generate

SEEDS = range(9000, 9060)
# the least recall and precision of a field over SEEDS: raise them when the reader gets better, never lower in silence
FLOORS: dict[str, tuple[float, float]] = dict.fromkeys(FIELDS, (0.98, 0.98)) | {
    "quantity item": (0.8, 0.8),
    "quantity item exactly": (0.5, 0.5),
    "quantity status": (0.95, 0.95),
}


@pytest.fixture(scope="module", params=["first", "second"])
def score(request: pytest.FixtureRequest) -> Score:
    """Over both sets of words: the second shows whether only the words of the first were learned."""
    return run(SEEDS, {"material": request.param})[0]


@pytest.mark.parametrize("name", FIELDS)
def test_field_stays_at_its_floor(score: Score, name: str) -> None:
    tally, (recall, precision) = score.fields[name], FLOORS[name]
    assert tally.truth, "the papers must hold this field"
    assert tally.recall >= recall
    assert tally.precision >= precision


def test_next_to_nothing_is_left_unplaced(score: Score) -> None:
    assert score.unplaced / score.papers < 0.005


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _texts(paper: GeneratedPaper) -> list[str]:
    truth = paper.truth
    found = [truth.department, truth.basic_policy, *(goal for _, goal in truth.goals)]
    found += [section.name for section in truth.sections]
    for program in truth.programs:
        found += [program.name, program.plan, *(report.text for report in program.reports.values())]
    return found


def test_the_truth_is_what_the_paper_prints() -> None:
    """The examiner is examined: each stated text stands in the paper, whole, when nothing breaks it into two rows."""
    for seed in range(200):
        paper = generate(seed, broken="nothing", page_break="between")
        printed = _squeezed(paper.text)
        assert [text for text in _texts(paper) if _squeezed(text) not in printed] == [], seed


def test_papers_are_deterministic_and_decode_to_their_text() -> None:
    for seed in range(100):
        paper = generate(seed, kana="composed")
        assert paper == generate(seed, kana="composed")
        decoded = paper.data.decode(paper.encoding).lstrip("\ufeff").replace("\r\n", "\n")
        assert decoded == paper.text


def test_a_feature_can_be_held_fixed() -> None:
    for name, rows in FEATURES.items():
        for value, _ in rows:
            generate(3, **{name: value})
    with pytest.raises(ValueError, match="no such options"):
        generate(3, colour="red")
