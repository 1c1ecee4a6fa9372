"""A data set in the words of schema.org, as search engines read it in a page (Google, Dataset structured data)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lod.catalog.entries import Agent, Catalogue, Entry


def markup(catalogue: Catalogue, entry: Entry, lang: str) -> str:
    """JSON-LD for a `script` element; no text in it can end that element."""
    return json.dumps(_dataset(catalogue, entry, lang), ensure_ascii=False).replace("<", "\\u003c")


def _dataset(catalogue: Catalogue, entry: Entry, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": entry.iri,
        "url": entry.iri,
        "identifier": entry.key,
        "name": _text(entry.title, lang),
        "alternateName": [text for text in entry.title.values() if text != _text(entry.title, lang)],
        "description": _text(entry.description, lang),
        "inLanguage": "ja",
        "isAccessibleForFree": True,
        "keywords": [text for text, language in entry.keywords if language == lang],
        "creator": _agent(entry.publisher, lang),
        "publisher": _agent(entry.publisher, lang),
        "version": catalogue.release,
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": catalogue.mint.catalog(),
            "url": catalogue.mint.catalog(),
            "name": _text(catalogue.title, lang),
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": _text(item.title, lang),
                "encodingFormat": item.media_type,
                "contentUrl": catalogue.mint.download(catalogue.release, item.path),
                "contentSize": f"{item.bytes} B",
                "sha256": item.sha256,
            }
            for item in entry.files
        ],
        "spatialCoverage": [
            {"@type": "AdministrativeArea", "name": _text(city.names, lang), "identifier": city.code}
            for city in entry.cities[:20]
        ],
    }
    if entry.licence:
        found["license"] = entry.licence[0]
    if entry.period:
        found["temporalCoverage"] = "/".join(day.isoformat() for day in entry.period)
    if entry.dates.issued:
        found |= {"datePublished": entry.dates.issued, "dateModified": entry.dates.modified}
    if entry.code:
        found["isPartOf"] = {"@type": "Dataset", "@id": catalogue.mint.facts}
    return found


def _agent(agent: Agent, lang: str) -> dict[str, str]:
    kind = "GovernmentOrganization" if agent.municipality else "Organization"
    about = {"@type": kind, "@id": agent.iri, "name": _text(agent.names, lang)}
    return about | ({"url": agent.homepage} if agent.homepage else {})


def _text(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or texts.get("ja") or next(iter(texts.values()), "")
