"""The vocabulary of this project: terms (mpol), codes (mpc) and shapes (mps). Their meaning: ontology/mupol.ttl."""

# ruff: noqa: N815 -- the names are those of the vocabularies

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pyoxigraph import NamedNode

from lod.vocab.namespaces import PREFIXES, Namespace


class MPOL(Namespace, prefix="mpol"):
    """Classes and properties. A test keeps them equal to the ontology and to the JSON-LD context."""

    # classes
    DepartmentPolicy: NamedNode
    FiscalYear: NamedNode
    Goal: NamedNode
    HeadcountObservation: NamedNode
    Initiative: NamedNode
    Outcome: NamedNode
    OutcomeMeasure: NamedNode
    Program: NamedNode
    SourceDocument: NamedNode
    # policy, goal, initiative
    basicPolicy: NamedNode
    contributesTo: NamedNode
    forFiscalYear: NamedNode
    goalNumber: NamedNode
    hasGoal: NamedNode
    hasInitiative: NamedNode
    listsUnit: NamedNode
    plannedAction: NamedNode
    policyOf: NamedNode
    program: NamedNode
    responsibleUnit: NamedNode
    startYear: NamedNode
    # report and its quantities
    hasMeasure: NamedNode
    hasOutcome: NamedNode
    measuredItem: NamedNode
    measureStatus: NamedNode
    qualifier: NamedNode
    resultText: NamedNode
    stage: NamedNode
    # organization and people
    asOf: NamedNode
    headcount: NamedNode
    nameReading: NamedNode
    observedUnit: NamedNode
    post: NamedNode
    # source and places in it
    Correction: NamedNode
    column: NamedNode
    correctedBy: NamedNode
    correctedText: NamedNode
    decidedBy: NamedNode
    describes: NamedNode
    documentType: NamedNode
    line: NamedNode
    page: NamedNode
    printedText: NamedNode
    reviewStatus: NamedNode
    sourceDigest: NamedNode
    statesProperty: NamedNode
    valueStatus: NamedNode
    # vs:term_status "testing": what other publishers' papers state
    Amount: NamedNode
    EditionChange: NamedNode
    Indicator: NamedNode
    IndicatorObservation: NamedNode
    PlanReference: NamedNode
    Rating: NamedNode
    amountInYen: NamedNode
    amountKind: NamedNode
    changedProperty: NamedNode
    changedResource: NamedNode
    cumulative: NamedNode
    direction: NamedNode
    earlierEdition: NamedNode
    employmentType: NamedNode
    fundingSource: NamedNode
    hasAmount: NamedNode
    hasIndicator: NamedNode
    hasObservation: NamedNode
    hasPlanReference: NamedNode
    hasRating: NamedNode
    indicatorClass: NamedNode
    issue: NamedNode
    laterEdition: NamedNode
    legalBasis: NamedNode
    nextStep: NamedNode
    observationRole: NamedNode
    plan: NamedNode
    planLevel: NamedNode
    ratingGrade: NamedNode
    ratingScale: NamedNode
    sdgGoal: NamedNode
    vacantIn: NamedNode


class TEXT(Namespace, prefix="text"):
    """What a query may ask of the search index, on this endpoint only (docs/how-to/search-with-sparql.md)."""

    contains: NamedNode
    matches: NamedNode
    search: NamedNode


CODES = tuple(
    """
    jp-corporate-number jp-local-government-code
    roles role-bucho role-fuku-bucho role-kyokucho role-jimukyokucho role-tanto-bucho role-sanji role-jicho role-kacho
    role-tanto-kacho role-shitsucho role-shocho role-shishocho role-kancho role-encho role-kocho role-jocho role-incho
    role-center-cho role-shochou-fire role-kan role-kakaricho role-other
    unit-levels unit-level-bu unit-level-kyoku unit-level-ka unit-level-shitsu unit-level-jo unit-level-kan
    unit-level-en unit-level-sho unit-level-center unit-level-tanto unit-level-kakari unit-level-other
    stages stage-plan stage-interim stage-final stage-year-end
    measure-statuses measure-granted measure-approved measure-held measure-conducted measure-supported
    measure-subsidized measure-installed measure-developed measure-created measure-distributed measure-adopted
    measure-certified measure-registered measure-participated measure-visited measure-consulted measure-received
    measure-employed measure-founded measure-loaned measure-sold measure-planted measure-surveyed measure-concluded
    measure-completed measure-achieved measure-exhibited measure-published measure-dispatched measure-selected
    measure-unspecified
    doctypes doctype-bucho-kihon-hoshin doctype-soshiki-mokuhyo doctype-bukyoku-keiei-mokuhyo
    doctype-unei-hoshin-mokuhyo doctype-jikko-sengen doctype-koteihyo doctype-bukyoku-manifesto doctype-bucho-manifesto
    doctype-bu-unei-hoshin doctype-ku-unei-hoshin doctype-shisaku-hyoka doctype-other
    review review-auto review-needed review-reviewed review-corrected
    value-statuses status-printed status-repaired status-uncertain status-withheld status-metadata status-corrected
    observation-roles observation-baseline observation-start-of-year observation-target observation-actual
    observation-long-term observation-forecast
    indicator-classes indicator-activity indicator-outcome
    directions direction-up direction-down direction-keep
    amount-kinds amount-initial-budget amount-current-budget amount-settled amount-settlement-forecast
    amount-personnel-cost amount-total-cost
    funding-sources funding-national funding-prefectural funding-bond funding-other funding-general
    employment-types employment-regular employment-reappointed employment-part-time employment-commissioned
    employment-fixed-term employment-other
    plan-levels plan-level-policy plan-level-measure plan-level-basic-program plan-level-program
    """.split()  # noqa: SIM905 -- a hundred names read better as a paragraph
)


class _Codes:
    """`MPC["role-bucho"]`; a name that is not in ontology/codes/ raises KeyError and says what was near it."""

    base = PREFIXES["mpc"]

    def __init__(self) -> None:
        self._nodes = {code: NamedNode(self.base + code) for code in CODES}

    def __getitem__(self, code: str) -> NamedNode:
        try:
            return self._nodes[code]
        except KeyError:
            near = ", ".join(get_close_matches(code, CODES)) or "none"
            raise KeyError(f"no code {code!r} in mpc: (near: {near})") from None

    def __contains__(self, code: object) -> bool:
        return code in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


MPC = _Codes()


class _Shapes:
    """`MPS["P01"]` is the shape with that permanent code; shapes/*.ttl says which exist, a new one needs no edit here.

    `MPS.hint` and `MPS.example` are the two properties that shapes carry beyond SHACL.
    """

    base = PREFIXES["mps"]
    hint = NamedNode(base + "hint")
    example = NamedNode(base + "example")
    _code = re.compile(r"[A-Z]+[0-9]{2,3}\Z")

    def __getitem__(self, code: str) -> NamedNode:
        if not self._code.match(code):
            raise KeyError(f"{code!r} is not the code of a shape (a letter and two digits)")
        return NamedNode(self.base + code)


MPS = _Shapes()
