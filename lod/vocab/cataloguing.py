"""The terms of the vocabularies in which data sets, services and their catalogue are described."""

# ruff: noqa: N815 -- the names are those of the vocabularies

from __future__ import annotations

from pyoxigraph import NamedNode

from lod.vocab.namespaces import Namespace


class DCAT(Namespace, prefix="dcat"):
    """W3C Data Catalog Vocabulary 3."""

    Catalog: NamedNode
    CatalogRecord: NamedNode
    DataService: NamedNode
    Dataset: NamedNode
    DatasetSeries: NamedNode
    Distribution: NamedNode
    accessService: NamedNode
    accessURL: NamedNode
    byteSize: NamedNode
    compressFormat: NamedNode
    contactPoint: NamedNode
    dataset: NamedNode
    distribution: NamedNode
    downloadURL: NamedNode
    endDate: NamedNode
    endpointDescription: NamedNode
    endpointURL: NamedNode
    first: NamedNode
    inSeries: NamedNode
    keyword: NamedNode
    landingPage: NamedNode
    last: NamedNode
    mediaType: NamedNode
    prev: NamedNode
    record: NamedNode
    servesDataset: NamedNode
    service: NamedNode
    startDate: NamedNode
    theme: NamedNode
    themeTaxonomy: NamedNode
    version: NamedNode


class VCARD(Namespace, prefix="vcard"):
    """W3C vCard ontology."""

    Kind: NamedNode
    Organization: NamedNode
    fn: NamedNode
    hasEmail: NamedNode
    hasTelephone: NamedNode
    hasURL: NamedNode


class ADMS(Namespace, prefix="adms"):
    """W3C Asset Description Metadata Schema."""

    status: NamedNode


class DCATAP(Namespace, prefix="dcatap"):
    """Terms of the European application profile of DCAT."""

    availability: NamedNode


class SPDX(Namespace, prefix="spdx"):
    """SPDX, as DCAT uses it for checksums."""

    Checksum: NamedNode
    ChecksumAlgorithm: NamedNode
    algorithm: NamedNode
    checksum: NamedNode
    checksumAlgorithm_sha256: NamedNode
    checksumValue: NamedNode


class HYDRA(Namespace, prefix="hydra"):
    """Hydra, for a collection in pages. `PagedCollection` is the older name that harvesters still look for."""

    PagedCollection: NamedNode
    PartialCollectionView: NamedNode
    first: NamedNode
    itemsPerPage: NamedNode
    last: NamedNode
    next: NamedNode
    previous: NamedNode
    totalItems: NamedNode


class VOID(Namespace, prefix="void"):
    """W3C VoID."""

    Dataset: NamedNode
    DatasetDescription: NamedNode
    Linkset: NamedNode
    class_: NamedNode
    classPartition: NamedNode
    classes: NamedNode
    dataDump: NamedNode
    distinctSubjects: NamedNode
    entities: NamedNode
    exampleResource: NamedNode
    feature: NamedNode
    inDataset: NamedNode
    linkPredicate: NamedNode
    objectsTarget: NamedNode
    properties: NamedNode
    property: NamedNode
    propertyPartition: NamedNode
    sparqlEndpoint: NamedNode
    subjectsTarget: NamedNode
    subset: NamedNode
    triples: NamedNode
    uriSpace: NamedNode
    vocabulary: NamedNode


class SD(Namespace, prefix="sd"):
    """W3C SPARQL 1.1 Service Description."""

    BasicFederatedQuery: NamedNode
    Dataset: NamedNode
    Graph: NamedNode
    NamedGraph: NamedNode
    SPARQL11Query: NamedNode
    Service: NamedNode
    defaultDataset: NamedNode
    defaultEntailmentRegime: NamedNode
    defaultGraph: NamedNode
    endpoint: NamedNode
    extensionFunction: NamedNode
    feature: NamedNode
    graph: NamedNode
    inputFormat: NamedNode
    name: NamedNode
    namedGraph: NamedNode
    propertyFeature: NamedNode
    resultFormat: NamedNode
    supportedLanguage: NamedNode
