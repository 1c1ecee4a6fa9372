"""What finds the site: robots.txt, the sitemap, and the catalogue as tables for the staff of municipalities."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from lod.catalog import sitemap
from lod.catalog.listing import LISTS
from lod.formats import excel_csv
from lod.web import documents, site
from lod.web.catalogue import catalogue
from lod.web.negotiation import CSV, CSV_EXCEL, TEXT, XML
from lod.web.responses import answer, named_file

blueprint = Blueprint("discovery", __name__)

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ROBOTS = """User-agent: *
Disallow: {root}/sparql?
Disallow: {root}/search?
Allow: {root}/

Sitemap: {base}sitemap.xml
"""


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Everything may be read but answers to queries, of which there is no end (RFC 9309)."""
    base = site.site().settings.base
    root = "/" + base.partition("://")[2].partition("/")[2].rstrip("/")
    return answer(_ROBOTS.format(root=root.rstrip("/"), base=base), TEXT, negotiated_by_header=False)


@blueprint.get("/sitemap.xml")
def index() -> ResponseReturnValue:
    """The list of the parts."""
    base = site.site().settings.base
    entries = (("sitemap", f"{base}sitemap/{name}.xml", day) for name, day in sitemap.parts(catalogue()))
    return _xml("sitemapindex", entries)


@blueprint.get("/sitemap/<name>.xml")
def part(name: str) -> ResponseReturnValue:
    """Some of the addresses."""
    found = sitemap.addresses(catalogue(), site.published().store, name)
    if not found:
        abort(404)
    return _xml("urlset", (("url", address, day) for address, day in found))


def _xml(root: str, entries: Iterable[tuple[str, str, str]]) -> Response:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SPACE}">']
    for kind, address, day in entries:
        last = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<{kind}><loc>{escape(address)}</loc>{last}</{kind}>")
    text = "\n".join([*lines, f"</{root}>"]) + "\n"
    return answer(text, XML, modified=documents.modified(site.published()), negotiated_by_header=False)


@blueprint.get("/catalog/opendata-list.<suffix>", defaults={"name": "opendata-list"})
@blueprint.get("/catalog/registration.<suffix>", defaults={"name": "registration"})
def table(name: str, suffix: str) -> ResponseReturnValue:
    """The catalogue as a table: plain CSV, or as Excel opens it."""
    rows = LISTS[name](catalogue())
    modified = documents.modified(site.published())
    if suffix == CSV_EXCEL.suffix:
        body = excel_csv.written(rows)
        return named_file(answer(body, CSV_EXCEL, modified=modified, negotiated_by_header=False), CSV_EXCEL, name)
    if suffix != CSV.suffix:
        abort(404)
    output = io.StringIO(newline="")
    csv.writer(output).writerows(rows)
    return answer(output.getvalue(), CSV, modified=modified, negotiated_by_header=False)
