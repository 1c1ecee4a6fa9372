"""One or more changes of the golden graph for each rule in shapes/, each of which breaks exactly that rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from tests.golden import BASE, golden, iri, parse

POLICY = "id/policy/142034/2016/sangyo-shinko-bu"
SOURCE = "id/source/142034/2016/sangyo-shinko-bu/final"
GOAL = "id/goal/142034/2016/sangyo-shinko-bu"
INITIATIVE = "id/initiative/142034/2016"
OUTCOME = "id/outcome/142034/2016"
MEASURE = "id/measure/142034/2016/kigyo-ricchi-to-sokushin/final/1"
UNIT = "id/org/142034"
TENURE = "id/tenure/142034/2016"
COUNT = "id/headcount/142034/nosuisan-ka/2016-04-01"
PERSON = "id/person/142034/p0001"
YEAR = "id/fiscal-year/2016"


@dataclass(frozen=True)
class Case:
    """A change of the golden graph that breaks the rule `code`, and the codes that break with it of necessity.

    `remove` holds "subject property" pairs, `*` for any subject and `subject *` for a whole node; `add` is Turtle.
    """

    code: str
    remove: tuple[str, ...] = ()
    add: str = ""
    also: frozenset[str] = frozenset()

    def change(self, triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
        kept = tuple(triple for triple in triples if not any(_matches(pair, triple) for pair in self.remove))
        return (*kept, *parse(self.add))


def _matches(pair: str, triple: ox.Triple) -> bool:
    subject, predicate, *value = pair.split(" ")
    return (
        (subject == "*" or triple.subject == iri(subject))
        and (predicate == "*" or triple.predicate == iri(predicate))
        and (not value or triple.object == iri(value[0]))
    )


def also(*codes: str) -> frozenset[str]:
    return frozenset(codes)


LONG = "社会経済環境の変化に対応可能な、市内産業の持続的発展を図ります"
QUOTE = next(t.subject for t in golden().provenance if t.object == ox.Literal("施設整備助成金15件"))
EXACT = QUOTE.value.removeprefix(BASE)  # type: ignore[union-attr]

PAPER_CASES = (
    Case("P01", (f"{POLICY} mpol:policyOf",)),
    Case("P02", (f"{POLICY} mpol:forFiscalYear",)),
    Case("P02", (f"{YEAR} rdf:type",), "", also("I03")),
    Case("P03", (f"{POLICY} mpol:basicPolicy",)),
    Case("P03", (f"{POLICY} mpol:basicPolicy",), f'<{POLICY}> mpol:basicPolicy "短い本文です。"@ja .'),
    Case("P03", (f"{POLICY} mpol:basicPolicy",), f'<{POLICY}> mpol:basicPolicy "{LONG}。"@en .'),
    Case("P03", (), f'<{POLICY}> mpol:basicPolicy "{LONG}。"@ja .'),
    Case("P04", (f"{POLICY} mpol:hasGoal",), "", also("G03")),
    Case("P04", (), f"<{POLICY}> mpol:hasGoal <id/goal/none> ."),
    Case("P05", (), f"<{POLICY}> mpol:hasInitiative <id/initiative/none> ."),
    Case("P06", (f"{POLICY} mpol:listsUnit",), "", also("P10")),
    Case("P07", (f"{POLICY} dcterms:source",)),
    Case("P08", (f"{GOAL}/5 mpol:goalNumber",), f"<{GOAL}/5> mpol:goalNumber 6 ."),
    Case("P08", (f"{GOAL}/5 mpol:goalNumber",), f"<{GOAL}/5> mpol:goalNumber 4 ."),
    Case("P08", (f"{GOAL}/1 mpol:goalNumber",), f"<{GOAL}/1> mpol:goalNumber 6 ."),
    Case("P09", (f"{UNIT}/nosuisan-ka org:subOrganizationOf",)),
    Case(
        "P10",
        (),
        f"<{INITIATIVE}/kanko> mpol:responsibleUnit <{UNIT}/zei-ka> . <{UNIT}/zei-ka> a org:OrganizationalUnit .",
    ),
    Case(
        "P11",
        (f"{INITIATIVE}/kanko mpol:forFiscalYear",),
        f"<{INITIATIVE}/kanko> mpol:forFiscalYear <id/fiscal-year/2017> . <id/fiscal-year/2017> a mpol:FiscalYear .",
    ),
    Case("P12", (f"{TENURE}/sangyo-shinko-bu/bucho *",)),
    Case("P13", (f"{COUNT} *",)),
    Case("P13", (f"{COUNT} mpol:asOf",), f'<{COUNT}> mpol:asOf "2017-04-01"^^xsd:date .'),
    Case("G01", (f"{GOAL}/5 mpol:goalNumber",)),
    Case("G01", (f"{GOAL}/5 mpol:goalNumber",), f"<{GOAL}/5> mpol:goalNumber 0 ."),
    Case("G02", (f"{GOAL}/5 dcterms:description",), f'<{GOAL}/5> dcterms:description "⑤ 観光を軸に進めます。"@ja .'),
    Case("G02", (f"{GOAL}/5 dcterms:description",), f'<{GOAL}/5> dcterms:description "観光"@ja .'),
    Case("G03", (f"{POLICY} mpol:hasGoal {GOAL}/5",)),
    Case("I01", (f"{INITIATIVE}/kanko mpol:program",)),
    Case("I02", (f"{INITIATIVE}/kanko mpol:responsibleUnit",)),
    Case("I03", (f"{INITIATIVE}/kanko mpol:forFiscalYear",)),
    Case("I04", (f"{INITIATIVE}/kanko mpol:plannedAction",), f'<{INITIATIVE}/kanko> mpol:plannedAction "{LONG}"@ja .'),
    Case("I04", (f"{INITIATIVE}/kanko mpol:plannedAction",)),
    Case("I05", (), f"<{INITIATIVE}/kanko> mpol:hasOutcome <id/outcome/none> ."),
    Case(
        "I05",
        (),
        "".join(
            f"<{INITIATIVE}/kanko> mpol:hasOutcome <{OUTCOME}/kanko/{n}> . <{OUTCOME}/kanko/{n}> a mpol:Outcome ; "
            f'mpol:stage mpc:stage-interim ; mpol:resultText "{LONG}。"@ja .'
            for n in range(3)
        ),
        also("O05"),
    ),
    Case("I07", (f"{INITIATIVE}/kanko mpol:hasOutcome", f"{OUTCOME}/kanko/final *")),
    Case("I08", (), f"<{INITIATIVE}/kanko> mpol:contributesTo <id/goal/142034/2016/other/1> ."),
    Case("O01", (), f"<{OUTCOME}/kanko/final> mpol:stage mpc:stage-interim ."),
    Case(
        "O01",
        (f"{OUTCOME}/kanko/final mpol:stage",),
        f"<{OUTCOME}/kanko/final> mpol:stage mpc:stage-plan .",
        also("I07"),
    ),
    Case("O02", (f"{OUTCOME}/kanko/final mpol:resultText",)),
    Case("O03", (f"{INITIATIVE}/kanko mpol:hasOutcome",), "", also("I07")),
    Case(
        "O04",
        (f"{INITIATIVE}/kanko mpol:plannedAction", f"{OUTCOME}/kanko/final mpol:resultText"),
        f'<{INITIATIVE}/kanko> mpol:plannedAction "{LONG}。"@ja . '
        f'<{OUTCOME}/kanko/final> mpol:resultText "{LONG}。"@ja .',
    ),
    Case(
        "O05",
        (),
        f"<{INITIATIVE}/kanko> mpol:hasOutcome <{OUTCOME}/kanko/2> . <{OUTCOME}/kanko/2> a mpol:Outcome ; "
        f'mpol:stage mpc:stage-final ; mpol:resultText "{LONG}。"@ja .',
    ),
    Case("M01", (f"{MEASURE} schema:value",)),
    Case("M01", (f"{MEASURE} schema:value",), f"<{MEASURE}> schema:value -15 .", also("M07")),
    Case("M01", (f"{MEASURE} schema:value",), f'<{MEASURE}> schema:value "15" .'),
    Case("M02", (f"{MEASURE} schema:unitText",)),
    Case("M03", (f"{MEASURE} rdfs:label",)),
    Case("M04", (f"{MEASURE} mpol:measureStatus",)),
    Case("M04", (f"{MEASURE} mpol:measureStatus",), f"<{MEASURE}> mpol:measureStatus mpc:measure-typo ."),
    Case("M05", (f"{MEASURE} prov:wasDerivedFrom",)),
    Case("M06", (f"{EXACT} oa:exact",), f'<{EXACT}> oa:exact "助成金15件" . <{EXACT}> oa:exact "寄附金15件" .'),
    Case("M07", (f"{MEASURE} schema:value",), f"<{MEASURE}> schema:value 16 ."),
    Case("M07", (f"{MEASURE} schema:value",), f"<{MEASURE}> schema:value 5 ."),
    Case("H01", (), f"<{COUNT}> mpol:observedUnit <{UNIT}/sangyo-shinko-bu> ."),
    Case("H01", (f"{COUNT} mpol:observedUnit",), "", also("P13")),
    Case("H02", (), f'<{COUNT}> mpol:asOf "2016-05-01"^^xsd:date .'),
    Case("H02", (f"{COUNT} mpol:asOf",), f'<{COUNT}> mpol:asOf "2016-04-01T00:00:00"^^xsd:dateTime .'),
    Case("H03", (f"{COUNT} mpol:headcount",), f'<{COUNT}> mpol:headcount "6000"^^xsd:nonNegativeInteger .'),
    Case("H03", (), f'<{COUNT}> mpol:headcount "24"^^xsd:nonNegativeInteger .'),
    Case("H03", (f"{COUNT} mpol:headcount",), f"<{COUNT}> mpol:headcount 23.5 ."),
    Case("R08", (), f"<{TENURE}/sangyo-shinko-bu/bucho> org:member <id/person/142034/p0002> ."),
    Case("R08", (f"{TENURE}/sangyo-shinko-bu/bucho org:member",)),
    Case("R09", (f"{TENURE}/nosuisan-ka/kacho org:organization",)),
    Case("R10", (f"{TENURE}/nosuisan-ka/kacho org:role",)),
    Case(
        "R11",
        (f"{TENURE}/nosuisan-ka/kacho org:organization",),
        f"<{TENURE}/nosuisan-ka/kacho> org:organization <{UNIT}/shogyo-kanko-ka> .",
    ),
    Case("R13", (f"{PERSON} foaf:name",)),
    Case("R13", (), f'<{PERSON}> foaf:name "今井 弘明"@ja .'),
    Case("R14", (f"{PERSON} mpol:nameReading",), f'<{PERSON}> mpol:nameReading "今井 ひろあき"@ja-hira .'),
    Case("R14", (f"{PERSON} mpol:nameReading",), f'<{PERSON}> mpol:nameReading "いまい ひろあき"@ja .'),
    Case("R15", (f"{PERSON} foaf:name",), f'<{PERSON}> foaf:name "今井 宏^い"@ja .'),
    Case("R15", (f"{PERSON} foaf:name",), f'<{PERSON}> foaf:name "今井 宏\ufffd"@ja .'),
    Case("R16", (f"{PERSON} foaf:name",), f'<{PERSON}> foaf:name "今井"@ja .'),
    Case("S01", (f"{SOURCE} dcterms:publisher",)),
    Case("S02", (f"{SOURCE} mpol:stage",)),
    Case("S02", (f"{SOURCE} mpol:stage",), f"<{SOURCE}> mpol:stage mpc:stage-draft ."),
    Case("S03", (f"{SOURCE} mpol:describes",)),
    Case("S04", (f"{SOURCE} mpol:sourceDigest",)),
    Case("S04", (f"{SOURCE} mpol:sourceDigest",), f'<{SOURCE}> mpol:sourceDigest "ABC" .'),
    Case("S07", (), '<id/correction/x> a mpol:Correction ; mpol:decidedBy "産業振興課"@ja .'),
    Case("S08", (), '<id/correction/x> a mpol:Correction ; mpol:printedText "鳥居"@ja .'),
    Case(
        "S06",
        ("* mpol:stage",),
        f"<{SOURCE}> mpol:stage mpc:stage-final ."
        + "".join(
            f"<{OUTCOME}/{program}/final> mpol:stage mpc:stage-interim ."
            for program in (
                "kanko",
                "kigyo-ricchi-to-sokushin",
                "sangyokan-renkei-sokushin",
                "shotengai-nigiwai-soshutsu",
                "toshi-nogyo-sokushin",
            )
        ),
        also("I07"),
    ),
    Case(
        "X01", (f"{INITIATIVE}/kanko mpol:plannedAction",), f'<{INITIATIVE}/kanko> mpol:plannedAction "**{LONG}。"@ja .'
    ),
    Case(
        "X01",
        (f"{OUTCOME}/kanko/final mpol:resultText",),
        f'<{OUTCOME}/kanko/final> mpol:resultText "表\\t{LONG}。"@ja .',
    ),
    Case("X01", (f"{POLICY} mpol:basicPolicy",), f'<{POLICY}> mpol:basicPolicy "{LONG}^い"@ja .'),
    Case(
        "X01",
        (f"{OUTCOME}/kanko/final mpol:resultText",),
        f'<{OUTCOME}/kanko/final> mpol:resultText "最終報告"@ja .',
        also("O02"),
    ),
)

# What other publishers' papers state, in a form that conforms; each case takes or changes one thing.
TESTING = f"""
<id/i> a mpol:Indicator ; rdfs:label "落書き件数"@ja ; mpol:indicatorClass <id/c> ; mpol:hasObservation <id/v> .
<id/v> a mpol:IndicatorObservation ; mpol:observationRole <id/c> ; schema:value 370 ; mpol:forFiscalYear <{YEAR}> .
<id/r> a mpol:Rating ; mpol:ratingGrade <id/c> ; mpol:ratingScale <id/s> .
<id/m> a mpol:Amount ; schema:value 12345 ; schema:unitText "千円"@ja ; mpol:amountKind <id/c> ;
  mpol:forFiscalYear <{YEAR}> ; mpol:amountInYen 12345000 .
<id/p> a mpol:PlanReference ; mpol:plan <id/plan> ; skos:notation "3-1" .
<id/e> a mpol:EditionChange ; mpol:earlierEdition <{SOURCE}> ; mpol:changedResource <{POLICY}> .
<id/c> a skos:Concept ; skos:inScheme <id/s> . <id/s> a skos:ConceptScheme ."""
TESTING_CASES = (
    Case("K01", ("id/i rdfs:label",)),
    Case("K02", (), "<id/i> mpol:indicatorClass <id/none> ."),
    Case("K03", ("id/v mpol:observationRole",)),
    Case("K04", ("id/v schema:value",)),
    Case("K05", ("id/v mpol:forFiscalYear",)),
    Case("K06", ("id/i mpol:hasObservation",)),
    Case("K07", ("id/r mpol:ratingGrade",)),
    Case("K08", ("id/r mpol:ratingScale",)),
    Case("K09", ("id/c skos:inScheme",)),
    Case("K10", ("id/m schema:value",), '<id/m> schema:value "12,345" .'),
    Case("K11", ("id/m schema:unitText",)),
    Case("K12", ("id/m mpol:amountKind",)),
    Case("K13", ("id/m mpol:forFiscalYear",)),
    Case("K14", ("id/m mpol:amountInYen",), "<id/m> mpol:amountInYen 12345000.0 ."),
    Case("K15", ("id/p mpol:plan",)),
    Case("K16", ("id/p skos:notation",)),
    Case("K17", ("id/e mpol:earlierEdition",)),
    Case("K18", ("id/e mpol:changedResource",)),
)

REGISTRY_CASES = (
    Case("R01", (f"{UNIT}/nosuisan-ka skos:prefLabel",)),
    Case("R01", (), f'<{UNIT}/nosuisan-ka> skos:prefLabel "農林水産課"@ja .'),
    Case("R02", (f"{UNIT} org:identifier",)),
    Case("R02", (f"{UNIT}/nosuisan-ka org:subOrganizationOf",)),
    Case("R03", (), f"<{UNIT}/nosuisan-ka> org:unitOf <{UNIT}/sangyo-shinko-bu> ."),
    Case("R04", (), f"<{UNIT}/sangyo-shinko-bu> org:subOrganizationOf <{UNIT}/nosuisan-ka> ."),
    Case("R05", (f"{UNIT}/nosuisan-ka skos:prefLabel",), f'<{UNIT}/nosuisan-ka> skos:prefLabel "商業観光課"@ja .'),
    Case("R06", (f"{UNIT} foaf:name",)),
    Case("R07", (f"{UNIT} org:identifier",), f'<{UNIT}> org:identifier "142035"^^mpc:jp-local-government-code .'),
    Case("R07", (f"{UNIT} org:identifier",), f'<{UNIT}> org:identifier "14203"^^mpc:jp-local-government-code .'),
    Case("Y01", (f"{YEAR} mpol:startYear",)),
    Case("Y02", (f"{YEAR} dcat:endDate",), f'<{YEAR}> dcat:endDate "2017-03-30"^^xsd:date .'),
    Case("Y03", (), f'<{YEAR}> skos:altLabel "平成29年度"@ja .'),
    Case("Y04", (), f'<{YEAR}> skos:altLabel "令和元年度"@ja .'),
)

RELEASE_CASES = (
    Case(
        "P14",
        (),
        f"<id/policy/2> a mpol:DepartmentPolicy ; mpol:policyOf <{UNIT}/sangyo-shinko-bu> ; "
        f"mpol:forFiscalYear <{YEAR}> .",
    ),
    Case(
        "I06",
        (),
        f"<id/initiative/2> a mpol:Initiative ; mpol:program <id/program/142034/kanko> ; mpol:forFiscalYear <{YEAR}> .",
    ),
    Case("I06", (), f"<id/policy/2> mpol:hasInitiative <{INITIATIVE}/kanko> ."),
    Case("H04", (), f'<{COUNT}> mpol:headcount "24"^^xsd:nonNegativeInteger .'),
    Case(
        "H04",
        (),
        f"<id/headcount/2> a mpol:HeadcountObservation ; mpol:observedUnit <{UNIT}/nosuisan-ka> ; "
        'mpol:asOf "2016-04-01"^^xsd:date ; mpol:headcount "24"^^xsd:nonNegativeInteger .',
    ),
    Case(
        "H05",
        (),
        f"<id/headcount/2> a mpol:HeadcountObservation ; mpol:observedUnit <{UNIT}/nosuisan-ka> ; "
        'mpol:asOf "2015-04-01"^^xsd:date ; mpol:headcount "10"^^xsd:nonNegativeInteger .',
    ),
    Case(
        "R12",
        (),
        f"<{TENURE}/sangyo-shinko-bu/bucho-2> a org:Membership ; mpol:post <id/post/142034/sangyo-shinko-bu/bucho> ; "
        f"mpol:forFiscalYear <{YEAR}> ; org:member <id/person/142034/p0009> .",
    ),
    Case("T01", (), f'<{POLICY}> mpol:basicPolicy "「強みを活かしたしごとづくり」を、さらに進めます。"@ja .'),
    Case("S05", (), f"<id/source/2> a mpol:SourceDocument ; mpol:describes <{POLICY}> ; mpol:stage mpc:stage-final ."),
)
