"""A data set of our catalogue in CKAN's fields, with the extra fields that ckanext-dcat reads and writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lod.catalog import authority
from lod.catalog.entries import Catalogue, Entry
from lod.catalog.files import ALL
from lod.catalog.licences import Licence, known
from lod.catalog.words import texts
from lod.iri import SERIES
from lod.stores.distribution import Distribution

UNKNOWN_LICENCE = "notspecified"
"""CKAN's own id for "License not specified"."""


@dataclass(frozen=True, slots=True)
class Package:
    """What CKAN's entry should say. `fields` are its own, `extras` free ones, `resources` by the IRI of the file."""

    name: str
    title: str
    organization: str
    fields: Mapping[str, Any]
    tags: tuple[str, ...]
    extras: Mapping[str, str]
    resources: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Distribution]


def name_of(entry: Entry, prefix: str) -> str:
    """ASCII and for good: a name is part of the address in CKAN. That of everything begins with the site's prefix."""
    return entry.key if entry.key != ALL else f"{prefix}-{SERIES}-all"


def package(catalogue: Catalogue, entry: Entry, organization: str, licence_id: str, *, prefix: str) -> Package:
    """The entry that CKAN should have."""
    resources = {catalogue.mint.distribution(item.path): _resource(catalogue, item) for item in entry.files}
    resources |= _sparql(catalogue)
    return Package(
        name=name_of(entry, prefix),
        title=entry.title["ja"],
        organization=organization,
        fields={
            "title": entry.title["ja"],
            "notes": entry.description["ja"],
            "url": entry.iri,
            "version": "",
            "license_id": licence_id,
            "author": entry.publisher.names.get("ja", ""),
            "maintainer": entry.contact.contact.get("name", "") if entry.contact else "",
            "maintainer_email": entry.contact.contact.get("email", "") if entry.contact else "",
        },
        tags=tuple(sorted({text for text, _ in entry.keywords})),
        extras=_extras(catalogue, entry),
        resources=resources,
        files={catalogue.mint.distribution(item.path): item for item in entry.files},
    )


def _extras(catalogue: Catalogue, entry: Entry) -> dict[str, str]:
    found = {
        "uri": entry.iri,
        "identifier": entry.key,
        "guid": entry.iri,
        "title_en": entry.title.get("en", ""),
        "notes_en": entry.description.get("en", ""),
        "issued": entry.dates.issued,
        "modified": entry.dates.modified,
        "language": json.dumps([authority.JAPANESE.value]),
        "theme": json.dumps([authority.GOVERNMENT.value]),
        "conforms_to": json.dumps([authority.MUPOL.value]),
        "access_rights": authority.PUBLIC.value,
        "publisher_uri": entry.publisher.iri,
        "publisher_name": entry.publisher.names.get("ja", ""),
        "publisher_url": entry.publisher.homepage,
        "in_series": entry.series,
    }
    if entry.period:
        found["temporal_start"], found["temporal_end"] = (day.isoformat() for day in entry.period)
    if entry.code:
        found["spatial_text"] = entry.cities[0].names.get("ja", "")
        found["local_government_code"] = entry.code
    if entry.licence:
        found["license_uri"] = entry.licence[0]
    if entry.contact:
        found["contact_name"] = entry.contact.contact.get("name", "")
        found["contact_email"] = entry.contact.contact.get("email", "")
        found["contact_url"] = entry.contact.contact.get("form", "")
    return {key: value for key, value in found.items() if value}


def _resource(catalogue: Catalogue, item: Distribution) -> dict[str, Any]:
    """A file, linked where the release has it; the checksum tells whether an uploaded copy is still the same."""
    return {
        "uri": catalogue.mint.distribution(item.path),
        "name": item.title["ja"],
        "description": item.description["ja"],
        "url": catalogue.mint.download(catalogue.release, item.path),
        "format": item.format if item.format.startswith("SQLite") else authority.format_name(item.format),
        "mimetype": item.compression or item.media_type,
        "size": item.bytes,
        "hash": item.sha256,
        "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
    }


def _sparql(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    words = texts("service.title", title=catalogue.title), texts("service.description")
    return {
        catalogue.mint.service: {
            "uri": catalogue.mint.service,
            "name": words[0]["ja"],
            "description": words[1]["ja"],
            "url": catalogue.mint.endpoint,
            "format": "SPARQL",
        }
    }


def licence_in(listed: Sequence[Mapping[str, Any]], licence: tuple[str, str] | None) -> str | None:
    """The id that a CKAN's own list has for a licence: by address, by id, by title; None if it has none for it."""
    if licence is None:
        return UNKNOWN_LICENCE if _ids(listed) & {UNKNOWN_LICENCE} else ""
    found = known(licence[0])
    for fits in (_by_address(licence[0]), _by_id(found), _by_title(found, licence[1])):
        for entry in listed:
            if fits(entry):
                return str(entry["id"])
    return None


def _ids(listed: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(entry.get("id")) for entry in listed}


def _by_address(iri: str) -> Any:  # noqa: ANN401  a test of an entry
    def bare(text: object) -> str:
        return str(text or "").partition("://")[2].removeprefix("www.").removesuffix("deed.ja").rstrip("/").lower()

    return lambda entry: bool(bare(entry.get("url"))) and bare(entry.get("url")) == bare(iri)


def _by_id(found: Licence | None) -> Any:  # noqa: ANN401
    wanted = [identifier.lower() for identifier in found.ckan] if found else []
    return lambda entry: str(entry.get("id")).lower() in wanted


def _by_title(found: Licence | None, label: str) -> Any:  # noqa: ANN401
    wanted = {label, *((found.title, found.label) if found else ())}
    return lambda entry: entry.get("title") in wanted
