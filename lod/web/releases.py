"""The releases for people and programs: the list, a page of each, what its tables hold, its files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from lod import release
from lod.formats.files import FILE_FORMATS
from lod.release import Release
from lod.stores.distribution import FOLDER, Distribution, read_distributions
from lod.text.era import fiscal_year_labels
from lod.web import site
from lod.web.errors import WithdrawnError
from lod.web.negotiation import HTML, JSON
from lod.web.responses import answer, negotiated, see_other
from lod.web.texts import LANGUAGES

blueprint = Blueprint("releases", __name__)

MOST_CITIES = 12
"""Municipalities whose files one page lists; of more, those of the one that is asked for."""
CURRENT = "current"
"""In the place of an id: the live release. Programs that always want the newest file ask for this."""
_METADATA = "tables/csv-metadata.json"
_FOR_GOOD = "public, max-age=31536000, immutable"


@blueprint.get("/releases")
def releases() -> ResponseReturnValue:
    """Every release that is kept, the newest first."""
    kept = [_summary(item) for item in release.releases(site.site().settings.var)]
    if negotiated((HTML, JSON)) is JSON:
        return answer(json.dumps({"releases": kept}, ensure_ascii=False), JSON)
    return answer(render_template("releases.html", releases=kept), HTML)


@blueprint.get("/releases/<identifier>")
def one(identifier: str) -> ResponseReturnValue:
    """One release with its files, as a page or as JSON (also by the suffix .json)."""
    name, dot, suffix = identifier.partition(".")
    if dot and suffix not in ("html", "json"):
        abort(404)
    if name == CURRENT:
        return see_other(f"releases/{site.published().id}{dot}{suffix}")
    item = _known(name)
    chosen = {"html": HTML, "json": JSON}.get(suffix) or negotiated((HTML, JSON))
    body = _as_json(item) if chosen is JSON else _page(item)
    return answer(body, chosen, path=f"releases/{name}", offers=(HTML, JSON), negotiated_by_header=not dot)


@blueprint.get("/releases/<identifier>/tables")
def tables(identifier: str) -> ResponseReturnValue:
    """What the columns of a release's tables mean: its own CSVW metadata, as a page."""
    if identifier == CURRENT:
        return see_other(f"releases/{site.published().id}/tables")
    item = _known(identifier)
    described = _described(item.path)
    if not described:
        abort(404)
    return answer(render_template("tables.html", release=item.id, tables=list(described.values())), HTML)


@blueprint.get("/dump/<identifier>")
@blueprint.get("/dump/<identifier>/")
def dumps(identifier: str) -> ResponseReturnValue:
    """The folder of a release's files: its page lists them."""
    if identifier == CURRENT:
        return see_other(f"releases/{site.published().id}")
    return redirect(site.path_to(f"releases/{_known(identifier).id}"), 301)


@blueprint.get("/dump/<identifier>/<path:name>")
def dump(identifier: str, name: str) -> ResponseReturnValue:
    """A file of a release, which may be kept for good; of `current`, the way to that of the live release."""
    if identifier == CURRENT:
        return see_other(f"dump/{site.published().id}/{name}")
    item = _known(identifier)
    notice = site.published().hides(item)
    if notice:
        raise WithdrawnError(notice["reason"], notice["withdrawn"])
    listed = _files(item.path).get(name)
    response = send_from_directory(
        item.path.resolve() / FOLDER, name, mimetype=_content_type(name, listed), conditional=True, max_age=31_536_000
    )
    response.headers["Cache-Control"] = _FOR_GOOD
    if listed and listed.table and listed.media_type == "text/csv":
        _link_metadata(response, item)
    return response


def _link_metadata(response: Response, item: Release) -> None:
    """CSV on the Web, Tabular Data Model 5.2.2."""
    target = site.address_of(f"dump/{item.id}/{_METADATA}")
    response.headers.add("Link", f'<{target}>; rel="describedby"; type="{FILE_FORMATS["csvm"].media_type}"')


def _content_type(name: str, listed: Distribution | None) -> str:
    media_type = listed.compression or listed.media_type if listed else ""
    known = FILE_FORMATS.get(name.rpartition(".")[2])
    if not media_type:
        return known.content_type if known else "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _known(identifier: str) -> Release:
    for item in release.releases(site.site().settings.var):
        if item.id == identifier:
            return item
    abort(404)


@lru_cache(maxsize=16)
def _files(folder: Path) -> Mapping[str, Distribution]:
    """A release's distributions by path; a release never changes."""
    return {item.path: item for item in read_distributions(folder)}


def _summary(item: Release) -> dict[str, Any]:
    """What the list says of a release. `withdrawn` is the notice for which its files are shut."""
    live = site.site().live.current()
    files = _files(item.path).values()
    return {
        "id": item.id,
        "address": site.canonical(f"releases/{item.id}"),
        "live": live is not None and item.id == live.id,
        "built_at": item.manifest["built_at"],
        "papers": item.manifest["papers"],
        "quads": item.manifest["quads"],
        "files": len(files),
        "bytes": sum(file.bytes for file in files),
        "withdrawn": live.hides(item) if live else None,
    }


def _as_json(item: Release) -> str:
    """The release with every file, its address, size and SHA-256."""
    files = [
        asdict(file) | {"address": site.canonical(f"dump/{item.id}/{file.path}")} for file in _files(item.path).values()
    ]
    return json.dumps(_summary(item) | {"files": files, "licences": _licences(item)}, ensure_ascii=False)


def _page(item: Release) -> str:
    files = list(_files(item.path).values())
    cities = sorted({file.city for file in files if file.city})
    asked = request.args.get("city", "")
    shown = [asked] if asked in cities else cities if len(cities) <= MOST_CITIES else []
    return render_template(
        "release.html",
        item=_summary(item),
        licences=_licences(item),
        citation=_citation(item),
        whole={file.path: file for file in files if not file.city},
        by_table=_by_table(item, files),
        cities=[(_name(item, code), site.path_to(f"releases/{item.id}", "excel", city=code)) for code in cities],
        shown=[(code, _name(item, code), _of_city(files, code)) for code in shown],
    )


def _by_table(item: Release, files: Sequence[Distribution]) -> list[tuple[str, dict[str, Distribution]]]:
    """(name, files by format) of each table."""
    found: dict[str, dict[str, Distribution]] = {}
    for file in files:
        if file.table:
            found.setdefault(file.table, {})[file.format] = file
    described = _described(item.path)
    return [(entry["label"][site.lang()], found[name]) for name, entry in described.items() if name in found]


@lru_cache(maxsize=16)
def _described(folder: Path) -> Mapping[str, Any]:
    """Tables and columns in words of both languages, from the CSVW metadata of the release; empty without it."""
    path = folder / FOLDER / _METADATA
    if not path.is_file():
        return {}
    return {entry["url"].removesuffix(".csv"): _table(entry) for entry in json.loads(path.read_text("utf-8"))["tables"]}


def _table(entry: Mapping[str, Any]) -> dict[str, Any]:
    columns = [column for column in entry["tableSchema"]["columns"] if not column.get("virtual")]
    return {
        "name": entry["url"].removesuffix(".csv"),
        "label": _words(entry["dc:title"]),
        "meaning": _words(entry["dc:description"]),
        "columns": [
            {
                "name": column["name"],
                "label": {"ja": column["titles"]["ja"], "en": column["titles"]["en"][1]},
                "meaning": _words(column["dc:description"]),
                "type": column["datatype"] if isinstance(column["datatype"], str) else column["datatype"]["base"],
                "example": column["skos:example"],
                "property": column.get("propertyUrl", ""),
            }
            for column in columns
        ],
    }


def _words(values: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {value["@language"]: value["@value"] for value in values}


def _of_city(files: Sequence[Distribution], code: str) -> dict[str, Any]:
    """A municipality's workbook, and its graphs by year, the latest first."""
    own = [file for file in files if file.city == code]
    years: dict[int, dict[str, Distribution]] = {}
    for file in own:
        if file.year is not None:
            years.setdefault(file.year, {})[file.format] = file
    named = [(_year(year), found) for year, found in sorted(years.items(), reverse=True)]
    return {"workbooks": [file for file in own if file.year is None], "years": named}


def _year(year: int) -> str:
    labels = fiscal_year_labels(year) if site.lang() == "ja" else ()
    return f"{labels[0]}（{year}）" if labels else f"FY{year}"


def _citation(item: Release) -> list[str]:
    """The sentences to copy, in the reader's language: citation.txt has them one language after the other."""
    try:
        parts = (item.path / FOLDER / "citation.txt").read_text(encoding="utf-8").strip().split("\n\n")
    except OSError:
        return []
    return parts[LANGUAGES.index(site.lang())].split("\n")


@lru_cache(maxsize=1024)
def _settings(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _municipality(item: Release, code: str) -> Mapping[str, Any]:
    return _settings(item.path / "inputs" / code / "municipality.toml")


def _name(item: Release, code: str) -> str:
    names = _municipality(item, code)["name"]
    return str(names.get(site.lang(), names["ja"]))


def _licences(item: Release) -> list[dict[str, str | None]]:
    """Each municipality with its licence; None where that is not confirmed."""
    found = []
    for folder in sorted((item.path / "inputs").iterdir()):
        given = _municipality(item, folder.name).get("licence", {})
        iri = str(given.get("iri", "")) or None
        label = str(given.get("label", "")) or iri
        found.append({"city": folder.name, "name": _name(item, folder.name), "licence": iri, "label": label})
    return found
