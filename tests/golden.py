"""The seed paper as the graphs it should become, built here by hand: independent of readers, extraction and mapping.

Texts are cut from the seed by line; everything else is stated. `golden(n)` with n > 0 gives the same paper of another
department (keys end in `-n`), for tests over many papers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from lod.iri import Mint
from lod.vocab import PREFIXES

BASE = "https://lod.example.org/"
SEED = Path(__file__).parents[1] / "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt"
LG, FY, STAGE, DAY = "142034", 2016, "final", date(2016, 4, 1)
MINT = Mint(BASE)
Triples: TypeAlias = tuple[ox.Triple, ...]

UNITS = (  # (key, name, level, parent)
    ("sangyo-shinko-bu", "産業振興部", "bu", None),
    ("sangyo-shinko-ka", "産業振興課", "ka", "sangyo-shinko-bu"),
    ("nosuisan-ka", "農水産課", "ka", "sangyo-shinko-bu"),
    ("shogyo-kanko-ka", "商業観光課", "ka", "sangyo-shinko-bu"),
)
HEADS = (  # (unit, role, role name, person, name, reading, review)
    ("sangyo-shinko-bu", "bucho", "部長", "p0001", "今井 宏明", "いまい ひろあき", "auto"),
    ("sangyo-shinko-ka", "kacho", "課長", "p0002", "鳥居", "とりい", "needed"),
    ("nosuisan-ka", "kacho", "課長", "p0003", "田中 信行", "たなか のぶき", "needed"),
    ("shogyo-kanko-ka", "kacho", "課長", "p0004", "戸塚 清", "とづか きよ", "needed"),
)
HEADCOUNTS = (("sangyo-shinko-ka", 11), ("nosuisan-ka", 23), ("shogyo-kanko-ka", 11))
PROGRAMS = (  # (key, name, section)
    ("sangyokan-renkei-sokushin", "産業間連携促進事業", "sangyo-shinko-ka"),
    ("kigyo-ricchi-to-sokushin", "企業立地等促進事業", "sangyo-shinko-ka"),
    ("toshi-nogyo-sokushin", "都市農業促進事業", "nosuisan-ka"),
    ("shotengai-nigiwai-soshutsu", "商店街にぎわい創出事業", "shogyo-kanko-ka"),
    ("kanko", "観光事業", "shogyo-kanko-ka"),
)
MARKS = "①②③④⑤"
# program: (label, value, unit, status, quote)
MEASURES = {
    "kigyo-ricchi-to-sokushin": (
        ("施設整備助成金の交付", 15, "件", "granted", "施設整備助成金15件"),
        ("新規雇用助成金の交付", 2, "件", "granted", "新規雇用助成金2件を交付"),
        ("施設整備助成の承認（新規）", 4, "件", "approved", "4件の施設整備助成"),
        ("市内発注奨励助成の承認（新規）", 1, "件", "approved", "1件の市内発注奨励助成を承認"),
    ),
    "toshi-nogyo-sokushin": (("「軽トラ・ファーマーズ」の開催", 7, "回", "held", "「軽トラ・ファーマーズ」を7回開催"),),
}


@dataclass
class Golden:
    """The graphs of one paper, with the attributes that validation asks of a paper."""

    key: tuple[str, int, str, str]
    facts: Triples = ()
    provenance: Triples = ()
    registry: Triples = ()
    codes: Triples = ()
    meta: Triples = ()

    def by_graph(self) -> dict[str, Triples]:
        """Triples by the IRI of the named graph that holds them."""
        return {
            MINT.graph(*self.key): self.facts,
            MINT.provenance_graph(*self.key): self.provenance,
            MINT.registry_graph(self.key[0]): self.registry,
            MINT.codes_graph: self.codes,
            MINT.meta_graph: self.meta,
        }

    def merged(self) -> Triples:
        """What validation of a whole graph sees: facts, provenance, registry and codes."""
        return (*self.facts, *self.provenance, *self.registry, *self.codes)

    def quads(self) -> Iterator[ox.Quad]:
        """Named graphs, and facts, registry and codes once more in the default graph."""
        for graph, triples in self.by_graph().items():
            for t in triples:
                yield ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
        for t in (*self.facts, *self.registry, *self.codes):
            yield ox.Quad(t.subject, t.predicate, t.object)


@dataclass
class _Sheet:
    """Collects Turtle statements and the places of what they state."""

    text: str
    source: str
    n: int
    facts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def key(self, key: str) -> str:
        return f"{key}-{self.n}" if self.n else key

    def state(self, subject: str, statements: str) -> None:
        self.facts.append(f"<{subject}> {statements} .")

    def place(self, subject: str, term: str, quote: str, after: str = "", status: str = "printed") -> None:
        """Says that the value of `term` stands at the first `quote` behind `after`; a withheld one is not quoted."""
        start = self.text.index(quote, self.text.index(after) + len(after) if after else 0)
        end = start + len(quote)
        line, column = self.text.count("\n", 0, start) + 1, start - (self.text.rfind("\n", 0, start) + 1) + 1
        place = MINT.place(self.source, start, end, term.split(":")[1])
        selectors = f"<{place}#position>" if status == "withheld" else f"<{place}#quote>, <{place}#position>"
        self.places.append(
            f"<{subject}> prov:wasDerivedFrom <{place}> . <{place}> a oa:SpecificResource ; "
            f"oa:hasSource <{self.source}> ; mpol:statesProperty {term} ; mpol:valueStatus mpc:status-{status} ; "
            f"mpol:line {line} ; mpol:column {column} ; oa:hasSelector {selectors} . "
            f"<{place}#position> a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ."
        )
        if status != "withheld":
            self.places.append(f'<{place}#quote> a oa:TextQuoteSelector ; oa:exact """{quote}""" .')


def parse(turtle: str) -> Triples:
    """Triples of a piece of Turtle with the usual prefixes, IRIs relative to the base."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return tuple(quad.triple for quad in ox.parse(head + turtle, format=ox.RdfFormat.TURTLE, base_iri=BASE))


def iri(text: str) -> ox.NamedNode:
    """`mpol:stage`, or an address below the base."""
    prefix, _, name = text.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + name if prefix in PREFIXES else BASE + text)


def golden(n: int = 0) -> Golden:
    """The seed's graphs; n > 0: the same paper of another department of the same city."""
    data = SEED.read_bytes()
    text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    unit = f"sangyo-shinko-bu-{n}" if n else "sangyo-shinko-bu"
    key = (LG, FY, unit, STAGE)
    sheet = _Sheet(text, MINT.source(*key), n)
    _policy(sheet, unit, hashlib.sha256(data + (str(n).encode() if n else b"")).hexdigest())
    _people(sheet)
    for program in PROGRAMS:
        _initiative(sheet, *program)
    meta = parse(f"<{MINT.graph(*key)}> a prov:Entity ; prov:wasDerivedFrom <{sheet.source}> .")
    return Golden(key, parse("\n".join(sheet.facts)), parse("\n".join(sheet.places)), registry(n), codes(), meta)


def _policy(sheet: _Sheet, unit: str, digest: str) -> None:
    policy, source, lines = MINT.policy(LG, FY, unit), sheet.source, sheet.text.split("\n")
    basic = lines[lines.index("基本方針") + 2]
    goals = [line.split(mark, 1)[1].strip() for mark in MARKS for line in lines if line.lstrip(" -").startswith(mark)]
    sections = ", ".join(f"<{MINT.unit(LG, sheet.key(key))}>" for key, *_ in UNITS[1:])
    has_goals = ", ".join(f"<{MINT.goal(LG, FY, unit, i)}>" for i in range(1, len(goals) + 1))
    initiatives = ", ".join(f"<{MINT.initiative(LG, FY, sheet.key(key))}>" for key, *_ in PROGRAMS)
    sheet.state(
        source,
        f'a mpol:SourceDocument, prov:Entity ; dcterms:title "産業振興部の基本方針"@ja ; mpol:stage mpc:stage-final ; '
        f"mpol:documentType mpc:doctype-bucho-kihon-hoshin ; mpol:describes <{policy}> ; "
        f'dcterms:publisher <{MINT.municipality(LG)}> ; mpol:sourceDigest "{digest}"',
    )
    sheet.state(
        policy,
        f'a mpol:DepartmentPolicy ; dcterms:title "産業振興部の基本方針（平成28年度）"@ja ; '
        f"mpol:policyOf <{MINT.unit(LG, unit)}> ; mpol:forFiscalYear <{MINT.fiscal_year(FY)}> ; "
        f'mpol:basicPolicy "{basic}"@ja ; mpol:listsUnit {sections} ; mpol:hasGoal {has_goals} ; '
        f"mpol:hasInitiative {initiatives} ; dcterms:source <{source}>",
    )
    for term, quote in (("policyOf", "産業振興部"), ("forFiscalYear", "平成28年度"), ("basicPolicy", basic)):
        sheet.place(policy, f"mpol:{term}", quote)
    for number, (mark, goal_text) in enumerate(zip(MARKS, goals, strict=True), 1):
        goal = MINT.goal(LG, FY, unit, number)
        sheet.state(
            goal,
            f'a mpol:Goal ; mpol:goalNumber {number} ; skos:notation "{mark}" ; dcterms:description "{goal_text}"@ja',
        )
        for term, quote in (("mpol:goalNumber", mark), ("dcterms:description", goal_text)):
            sheet.place(goal, term, quote)


def _people(sheet: _Sheet) -> None:
    for key, role, role_name, person_key, name, reading, review in HEADS:
        unit, person = sheet.key(key), MINT.person(LG, sheet.key(person_key))
        organization, post = MINT.unit(LG, unit), MINT.post(LG, unit, role)
        sheet.state(
            person,
            f'a foaf:Person ; foaf:name "{name}"@ja ; mpol:nameReading "{reading}"@ja-hira ; '
            f"mpol:reviewStatus mpc:review-{review}",
        )
        sheet.state(
            MINT.tenure(LG, FY, unit, role),
            f"a org:Membership ; org:member <{person}> ; org:organization <{organization}> ; "
            f"org:role mpc:role-{role} ; mpol:post <{post}> ; mpol:forFiscalYear <{MINT.fiscal_year(FY)}> ; "
            f"dcterms:source <{sheet.source}>",
        )
        sheet.place(MINT.tenure(LG, FY, unit, role), "mpol:post", role_name)
        sheet.place(person, "foaf:name", name)
        sheet.place(person, "mpol:nameReading", reading)
    sheet.place(MINT.person(LG, sheet.key("p0002")), "foaf:name", "替 ^い", after="鳥居 ", status="withheld")
    for key, count in HEADCOUNTS:
        name = next(name for unit, name, *_ in UNITS if unit == key)
        observation = MINT.headcount(LG, sheet.key(key), DAY)
        sheet.state(
            observation,
            f"a mpol:HeadcountObservation, qb:Observation ; mpol:observedUnit <{MINT.unit(LG, sheet.key(key))}> ; "
            f'mpol:asOf "{DAY}"^^xsd:date ; mpol:headcount "{count}"^^xsd:nonNegativeInteger ; '
            f'schema:unitText "人"@ja ; dcterms:source <{sheet.source}>',
        )
        sheet.place(observation, "mpol:headcount", str(count), after=name)
        sheet.place(observation, "mpol:asOf", "平成28年4月1日")


def _initiative(sheet: _Sheet, key: str, name: str, section: str) -> None:
    program, lines = sheet.key(key), sheet.text.split("\n")
    row = next(index for index, line in enumerate(lines) if line.startswith(name))
    label = next(index for index in range(row, len(lines)) if lines[index].strip() == "最終報告")
    plan, report = lines[label - 1].split("\t")[-1], lines[label + 1].strip()
    initiative, outcome = MINT.initiative(LG, FY, program), MINT.outcome(LG, FY, program, STAGE)
    source = f"dcterms:source <{sheet.source}>"
    sheet.state(
        initiative,
        f"a mpol:Initiative, prov:Plan ; mpol:program <{MINT.program(LG, program)}> ; "
        f"mpol:forFiscalYear <{MINT.fiscal_year(FY)}> ; mpol:responsibleUnit <{MINT.unit(LG, sheet.key(section))}> ; "
        f'mpol:plannedAction "{plan}"@ja ; mpol:hasOutcome <{outcome}> ; {source}',
    )
    sheet.state(
        outcome, f'a mpol:Outcome, prov:Entity ; mpol:stage mpc:stage-final ; mpol:resultText "{report}"@ja ; {source}'
    )
    places = ((initiative, "program", name), (initiative, "plannedAction", plan), (outcome, "resultText", report))
    for node, term, quote in places:
        sheet.place(node, f"mpol:{term}", quote)
    for number, (item, value, unit, status, quote) in enumerate(MEASURES.get(key, ()), 1):
        measure = MINT.measure(LG, FY, program, STAGE, number)
        sheet.state(outcome, f"mpol:hasMeasure <{measure}>")
        sheet.state(
            measure,
            f'a mpol:OutcomeMeasure, schema:QuantitativeValue ; rdfs:label "{item}"@ja ; schema:value {value} ; '
            f'schema:unitText "{unit}"@ja ; mpol:measureStatus mpc:measure-{status}',
        )
        sheet.place(measure, "schema:value", quote)


def registry(n: int = 0) -> Triples:
    """The municipality with the units, posts and programs of one paper."""
    city, sheet = MINT.municipality(LG), _Sheet("", "", n)
    sheet.state(
        city,
        "a org:FormalOrganization, foaf:Agent, schema:GovernmentOrganization ; "
        'skos:prefLabel "平塚市"@ja, "Hiratsuka City"@en ; foaf:name "平塚市"@ja, "Hiratsuka City"@en ; '
        'mpol:nameReading "ひらつかし"@ja-hira ; org:identifier "142034"^^mpc:jp-local-government-code, '
        '"3000020142034"^^mpc:jp-corporate-number ; foaf:homepage <https://www.city.hiratsuka.kanagawa.jp/>',
    )
    for key, name, level, parent in UNITS:
        above = f"org:subOrganizationOf <{MINT.unit(LG, sheet.key(parent))}>" if parent else f"org:unitOf <{city}>"
        label = f"{name}{n}" if n else name
        sheet.state(
            MINT.unit(LG, sheet.key(key)),
            f'a org:OrganizationalUnit ; skos:prefLabel "{label}"@ja ; '
            f"org:classification mpc:unit-level-{level} ; {above}",
        )
    for key, role, role_name, *_ in HEADS:
        unit = sheet.key(key)
        sheet.state(
            MINT.post(LG, unit, role),
            f'a org:Post ; skos:prefLabel "{role_name}"@ja ; org:role mpc:role-{role} ; '
            f"org:postIn <{MINT.unit(LG, unit)}>",
        )
    for key, name, _ in PROGRAMS:
        sheet.state(MINT.program(LG, sheet.key(key)), f'a mpol:Program ; skos:prefLabel "{name}"@ja')
    return parse("\n".join(sheet.facts))


def codes() -> Triples:
    """The codes that the paper uses, some more of each list, and the fiscal year with its instants."""
    sheet = _Sheet("", "", 0)
    start, end = date(FY, 4, 1), date(FY + 1, 3, 31)
    concepts = {
        "role-bucho": "部長", "role-kacho": "課長", "unit-level-bu": "部", "unit-level-ka": "課", "stage-plan": "計画",
        "stage-interim": "中間報告", "stage-final": "最終報告", "measure-granted": "交付", "measure-approved": "承認",
        "measure-held": "開催", "doctype-bucho-kihon-hoshin": "部長の基本方針", "review-auto": "自動抽出",
        "review-needed": "要確認", "status-printed": "印字のとおり", "status-withheld": "非公開",
    }  # fmt: skip
    for code, label in concepts.items():
        kind = "a org:Role, skos:Concept ; skos:broader org:Head" if code.startswith("role-") else "a skos:Concept"
        sheet.state(PREFIXES["mpc"] + code, f'{kind} ; skos:prefLabel "{label}"@ja')
    sheet.state(
        MINT.fiscal_year(FY),
        'a mpol:FiscalYear, time:ProperInterval, dcterms:PeriodOfTime ; skos:prefLabel "平成28年度"@ja, "FY2016"@en ; '
        f'skos:altLabel "2016年度"@ja ; mpol:startYear "{FY}"^^xsd:gYear ; dcat:startDate "{start}"^^xsd:date ; '
        f'dcat:endDate "{end}"^^xsd:date ; time:hasBeginning <{MINT.instant(start)}> ; '
        f"time:hasEnd <{MINT.instant(end)}>",
    )
    for day in (start, end):
        sheet.state(MINT.instant(day), f'a time:Instant ; time:inXSDDate "{day}"^^xsd:date')
    return parse("\n".join(sheet.facts))
