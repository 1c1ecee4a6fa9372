"""The terms that this project uses of other vocabularies, each of which exists in the vocabulary named."""

# ruff: noqa: N815 -- the names are those of the vocabularies

from __future__ import annotations

from pyoxigraph import NamedNode

from lod.vocab.namespaces import Namespace


class ORG(Namespace, prefix="org"):
    """W3C Organization Ontology. `unitOf` needs a FormalOrganization; `member`, `organization` are functional."""

    ChangeEvent: NamedNode
    FormalOrganization: NamedNode
    Head: NamedNode
    Membership: NamedNode
    Organization: NamedNode
    OrganizationalUnit: NamedNode
    Post: NamedNode
    Role: NamedNode
    changedBy: NamedNode
    classification: NamedNode
    identifier: NamedNode
    member: NamedNode
    memberDuring: NamedNode
    organization: NamedNode
    originalOrganization: NamedNode
    postIn: NamedNode
    resultedFrom: NamedNode
    resultingOrganization: NamedNode
    role: NamedNode
    subOrganizationOf: NamedNode
    unitOf: NamedNode


class PROV(Namespace, prefix="prov"):
    """W3C PROV-O."""

    Activity: NamedNode
    Entity: NamedNode
    Plan: NamedNode
    SoftwareAgent: NamedNode
    generatedAtTime: NamedNode
    specializationOf: NamedNode
    startedAtTime: NamedNode
    used: NamedNode
    wasAssociatedWith: NamedNode
    wasDerivedFrom: NamedNode
    wasGeneratedBy: NamedNode
    wasRevisionOf: NamedNode


class DCTERMS(Namespace, prefix="dcterms"):
    """DCMI Metadata Terms."""

    Frequency: NamedNode
    IMT: NamedNode
    LicenseDocument: NamedNode
    LinguisticSystem: NamedNode
    Location: NamedNode
    MediaType: NamedNode
    MediaTypeOrExtent: NamedNode
    PeriodOfTime: NamedNode
    RightsStatement: NamedNode
    Standard: NamedNode
    accessRights: NamedNode
    accrualPeriodicity: NamedNode
    conformsTo: NamedNode
    created: NamedNode
    creator: NamedNode
    date: NamedNode
    description: NamedNode
    format: NamedNode
    hasPart: NamedNode
    identifier: NamedNode
    isPartOf: NamedNode
    isReplacedBy: NamedNode
    isVersionOf: NamedNode
    issued: NamedNode
    language: NamedNode
    license: NamedNode
    modified: NamedNode
    publisher: NamedNode
    replaces: NamedNode
    rights: NamedNode
    source: NamedNode
    spatial: NamedNode
    subject: NamedNode
    temporal: NamedNode
    title: NamedNode
    type: NamedNode


class FOAF(Namespace, prefix="foaf"):
    """FOAF 0.99."""

    Agent: NamedNode
    Document: NamedNode
    Person: NamedNode
    homepage: NamedNode
    isPrimaryTopicOf: NamedNode
    name: NamedNode
    primaryTopic: NamedNode


class SKOS(Namespace, prefix="skos"):
    """W3C SKOS."""

    Concept: NamedNode
    ConceptScheme: NamedNode
    altLabel: NamedNode
    broadMatch: NamedNode
    broader: NamedNode
    closeMatch: NamedNode
    definition: NamedNode
    exactMatch: NamedNode
    example: NamedNode
    hasTopConcept: NamedNode
    hiddenLabel: NamedNode
    inScheme: NamedNode
    narrower: NamedNode
    notation: NamedNode
    note: NamedNode
    prefLabel: NamedNode
    relatedMatch: NamedNode
    scopeNote: NamedNode
    topConceptOf: NamedNode


class RDF(Namespace, prefix="rdf"):
    """RDF 1.1."""

    Property: NamedNode
    first: NamedNode
    langString: NamedNode
    nil: NamedNode
    rest: NamedNode
    type: NamedNode


class RDFS(Namespace, prefix="rdfs"):
    """RDF Schema 1.1."""

    Class: NamedNode
    Datatype: NamedNode
    Literal: NamedNode
    comment: NamedNode
    domain: NamedNode
    isDefinedBy: NamedNode
    label: NamedNode
    range: NamedNode
    seeAlso: NamedNode
    subClassOf: NamedNode
    subPropertyOf: NamedNode


class XSD(Namespace, prefix="xsd"):
    """XML Schema datatypes."""

    anyURI: NamedNode
    boolean: NamedNode
    date: NamedNode
    dateTime: NamedNode
    decimal: NamedNode
    gYear: NamedNode
    gYearMonth: NamedNode
    hexBinary: NamedNode
    integer: NamedNode
    nonNegativeInteger: NamedNode
    string: NamedNode


class TIME(Namespace, prefix="time"):
    """W3C OWL-Time."""

    Instant: NamedNode
    ProperInterval: NamedNode
    hasBeginning: NamedNode
    hasEnd: NamedNode
    inXSDDate: NamedNode


class QB(Namespace, prefix="qb"):
    """W3C RDF Data Cube."""

    DataSet: NamedNode
    DimensionProperty: NamedNode
    MeasureProperty: NamedNode
    Observation: NamedNode
    dataSet: NamedNode


class OA(Namespace, prefix="oa"):
    """W3C Web Annotation Vocabulary. Positions count from 0, `end` is exclusive."""

    SpecificResource: NamedNode
    TextPositionSelector: NamedNode
    TextQuoteSelector: NamedNode
    end: NamedNode
    exact: NamedNode
    hasSelector: NamedNode
    hasSource: NamedNode
    start: NamedNode


class SCHEMA(Namespace, prefix="schema"):
    """schema.org, always with https."""

    GovernmentOrganization: NamedNode
    MonetaryAmount: NamedNode
    QuantitativeValue: NamedNode
    currency: NamedNode
    domainIncludes: NamedNode
    educationalLevel: NamedNode
    rangeIncludes: NamedNode
    sameAs: NamedNode
    softwareVersion: NamedNode
    target: NamedNode
    unitText: NamedNode
    value: NamedNode


class OWL(Namespace, prefix="owl"):
    """W3C OWL 2."""

    AnnotationProperty: NamedNode
    Class: NamedNode
    DatatypeProperty: NamedNode
    ObjectProperty: NamedNode
    Ontology: NamedNode
    deprecated: NamedNode
    sameAs: NamedNode
    versionIRI: NamedNode
    versionInfo: NamedNode
