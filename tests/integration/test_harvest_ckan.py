"""Read back by ckanext-dcat's own parser, as a CKAN that harvests the catalogue would: what arrives there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lod.config import Settings
from lod.web import create_app
from lod.web.site import EXTENSION

BASE = "https://lod.example.org/"
YEAR = f"{BASE}dataset/991015/dept-policy/2018"
Harvest = Callable[[str], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def harvest(
    request: pytest.FixtureRequest, invented_site: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Harvest:
    """What a CKAN with a default language makes of the catalogue, by the IRI of the data set."""
    environment = request.config.getoption("--ckan")
    if not environment:
        pytest.skip(f"not run: {request.node.nodeid}: needs CKAN and ckanext-dcat (make test-ckan)")
    app = create_app(invented_site)
    path = tmp_path_factory.mktemp("harvest") / "catalog.ttl"
    path.write_bytes(app.test_client().get("/catalog.ttl").data)
    app.extensions[EXTENSION].pool.close()
    script = Path(__file__).parents[1] / "ckan" / "harvest.py"

    def read(language: str) -> dict[str, dict[str, Any]]:
        command = [str(request.config.rootpath / environment / "bin" / "python"), str(script), str(path), language]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout[done.stdout.index('{"next"') :])
        return {_extras(item)["uri"]: item for item in found["datasets"]}

    return read


def _extras(item: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in item["extras"]}


def test_each_data_set_becomes_one_entry_and_no_series_does(harvest: Harvest) -> None:
    found = harvest("ja")
    assert len(found) == 9
    assert not [iri for iri in found if "/series/" in iri]


def test_words_arrive_in_the_language_of_the_ckan(harvest: Harvest) -> None:
    ja, en = harvest("ja")[YEAR], harvest("en")[YEAR]
    assert ja["title"] == "霧ヶ浜市 部長の基本方針 平成30年度"
    assert en["title"] == "Kirigahama City: Department head's basic policy, FY2018"
    assert ja["notes"].startswith("霧ヶ浜市の部長の基本方針（平成30年度）を")
    assert en["notes"].startswith("Department head's basic policy of Kirigahama City")
    tags = {tag["name"] for tag in ja["tags"]}
    assert {"霧ヶ浜市", "部長の基本方針", "平成30年度", "FY2018", "department policy"} <= tags
    assert _extras(ja)["publisher_name"] == "霧ヶ浜市"
    assert _extras(en)["publisher_name"] == "Kirigahama City"


def test_licence_days_place_and_contact_arrive(harvest: Harvest) -> None:
    entry = harvest("ja")[YEAR]
    extras = _extras(entry)
    assert entry["license_id"] == "cc-by"
    assert entry["url"] == f"{YEAR}.html"
    assert extras["identifier"] == "991015-dept-policy-2018"
    assert (extras["temporal_start"], extras["temporal_end"]) == ("2018-04-01", "2019-03-31")
    assert extras["spatial_text"] == "霧ヶ浜市"
    assert extras["contact_email"] == "policy@kirigahama.example"
    assert extras["issued"]
    assert extras["modified"]


def test_files_arrive_with_format_size_and_checksum(harvest: Harvest) -> None:
    resources = harvest("ja")[YEAR]["resources"]
    turtle = next(item for item in resources if item["uri"] == f"{BASE}distribution/graphs/991015-2018-ttl")
    assert turtle["url"].endswith("/graphs/991015-2018.ttl")
    assert "http" not in turtle["format"]  # a bare IRI would stand in CKAN's box for the format
    assert turtle["size"] > 0
    assert len(turtle["hash"]) == 64
    assert turtle["name"] == "霧ヶ浜市 平成30年度のデータ（Turtle）"
