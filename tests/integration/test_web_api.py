"""`/api` names all that the server answers and nothing else; what it names answers as it says."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from lod.web import api, openapi
from lod.web.negotiation import GRAPH_OFFERS
from lod.web.openapi import Route
from lod.web.texts import LANGUAGES

ROUTES = openapi.routes()


def test_every_route_is_documented_and_nothing_else(app: Flask) -> None:
    known = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) & {"GET", "POST"}  # others only answer 405
    }
    told = {(route.rule, method) for route in ROUTES for method in route.methods}
    assert known - told == set(), "add to lod/web/api.toml"
    assert told - known == set(), "take out of lod/web/api.toml"
    assert len(ROUTES) == len({route.rule for route in ROUTES})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_document_is_valid_openapi(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/api.json?lang={lang}")
    assert answer.mimetype == "application/vnd.oai.openapi+json"
    document = json.loads(answer.data)
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert set(document["paths"]) == {route.path for route in ROUTES}
    assert document["servers"] == [{"url": "https://lod.example.org"}]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.rule)
def test_each_address_answers_as_documented(client: FlaskClient, route: Route) -> None:
    with client.application.test_request_context("/"):
        address = "/" + openapi.example(route, api.of_release())
    select_only = [offer for offer in route.offers if route.rule != "/sparql" or offer not in GRAPH_OFFERS]
    for offer in select_only or (None,):
        suffixed = "<suffix>" in route.rule
        headers = {"Accept": offer.media_type if offer and offer.media_type != "application/octet-stream" else "*/*"}
        with client.get(address, headers={} if suffixed else headers) as answer:
            expected = ({200} if offer else set(route.statuses)) | ({404} if route.rare else set())
            assert answer.status_code in expected, address
            if offer and not suffixed and answer.status_code == 200 and headers["Accept"] != "*/*":
                assert answer.mimetype == offer.media_type


def test_programs_and_people_find_it(client: FlaskClient) -> None:
    assert client.get("/api", headers={"Accept": "application/json"}).get_json(force=True)["openapi"]
    page = client.get("/api", headers={"Accept": "text/html", "Accept-Language": "en"})
    for route in ROUTES:
        assert f"<code>{route.path}</code>" in page.text
    assert "://" not in page.text.partition("<main")[2].partition("</main>")[0].replace("https://lod.example.org", "")
