"""A record becomes the graphs of its paper: the seed exactly, any other by the rules."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from lod.assets import ontology_dir
from lod.errors import UsageError
from lod.identities import HEADER, Identities
from lod.iri import Mint
from lod.mapping import Paper, code_lists, map_municipality, map_record
from lod.mapping.codes import unit_level
from lod.mapping.fiscal_year import map_fiscal_year
from lod.mapping.organization import post_label, role_key
from lod.model import (
    Goal,
    Origin,
    PostHolder,
    ProgramEntry,
    Quantity,
    Record,
    Report,
    Section,
    Source,
    Status,
    Value,
)
from lod.municipality import Municipality, load
from lod.vocab import FOAF, MPC, MPOL, OA, ORG, PROV, RDF, SKOS
from tests import records

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/hiratsuka-2016.trig"
BASE = "https://lod.example.org/"
MINT = Mint(BASE)
HIRATSUKA = load(ROOT / "data/hiratsuka")
SEED = records.seed_record()
PAPER = map_record(SEED, HIRATSUKA, MINT)

K, FY = r"[a-z0-9]+(?:-[a-z0-9]+)*", r"[0-9]{4}"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def own_patterns() -> list[str]:
    """The patterns of docs/reference/iris.md as regular expressions: what we document is what we mint."""
    page = (ROOT / "docs/reference/iris.md").read_text(encoding="utf-8")
    parts = {"lg": r"[0-9]{6}", "fy": FY, "n": "[0-9]+", "date": DAY, "sha256-12": "[0-9a-f]{12}", "term": "[A-Za-z]+"}
    patterns = []
    for template in re.findall(r"`\{B\}([^`]*)`", page):
        pieces = re.split(r"(\{[^}]+\})", template)
        expression = "".join(parts.get(p[1:-1], K) if p.startswith("{") else re.escape(p) for p in pieces)
        patterns.append(expression)
    return patterns


OWN = re.compile(re.escape(BASE) + "(?:" + "|".join(own_patterns()) + r")(?:#quote|#position)?\Z")


def v(term: object) -> str:
    """The text of an IRI or literal."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def objects(paper: Paper, subject: str, predicate: ox.NamedNode) -> set[str]:
    """Values of a property in all graphs of a paper."""
    triples = (*paper.facts, *paper.registry, *paper.codes, *paper.provenance)
    return {v(t.object) for t in triples if v(t.subject) == subject and t.predicate == predicate}


def quotes(paper: Paper, subject: str, term: ox.NamedNode) -> list[tuple[str, set[str]]]:
    """(status, quotes) of each place of a property of a subject."""
    found = []
    for place in sorted(objects(paper, subject, PROV.wasDerivedFrom)):
        if term.value in objects(paper, place, MPOL.statesProperty):
            (status,) = objects(paper, place, MPOL.valueStatus)
            found.append((status.rpartition("-")[2], objects(paper, place + "#quote", OA.exact)))
    return found


# --- the seed --------------------------------------------------------------------------------------------------


def test_the_seed_gives_the_golden_graphs() -> None:
    golden: dict[str, set[ox.Triple]] = {}
    for quad in ox.parse(path=GOLDEN, format=ox.RdfFormat.TRIG):
        golden.setdefault(v(quad.graph_name), set()).add(quad.triple)
    made = {
        PAPER.graph: set(PAPER.facts),
        PAPER.provenance_graph: set(PAPER.provenance),
        PAPER.registry_graph: set(PAPER.registry),
        MINT.codes_graph: set(PAPER.codes) - set(code_lists()),
    }
    assert made == golden


def test_reading_the_seed_gives_the_same_facts(seed_path: Path) -> None:
    from lod.extract import extract
    from lod.readers import read

    read_record = extract(read(seed_path.read_bytes(), records.NAME), HIRATSUKA.forms[0], "142034", 2016).record
    assert read_record is not None
    paper = map_record(read_record, HIRATSUKA, MINT)
    assert set(paper.facts) == set(PAPER.facts)
    assert set(paper.registry) == set(PAPER.registry)


def test_every_quote_of_the_seed_stands_at_its_position() -> None:
    values = {(v(t.subject), t.predicate): v(t.object) for t in PAPER.provenance}
    places = {v(t.object) for t in PAPER.provenance if t.predicate == PROV.wasDerivedFrom}
    for place in places:
        start, end = (int(values[place + "#position", term]) for term in (OA.start, OA.end))
        assert records.TEXT[start:end] == values[place + "#quote", OA.exact]
        line, column = int(values[place, MPOL.line]), int(values[place, MPOL.column])
        assert records.LINES[line - 1][column - 1 :].startswith(records.TEXT[start:end].split("\n")[0])


def test_the_residue_of_a_garbled_name_is_nowhere() -> None:
    assert "替" not in PAPER.nquads()
    assert quotes(PAPER, MINT.person("142034", "p0002"), FOAF.name) == [("uncertain", {"鳥居"})]


def test_all_keys_of_the_seed_are_curated() -> None:
    assert HIRATSUKA.identities.new_rows(PAPER.identities) == ()


def test_the_code_lists_are_read_and_the_paper_describes_the_codes_it_uses() -> None:
    assert len(code_lists()) > 500
    assert "部長" in objects(PAPER, MPC["role-bucho"].value, SKOS.prefLabel)
    used = {t.object for t in (*PAPER.facts, *PAPER.registry) if v(t.object).startswith(MPC.base)}
    assert used <= {t.subject for t in PAPER.codes}
    roles = {v(t.subject): v(t.object) for t in code_lists() if t.predicate == SKOS.notation}
    for code, notation in roles.items():
        if code.startswith(MPC.base + "role-"):
            assert role_key(code.removeprefix(MPC.base)) == notation


def test_quads_and_their_text_are_the_same_and_the_default_graph_holds_no_provenance() -> None:
    quads = set(PAPER.quads())
    assert set(ox.parse(PAPER.nquads(), format=ox.RdfFormat.N_QUADS)) == quads
    default = {quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)}
    assert default == {*PAPER.facts, *PAPER.registry, *PAPER.codes}


def test_meta_names_source_form_and_program_but_no_time() -> None:
    text = " ".join(map(str, PAPER.meta))
    assert MINT.form("142034", "bucho-kihon-hoshin") in text
    assert MINT.activity(SEED.source.sha256[:12]) in text
    assert "dateTime" not in text


# rdflib's own JSON-LD parser still uses the class that rdflib has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", ["turtle", "nt", "xml", "json-ld"])
def test_one_paper_is_the_same_graph_in_every_syntax(name: str) -> None:
    graph = Graph()
    triples = (*PAPER.facts, *PAPER.provenance, *PAPER.registry, *PAPER.codes, *PAPER.meta)
    graph.parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    options = {}
    if name == "json-ld":
        context = json.loads((ontology_dir() / "context.jsonld").read_text(encoding="utf-8"))
        options = {"context": context["@context"]}
    text = graph.serialize(format=name, **options)
    assert len(graph) == len(set(triples))
    assert isomorphic(Graph().parse(data=text, format=name), graph)


# --- rules -----------------------------------------------------------------------------------------------------


def test_two_heads_of_one_post_have_two_tenures() -> None:
    first, second = (
        SEED.heads[0],
        records.holder(10, "部長", "role-bucho", "田中 信行", "たなか のぶき", Status.PRINTED, Status.PRINTED),
    )
    paper = map_record(replace(SEED, heads=(first, second)), HIRATSUKA, MINT)
    tenure = MINT.tenure("142034", 2016, "sangyo-shinko-bu", "bucho", 2)
    assert tenure.endswith("bucho-2")
    assert objects(paper, tenure, ORG.member) == {MINT.person("142034", "2016-sangyo-shinko-bu-bucho-2")}
    assert [row.key for row in HIRATSUKA.identities.new_rows(paper.identities)] == ["2016-sangyo-shinko-bu-bucho-2"]


def test_a_nameless_head_leaves_only_the_post() -> None:
    paper = map_record(replace(SEED, heads=(PostHolder("部長", "role-bucho", None),)), HIRATSUKA, MINT)
    assert not objects(paper, MINT.tenure("142034", 2016, "sangyo-shinko-bu", "bucho"), ORG.member)
    assert objects(paper, MINT.post("142034", "sangyo-shinko-bu", "bucho"), SKOS.prefLabel) == {"産業振興部長"}


def test_a_withheld_name_leaves_its_position_and_no_letter() -> None:
    name = Value("今井", "今井", (records.origin(11, "今井"),), Status.WITHHELD)
    paper = map_record(replace(SEED, heads=(PostHolder("部長", "role-bucho", name),)), HIRATSUKA, MINT)
    assert quotes(paper, MINT.policy("142034", 2016, "sangyo-shinko-bu"), FOAF.name) == [("withheld", set())]
    assert "今井" not in paper.nquads()


def test_a_municipality_may_withhold_all_names() -> None:
    paper = map_record(SEED, replace(HIRATSUKA, person_names="withhold"), MINT)
    text = paper.nquads()
    for word in ("今井", "鳥居", "のぶき", "foaf/0.1/Person", "Membership"):
        assert word not in text
    assert all(row.kind != "person" for row in paper.identities)


def test_a_reading_is_tagged_by_its_script() -> None:
    head = SEED.heads[0]
    assert head.reading is not None
    katakana = replace(head, reading=replace(head.reading, value="イマイ ヒロアキ", raw="イマイ ヒロアキ"))
    paper = map_record(replace(SEED, heads=(katakana,)), HIRATSUKA, MINT)
    tags = {t.object.language for t in paper.facts if isinstance(t.object, ox.Literal) and "イマイ" in v(t.object)}
    assert tags == {"ja-kana"}


def test_staff_without_a_date_are_not_published() -> None:
    paper = map_record(replace(SEED, as_of=None), HIRATSUKA, MINT)
    assert not [t for t in paper.facts if t.predicate == MPOL.headcount]


def test_a_unit_that_the_paper_does_not_list_belongs_to_the_municipality_only() -> None:
    entry = replace(SEED.programs[0], sections=(Value("広報課", "広報課", ()),))
    paper = map_record(replace(SEED, programs=(entry,)), HIRATSUKA, MINT)
    unit = MINT.unit("142034", Identities().unit_key("広報課", 2016, "sangyo-shinko-bu"))
    assert objects(paper, unit, ORG.unitOf) == {MINT.municipality("142034")}
    assert not objects(paper, unit, ORG.subOrganizationOf)
    assert objects(paper, unit, SKOS.prefLabel) == {"広報課"}


def test_a_department_that_lists_itself_is_not_below_itself() -> None:
    section = replace(SEED.sections[0], name=SEED.department)
    paper = map_record(replace(SEED, sections=(section,)), HIRATSUKA, MINT)
    assert not objects(paper, MINT.unit("142034", "sangyo-shinko-bu"), ORG.subOrganizationOf)


def test_a_title_that_names_the_year_is_the_policy_s_title() -> None:
    title = Value("平成２８年度 産業振興部の基本方針", "", (), Status.METADATA)
    paper = map_record(replace(SEED, title=title), HIRATSUKA, MINT)
    policy = MINT.policy("142034", 2016, "sangyo-shinko-bu")
    assert {v(t.object) for t in paper.facts if v(t.subject) == policy and "title" in t.predicate.value} == {
        title.value
    }


def test_a_decimal_is_written_out() -> None:
    entry = SEED.programs[1]
    report = replace(entry.reports[0], quantities=(replace(entry.reports[0].quantities[0], value=Decimal("1.5E+3")),))
    paper = map_record(replace(SEED, programs=(replace(entry, reports=(report,)),)), HIRATSUKA, MINT)
    assert '"1500"^^<http://www.w3.org/2001/XMLSchema#decimal>' in paper.nquads()


def test_a_code_that_no_list_has_is_the_form_s_fault() -> None:
    with pytest.raises(UsageError) as caught:
        map_record(replace(SEED, document_type="doctype-none"), HIRATSUKA, MINT)
    assert caught.value.code == "F10"


@pytest.mark.parametrize(
    ("unit", "title", "label"),
    [
        ("産業振興部", "部長", "産業振興部長"),
        ("農水産課", "課長", "農水産課長"),
        ("中央図書館", "館長", "中央図書館長"),
        ("産業振興課", "担当課長", "産業振興課担当課長"),
        ("こどもセンター", "センター長", "こどもセンター長"),
        ("会計課", "会計管理者", "会計課会計管理者"),
    ],
)
def test_the_label_of_a_post_says_nothing_twice(unit: str, title: str, label: str) -> None:
    assert post_label(unit, title) == label


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("産業振興部", "bu"), ("消防本部", "bu"), ("議会事務局", "kyoku"), ("農水産課", "ka"), ("秘書室", "shitsu"),
        ("金目公民館", "kan"), ("こども発達支援センター", "center"), ("消防署", "sho"), ("会計管理者", "other"),
        ("産 業 振 興 課", "ka"),
    ],
)  # fmt: skip
def test_the_level_of_a_unit_is_told_by_the_end_of_its_name(name: str, level: str) -> None:
    assert unit_level(name) == MPC[f"unit-level-{level}"]


@pytest.mark.parametrize(
    ("fy", "labels"),
    [
        (2016, {"平成28年度", "FY2016", "2016年度"}),
        (2018, {"平成30年度", "FY2018", "2018年度"}),
        (2019, {"令和元年度", "平成31年度", "FY2019", "2019年度"}),
        (2020, {"令和2年度", "FY2020", "2020年度"}),
    ],
)
def test_a_fiscal_year_has_its_names(fy: int, labels: set[str]) -> None:
    triples = map_fiscal_year(MINT, fy)
    found = [v(t.object) for t in triples if t.predicate in (SKOS.prefLabel, SKOS.altLabel)]
    assert set(found) == labels
    assert len(found) == len(labels)


# --- quotes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        (Value("甲課", "甲 課", (Origin(1, 1, 0, 3),)), {"甲 課"}),
        (Value("今井 宏明", "いまい 今井  宏明（兼務）", (Origin(1, 5, 4, 10),)), {"今井  宏明"}),
        (Value("今井 宏明", "今井 替 宏明", (Origin(1, 1, 0, 7),), Status.UNCERTAIN), set()),
        (Value("今井", "今井（兼務）", (Origin(1, 1, 0, 6),)), set()),
        (Value("が課", "か\u3099課", (Origin(1, 1, 0, 3),)), {"が課"}),
        (Value("甲乙課", "甲\n乙課", (Origin(1, 1, 0, 1), Origin(2, 1, 2, 4))), {"甲", "乙課"}),
        (Value("甲課", "", (Origin(1, 1, 0, 2),), Status.WITHHELD), set()),
        (Value("甲課", "", (), Status.METADATA), set()),
    ],
)
def test_a_place_quotes_the_value_as_printed_and_nothing_more(value: Value[str], quote: set[str]) -> None:
    record = replace(SEED, sections=(Section(value),), programs=())
    paper = map_record(record, HIRATSUKA, MINT)
    places = [v(t.subject) for t in paper.provenance if t.object == MPOL.listsUnit]
    assert len(places) == len(value.origins)
    assert {text for place in places for text in objects(paper, place + "#quote", OA.exact)} == quote


def test_where_two_values_share_a_place_the_doubt_is_said() -> None:
    sure = Value("甲課", "甲課乙課", (Origin(1, 1, 0, 4),))
    doubtful = Value("乙課", "甲課乙課", (Origin(1, 1, 0, 4),), Status.UNCERTAIN)
    paper = map_record(replace(SEED, sections=(Section(sure), Section(doubtful))), HIRATSUKA, MINT)
    place = MINT.place(MINT.source(*PAPER.key), 0, 4, "listsUnit")
    assert objects(paper, place, MPOL.valueStatus) == {MPC["status-uncertain"].value}


# --- changes of units and programs -----------------------------------------------------------------------------


def with_rows(*lines: str) -> Municipality:
    full = (line + "," * (len(HEADER) - 1 - line.count(",")) for line in lines)
    return replace(HIRATSUKA, identities=Identities.parse("\n".join((",".join(HEADER), *full))))


def registry(*lines: str) -> set[str]:
    return {str(triple).replace(BASE + "id/", "") for triple in map_municipality(with_rows(*lines), MINT)}


def test_a_renamed_unit_keeps_its_iri_and_has_a_change_event() -> None:
    triples = registry("unit,keizai-bu,産業振興部", "unit,keizai-bu,経済部,,2019")
    event = "<change/142034/keizai-bu/2019-04-01>"
    assert f"{event} <{ORG.originalOrganization.value}> <org/142034/keizai-bu>" in triples
    assert f"{event} <{ORG.resultingOrganization.value}> <org/142034/keizai-bu>" in triples
    assert f'{event} <{SKOS.prefLabel.value}> "産業振興部 → 経済部"@ja' in triples
    assert f'<org/142034/keizai-bu> <{SKOS.prefLabel.value}> "経済部"@ja' in triples
    assert f'<org/142034/keizai-bu> <{SKOS.altLabel.value}> "産業振興部"@ja' in triples


def test_a_merger_is_one_event_and_a_program_is_no_organization() -> None:
    units = registry("unit,a,甲課,,,2018,c,keizai-bu", "unit,b,乙課,,,2018,c", "unit,c,丙課,,2019")
    assert sum(ORG.ChangeEvent.value in triple for triple in units) == 1
    assert f"<org/142034/a> <{ORG.subOrganizationOf.value}> <org/142034/keizai-bu>" in units
    programs = registry("program,a,甲事業,,,2018,b", "program,b,乙事業,,2019")
    event = "<change/142034/a/2019-04-01>"
    assert f"{event} <{RDF.type.value}> <{PROV.Activity.value}>" in programs
    assert f"<program/142034/b> <{PROV.wasGeneratedBy.value}> {event}" in programs
    assert not any("ns/org#original" in triple for triple in programs)


def test_a_paper_of_a_renamed_unit_carries_the_same_labels_in_every_year() -> None:
    municipality = with_rows("unit,keizai-bu,産業振興部", "unit,keizai-bu,経済部,,2017")
    paper = map_record(SEED, municipality, MINT)
    unit = MINT.unit("142034", "keizai-bu")
    assert objects(paper, unit, SKOS.prefLabel) == {"経済部"}
    assert objects(paper, unit, SKOS.altLabel) == {"産業振興部"}
    assert PAPER.key != paper.key == ("142034", 2016, "keizai-bu", "final")


# --- any record ------------------------------------------------------------------------------------------------

_NAMES = st.text(alphabet="産業振興農水商観光課部局室 甲乙丙①ＰRあア", min_size=1, max_size=12)
_TEXTS = st.text(alphabet='図ります。の\n推進と支援を「」行い*|①15件 "\\', min_size=1, max_size=60)
_STATUS = st.sampled_from((Status.PRINTED, Status.REPAIRED, Status.UNCERTAIN, Status.WITHHELD))


def _value(text: str, start: int, status: Status) -> Value[str]:
    return Value(text, text, (Origin(1, start + 1, start, start + len(text)),), status)


def _values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Value[str]]:
    return st.builds(_value, texts, st.integers(0, 500), _STATUS)


_HOLDERS = st.builds(
    PostHolder,
    st.sampled_from(("部長", "課長")),
    st.sampled_from(("role-bucho", "role-kacho", "role-tanto-bucho")),
    st.none() | _values(_NAMES),
    st.none() | _values(st.sampled_from(("いまい", "イマイ"))),
)
_COUNTS = st.builds(lambda n: Value(n, str(n), (Origin(3, 1, n, n + len(str(n))),)), st.integers(0, 5000))
_SECTIONS = st.builds(Section, _values(_NAMES), st.lists(_HOLDERS, max_size=2).map(tuple), st.none() | _COUNTS)
_QUANTITIES = st.builds(
    Quantity, _NAMES, _NAMES, st.integers(0) | st.decimals(0, 10**6, places=2), st.sampled_from(("件", "回", "")),
    st.sampled_from(("measure-granted", "measure-unspecified")), _values(_TEXTS), st.sampled_from(("", "約")),
)  # fmt: skip
_REPORTS = st.builds(
    Report, st.sampled_from(("interim", "final")), _values(_TEXTS), st.lists(_QUANTITIES, max_size=3).map(tuple)
)
_PROGRAMS = st.builds(
    ProgramEntry,
    _values(_NAMES),
    st.lists(_values(_NAMES), max_size=2).map(tuple),
    st.none() | _values(_TEXTS),
    st.lists(_REPORTS, max_size=2).map(tuple),
)
_RECORDS = st.builds(
    Record,
    municipality=st.just("142034"),
    form=st.sampled_from(("bucho-kihon-hoshin", "another")),
    document_type=st.just("doctype-other"),
    source=st.just(Source("paper.txt", "0f" * 32)),
    title=_values(_TEXTS) | st.builds(lambda text: Value(text, "", (), Status.METADATA), _TEXTS),
    department=_values(_NAMES).map(lambda value: replace(value, status=Status.PRINTED)),
    fiscal_year=st.builds(lambda fy: Value(fy, "", (), Status.METADATA), st.integers(1950, 2100)),
    stage=st.sampled_from(("plan", "interim", "final")),
    heads=st.lists(_HOLDERS, max_size=3).map(tuple),
    sections=st.lists(_SECTIONS, max_size=4).map(tuple),
    basic_policy=st.none() | _values(_TEXTS),
    goals=st.lists(
        st.builds(Goal, st.integers(1, 20), st.sampled_from(("①", "(1)", "")), _values(_TEXTS)), max_size=4
    ).map(tuple),
    programs=st.lists(_PROGRAMS, max_size=4).map(tuple),
    as_of=st.none() | st.just(Value(date(2019, 4, 1), "31.4.1", (Origin(2, 1, 9, 15),))),
)


@settings(max_examples=60)
@given(_RECORDS)
def test_any_record_gives_graphs_that_keep_the_rules(record: Record) -> None:
    paper = map_record(record, HIRATSUKA, MINT)
    sets = (paper.facts, paper.provenance, paper.registry, paper.codes, paper.meta)
    for triples in sets:
        assert len(set(triples)) == len(triples)
    terms = {term for triples in sets for t in triples for term in (t.subject, t.predicate, t.object)}
    assert not [term for term in terms if isinstance(term, ox.BlankNode)]
    assert not [v(term) for term in terms if _is_own(term) and not OWN.match(v(term))]
    tags = {term.language for term in terms if isinstance(term, ox.Literal) and term.language}
    assert tags <= {"ja", "en", "ja-hira", "ja-kana"}
    placed = {t.subject for t in paper.provenance if t.predicate == PROV.wasDerivedFrom}
    source = MINT.source(*paper.key)
    assert {t.subject for t in paper.facts if v(t.subject) != source} <= placed
    assert set(ox.parse(paper.nquads(), format=ox.RdfFormat.N_QUADS)) == set(paper.quads())


def _is_own(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
