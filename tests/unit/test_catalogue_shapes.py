"""Every rule of shapes/catalog.ttl is broken once, and exactly its result is seen."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from lod.validation import CatalogueRules
from lod.vocab import PREFIXES

_HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
_EU = "http://publications.europa.eu/resource/authority/"
_LONG = "部局が年度ごとに示す方針とその結果を、Linked Open Dataとして公開するデータセットです。目標も取組もあります。"
SOUND = f"""@base <https://lod.example.org/> .
<c> a dcat:Catalog ; dcterms:title "題"@ja ; dcterms:description "説明"@ja ; dcterms:publisher <p> .
<p> a foaf:Agent ; foaf:name "平塚市"@ja .
<d> a dcat:Dataset ; dcterms:identifier "142034-dept-policy-2016" ; dcterms:title "題"@ja, "title"@en ;
  dcterms:description "{_LONG}"@ja ; dcat:keyword "平成28年度"@ja ; dcterms:publisher <p> ;
  dcterms:issued "2026-11-23"^^xsd:date ; dcterms:modified "2026-11-24"^^xsd:date ;
  dcat:theme <{_EU}data-theme/GOVE> ; dcat:distribution <f> ; dcterms:temporal <t> .
<t> a dcterms:PeriodOfTime ; dcat:startDate "2016-04-01"^^xsd:date .
<f> a dcat:Distribution ; dcat:accessURL <d> ; dcat:byteSize "1"^^xsd:nonNegativeInteger ; dcterms:license <l> ;
  dcterms:format <{_EU}file-type/CSV> ; spdx:checksum <s> .
<{_EU}file-type/CSV> a dcterms:MediaTypeOrExtent .
<l> a dcterms:LicenseDocument .
<s> a spdx:Checksum ; spdx:checksumValue "{"0" * 64}"^^xsd:hexBinary .
<x> a dcat:DataService ; dcterms:title "窓口"@ja ; dcat:endpointURL <sparql> .
<r> a dcat:CatalogRecord ; foaf:primaryTopic <d> ; dcterms:modified "2026-11-24"^^xsd:date .
<e> a dcat:DatasetSeries ; dcterms:title "系列"@ja ; dcterms:description "並び"@ja .
"""
CASES = [
    ("J01", '<c> a dcat:Catalog ; dcterms:title "題"@ja', "<c> a dcat:Catalog"),
    ("J01", 'dcat:Catalog ; dcterms:title "題"@ja', 'dcat:Catalog ; dcterms:title "題"@ja, "別"@ja'),
    ("J02", 'dcterms:description "説明"@ja', 'dcterms:description "説明"'),
    ("J03", '"説明"@ja ; dcterms:publisher <p>', '"説明"@ja ; dcterms:publisher <p>, <q>'),
    ("J04", 'dcterms:title "題"@ja, "title"@en', 'dcterms:title "題"'),
    ("J05", _LONG, "短い"),
    ("J06", "dcat:distribution <f> ;", ""),
    ("J07", '"平成28年度"@ja ; dcterms:publisher <p>', '"平成28年度"@ja'),
    ("J08", "142034-dept-policy-2016", "平塚市-2016"),
    ("J09", "平成28年度", "部長の「方針」"),
    ("J10", 'dcterms:issued "2026-11-23"^^xsd:date', 'dcterms:issued "2026-11-23"'),
    ("J11", '; dcterms:modified "2026-11-24"^^xsd:date ;\n', ";\n"),
    ("J12", "data-theme/GOVE", "other/GOVE"),
    ("J13", "dcat:accessURL <d> ;", ""),
    ("J14", "dcterms:license <l>", "dcterms:license <l>, <m>"),
    ("J15", '"1"^^xsd:nonNegativeInteger', '"many"'),
    ("J16", "<http://publications.europa.eu/resource/authority/file-type/CSV> a dcterms:MediaTypeOrExtent .", ""),
    ("J17", "0" * 64, "0" * 63 + "x"),
    ("J18", "; dcat:endpointURL <sparql>", ""),
    ("J19", 'dcterms:title "窓口"@ja ;', ""),
    ("J20", "foaf:primaryTopic <d> ;", ""),
    ("J21", '<d> ; dcterms:modified "2026-11-24"^^xsd:date .', "<d> ."),
    ("J22", 'foaf:name "平塚市"@ja', 'foaf:name "平塚市"'),
    ("J23", 'dcterms:title "系列"@ja ;', ""),
    ("J24", '; dcterms:description "並び"@ja', ""),
    ("J25", 'dcat:startDate "2016-04-01"^^xsd:date', 'dcat:startDate "平成28年"'),
]


@pytest.fixture(scope="module")
def rules() -> CatalogueRules:
    return CatalogueRules()


def _codes(rules: CatalogueRules, turtle: str) -> set[str]:
    triples = [quad.triple for quad in ox.parse((_HEAD + turtle).encode(), ox.RdfFormat.TURTLE)]
    return {finding.code for finding in rules.check(triples).findings}


def test_a_sound_catalogue_conforms(rules: CatalogueRules) -> None:
    assert _codes(rules, SOUND) == set()


@pytest.mark.parametrize(("code", "before", "after"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_rule(rules: CatalogueRules, code: str, before: str, after: str) -> None:
    assert before in SOUND
    assert _codes(rules, SOUND.replace(before, after, 1)) == {code}


def test_every_rule_has_a_case(rules: CatalogueRules) -> None:
    assert {shape.rpartition("#")[2] for shape in rules.rules.rules} == {case[0] for case in CASES}
