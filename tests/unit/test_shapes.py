"""Every rule in shapes/ is broken once, and exactly its result is seen."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from lod.validation import Validator, check_registry, check_release, registry
from lod.validation.catalogue import CATALOGUE_FILES
from lod.validation.compiled import Data
from lod.validation.release import RELEASE_FILES
from lod.validation.shapes import SH, SHAPES, ShapesFile
from lod.validation.validator import PAPER_FILES, REGISTRY_FILES, RuleSet
from lod.vocab import MPOL, PREFIXES
from tests.golden import MINT, golden, parse
from tests.shape_cases import (
    EXACT,
    MEASURE,
    OUTCOME,
    PAPER_CASES,
    REGISTRY_CASES,
    RELEASE_CASES,
    TESTING,
    TESTING_CASES,
    UNIT,
    Case,
)

SHAPES_DIR = Path(__file__).parents[2] / "shapes"
FILES = (*PAPER_FILES, *REGISTRY_FILES, *RELEASE_FILES)


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(MINT)


def _named(cases: tuple[Case, ...]) -> list[object]:
    return [pytest.param(case, id=f"{case.code}-{number}") for number, case in enumerate(cases)]


def _codes(findings: Iterable[object]) -> set[str]:
    return {finding.code for finding in findings}  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", _named(PAPER_CASES))
def test_paper_rule(case: Case, validator: Validator) -> None:
    """The golden paper conforms; with one change it breaks that rule and what must break with it."""
    paper = golden()
    for part in ("facts", "provenance", "registry", "codes"):
        setattr(paper, part, Case(case.code, case.remove).change(getattr(paper, part)))
    paper.facts += parse(case.add)
    assert _codes(validator.check(paper).findings) == {case.code} | case.also


def test_the_testing_classes_can_conform(validator: Validator) -> None:
    paper = golden()
    paper.facts += parse(TESTING)
    assert validator.check(paper).findings == ()


@pytest.mark.parametrize("case", _named(TESTING_CASES))
def test_rule_of_the_testing_classes(case: Case, validator: Validator) -> None:
    paper = golden()
    paper.facts = case.change((*paper.facts, *parse(TESTING)))
    assert _codes(validator.check(paper).findings) == {case.code}


@pytest.mark.parametrize("case", _named(REGISTRY_CASES))
def test_registry_rule(case: Case, validator: Validator) -> None:
    paper = golden()
    report = validator.check_registry(case.change((*paper.registry, *paper.codes)))
    assert _codes(report.findings) == {case.code} | case.also


LOST = (
    f"<{UNIT}/a> a org:OrganizationalUnit ; skos:prefLabel 'A'@ja ; org:subOrganizationOf <{UNIT}/b> . "
    f"<{UNIT}/b> a org:OrganizationalUnit ; skos:prefLabel 'B'@ja ; org:subOrganizationOf <{UNIT}/a> . "
    f"<{UNIT}/c> a org:OrganizationalUnit ; skos:prefLabel 'C'@ja ; org:subOrganizationOf <{UNIT}/nowhere> . "
    f"<{UNIT}/d> a org:OrganizationalUnit ; skos:prefLabel 'D'@ja ; org:unitOf <{UNIT}/sangyo-shinko-bu> . "
)
"""A cycle that hangs nowhere, a parent that is not there, a unit below a department by the wrong property."""


@pytest.mark.parametrize("case", [*_named(REGISTRY_CASES), pytest.param(Case("", (), LOST), id="lost")])
@pytest.mark.parametrize("top_units", [1, 2, 200])
def test_a_registry_in_pieces_gives_what_the_whole_gives(
    case: Case, top_units: int, validator: Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry of ten thousand departments once took more than a gigabyte and did not end."""
    monkeypatch.setattr(registry, "TOP_UNITS", top_units)
    papers = [golden(n) for n in range(3)]
    codes = dict.fromkeys(triple for paper in papers for triple in paper.codes)
    units = dict.fromkeys(triple for paper in papers for triple in paper.registry)
    changed = case.change((*units, *codes))
    graph = MINT.registry_graph("142034")
    store = ox.Store()
    of_codes = {triple.subject for triple in codes}
    store.extend(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph)) for t in changed if t.subject not in of_codes
    )
    years = [triple for triple in changed if triple.subject in of_codes]
    reports = list(check_registry(validator, store, graph, years))
    pieces = [result.key for report in reports for result in report.results]
    whole = validator.check_registry(changed)
    assert sorted(pieces) == sorted(result.key for result in whole.results)
    told = [(item.code, item.subject, item.seen) for report in reports for item in report.findings]
    assert sorted(told) == sorted((item.code, item.subject, item.seen) for item in whole.findings)


def test_registry_rules_look_at_what_the_pieces_hold(validator: Validator) -> None:
    held = {PREFIXES["org"] + "OrganizationalUnit", PREFIXES["org"] + "FormalOrganization", MPOL.FiscalYear.value}
    for shape in validator.registry_rules.rules.values():
        assert set(shape.target_classes) <= held, shape.iri
        assert not shape.target_subjects_of, shape.iri


@pytest.mark.parametrize("case", _named(RELEASE_CASES))
def test_release_rule(case: Case) -> None:
    """The query run once over the store gives what pySHACL gives on the same union of two papers."""
    union = case.change({triple: None for n in (0, 1) for triple in golden(n).merged()})
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in union)
    report = check_release(store)
    assert _codes(report.findings) == {case.code} | case.also
    held = Data(quad.triple for quad in store)  # a store keeps xsd:nonNegativeInteger as xsd:integer
    judged = RuleSet(RELEASE_FILES).judged(held)
    assert {result.key for result in judged} == {result.key for result in report.results}


@pytest.mark.parametrize("seed", range(6))
def test_many_broken_rules_at_once_give_what_pyshacl_alone_gives(seed: int, validator: Validator) -> None:
    """The compiled checks hide nothing from the judge, whatever else is broken in the same paper."""
    chosen = random.Random(seed).sample((*PAPER_CASES, *TESTING_CASES), 14)  # noqa: S311  a choice of cases, no secret
    triples: tuple[ox.Triple, ...] = (*golden().merged(), *parse(TESTING))
    for case in chosen:
        triples = case.change(triples)
    rules, data = validator.paper_rules, Data(triples)
    assert {result.key for result in rules.results(data)} == {result.key for result in rules.judged(data)}


def test_registry_rules_give_what_pyshacl_alone_gives(validator: Validator) -> None:
    paper = golden()
    for chosen in (REGISTRY_CASES[::2], REGISTRY_CASES[1::2]):
        triples: tuple[ox.Triple, ...] = (*paper.registry, *paper.codes)
        for case in chosen:
            triples = case.change(triples)
        rules, data = validator.registry_rules, Data(triples)
        assert {result.key for result in rules.results(data)} == {result.key for result in rules.judged(data)}


def test_every_rule_has_a_case() -> None:
    rules = {shape.code for shape in ShapesFile.read(SHAPES_DIR / name for name in FILES).rules}
    assert rules == {case.code for case in (*PAPER_CASES, *TESTING_CASES, *REGISTRY_CASES, *RELEASE_CASES)}


def test_no_shape_file_is_left_out() -> None:
    assert {path.name for path in SHAPES_DIR.glob("*.ttl")} == {*FILES, *CATALOGUE_FILES}


def test_all_rules_of_the_vocabulary_are_there() -> None:
    wanted = {"P": 14, "G": 3, "I": 8, "O": 5, "M": 7, "H": 5, "R": 16, "Y": 4, "S": 6, "X": 1}
    codes = {shape.code for shape in ShapesFile.read(SHAPES_DIR / name for name in FILES).rules}
    assert {f"{letter}{n:02}" for letter, last in wanted.items() for n in range(1, last + 1)} <= codes


@pytest.mark.parametrize("name", [*FILES, *CATALOGUE_FILES])
def test_every_rule_says_itself_in_both_languages(name: str) -> None:
    file = ShapesFile.read([SHAPES_DIR / name])
    for shape in file.rules:
        node = ox.NamedNode(shape.iri)
        for word in (SH + "name", SH + "description", SH + "message", SHAPES + "hint"):
            tags = [term.language for term in file.objects(node, word) if isinstance(term, ox.Literal)]
            assert sorted(map(str, tags)) == ["en", "ja"], (shape.code, word)
        assert len(file.objects(node, SHAPES + "example")) == 1, shape.code
        assert len(file.objects(node, SH + "severity")) == 1, shape.code


@pytest.mark.parametrize("name", FILES)
def test_results_never_come_from_a_nameless_shape(name: str) -> None:
    """Blank nodes are for paths and lists only: shapes, queries and prefixes have IRIs."""
    file = ShapesFile.read([SHAPES_DIR / name])
    for node, said in file.nodes.items():
        if isinstance(node, ox.BlankNode):
            kinds = {key.rpartition("#")[2] for key in said}
            assert kinds <= {"first", "rest", "inversePath", "alternativePath", "oneOrMorePath"}, said


@pytest.mark.parametrize("name", FILES)
def test_every_rule_is_known_to_the_compiled_checks(name: str) -> None:
    """A rule that is not compiled is judged by pySHACL for every paper: right, but a hundred times slower."""
    assert [compiled.shape.code for compiled in RuleSet([name]).compiled if not compiled.known] == []


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("「軽トラ・ファーマーズ」を７回開催", "7"),
        ("延べ1,200人が参加", "1200"),
        ("延べ１，２００人が参加", "1200"),
        ("3,4件", "4"),
        ("七回開催", "7"),
        ("二〇校で実施", "20"),
        ("約1万2千人", "12000"),
        ("百二十三人", "123"),
        ("総額1,234,567円", "1234567"),
        ("12.50％", "12.5"),
        ("１２．５％", "12.5"),
        ("15.0％", "15"),
        ("007件", "7"),
    ],
)
def test_a_number_printed_otherwise_is_no_false_alarm(quote: str, value: str, validator: Validator) -> None:
    assert "M07" not in _quoted(quote, value, validator)


@pytest.mark.parametrize(("quote", "value"), [("15件", "5"), ("5.3件", "5"), ("1,200人", "200"), ("７回", "8")])
def test_another_number_is_seen(quote: str, value: str, validator: Validator) -> None:
    assert _quoted(quote, value, validator) == {"M07"}


def _quoted(quote: str, value: str, validator: Validator) -> set[str]:
    outcome = f"{OUTCOME}/kigyo-ricchi-to-sokushin/final"
    case = Case(
        "M07",
        (f"{EXACT} oa:exact", f"{MEASURE} schema:value", "* mpol:hasMeasure", f"{outcome} mpol:resultText"),
        f'<{EXACT}> oa:exact "{quote}" . <{MEASURE}> schema:value {value} . <{outcome}> mpol:hasMeasure <{MEASURE}> . '
        f'<{outcome}> mpol:resultText "今年度は{quote}しました。"@ja .',
    )
    paper = golden()
    paper.facts = case.change(paper.facts)
    paper.provenance = Case("M07", case.remove).change(paper.provenance)
    return _codes(validator.check(paper).findings)
