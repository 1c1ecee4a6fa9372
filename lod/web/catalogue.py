"""The data catalogue: as a whole, each data set, series, file and service, as pages and as RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from lod import formats
from lod.catalog import authority, dcat, schema_org
from lod.catalog.entries import Catalogue, Entry, year_label
from lod.catalog.files import ALL, identifier
from lod.iri import SERIES
from lod.stores.distribution import Distribution
from lod.vocab import MPC
from lod.web import documents, pages, resources, site, texts
from lod.web.graph import Index, in_order
from lod.web.negotiation import DOCUMENT_OFFERS, GRAPH_OFFERS, HTML
from lod.web.responses import answer, negotiated, split_suffix

blueprint = Blueprint("catalogue", __name__)

Page: TypeAlias = Callable[[], str]


@lru_cache(maxsize=4)
def _of_folder(folder: Path, base: str, title: tuple[tuple[str, str], ...], release: str) -> Catalogue:
    return Catalogue(folder, base, dict(title), release)


def catalogue() -> Catalogue:
    """The catalogue of the live release; 404 where it was made before releases were counted."""
    live, settings = site.published(), site.site().settings
    found = _of_folder(live.release.path, settings.base, tuple(settings.title.items()), live.id)
    try:
        _ = found.contents
    except LookupError:
        abort(404)
    return found


@blueprint.get("/catalog", defaults={"suffix": ""})
@blueprint.get("/catalog.<suffix>")
def whole(suffix: str) -> ResponseReturnValue:
    """The catalogue, its first page where it is long."""
    return _page_of_catalogue(1, "catalog", f"catalog.{suffix}" if suffix else "catalog")


@blueprint.get("/catalog/<name>")
def further(name: str) -> ResponseReturnValue:
    """A further page of a long catalogue."""
    stem, _ = split_suffix(name, DOCUMENT_OFFERS)
    if not (stem.isascii() and stem.isdigit() and len(stem) < 7 and 1 < int(stem) <= dcat.pages(catalogue())):
        abort(404)
    return _page_of_catalogue(int(stem), f"catalog/{stem}", f"catalog/{name}")


def _page_of_catalogue(page: int, stem: str, path: str) -> ResponseReturnValue:
    found = catalogue()
    written = partial(dcat.document, found, page)
    return _document(stem, path, written, partial(_catalogue_html, found, page))


@blueprint.get("/dataset/<path:path>")
def dataset(path: str) -> ResponseReturnValue:
    """A data set; what is none of the catalogue may still be one that things point to."""
    found = catalogue()
    stem, _ = split_suffix(path, DOCUMENT_OFFERS)
    key = found.key_of(found.mint.dataset(stem))
    if key is None or found.mint.dataset(stem) != _iri(found, key):
        return resources.dataset(path)
    entry = found.entry(key)
    return _document(
        f"dataset/{stem}",
        f"dataset/{path}",
        lambda _: [*dcat.dataset(found, entry), *dcat.series(found, entry.code), *authority.named()],
        lambda: _dataset_html(found, entry),
    )


def _iri(found: Catalogue, key: str) -> str:
    return found.mint.facts if key == ALL else found.mint.yearly(found.years[key].code, found.years[key].year)


@blueprint.get("/series/<code>/<name>")
def series(code: str, name: str) -> ResponseReturnValue:
    """The series of a municipality's yearly data sets."""
    found = catalogue()
    stem, _ = split_suffix(name, DOCUMENT_OFFERS)
    triples = list(dcat.series(found, code)) if stem == SERIES else []
    if not triples:
        abort(404)
    members = [found.entry(identifier(code, size.year)) for size in found.series_years(code)]
    triples += [triple for entry in members for triple in dcat.membership(entry)]
    path = f"series/{code}/{stem}"
    asked = f"series/{code}/{name}"
    return _document(path, asked, lambda _: [*triples, *authority.named()], _thing(path, triples))


@blueprint.get("/distribution/<path:path>")
def distribution(path: str) -> ResponseReturnValue:
    """A file for download, described."""
    found = catalogue()
    stem, _ = split_suffix(path, DOCUMENT_OFFERS)
    known = _files(found).get(stem)
    if known is None:
        abort(404)
    entry = found.entry(known[0])
    triples = list(dcat.distribution(found, entry, known[1]))
    return _document(
        f"distribution/{stem}",
        f"distribution/{path}",
        lambda _: [*triples, *authority.named()],
        _thing(f"distribution/{stem}", triples),
    )


@lru_cache(maxsize=2)
def _files(found: Catalogue) -> dict[str, tuple[str, Distribution]]:
    """Every file with data by the path of its description."""
    start = found.mint.distribution("")
    return {
        found.mint.distribution(item.path).removeprefix(start): (key, item)
        for key, items in found.files.items()
        if key in found.keys
        for item in items
    }


@blueprint.get("/service/sparql", defaults={"suffix": ""})
@blueprint.get("/service/sparql.<suffix>")
def service(suffix: str) -> ResponseReturnValue:
    """The endpoint as a data service of the catalogue."""
    found = catalogue()
    triples = list(dcat.service(found))
    path = "service/sparql"
    asked = f"{path}.{suffix}" if suffix else path
    return _document(path, asked, lambda _: [*triples, *authority.named()], _thing(path, triples))


def _document(stem: str, path: str, triples: Callable[[str], Iterable[Triple]], page: Page) -> ResponseReturnValue:
    """A document of the catalogue in the format of its suffix or the one that the client likes."""
    live = site.published()
    _, by_suffix = split_suffix(path, DOCUMENT_OFFERS)
    if by_suffix is None and path != stem:
        abort(404)
    chosen = by_suffix or negotiated(DOCUMENT_OFFERS)
    if chosen is HTML:
        body: bytes | str = page()
    else:
        ordered = in_order(
            dict.fromkeys(documents.of_what_runs(triples(chosen.suffix))), NamedNode(site.canonical(stem))
        )
        writer = formats.by_suffix(chosen.suffix)
        body = writer.serialize(ordered) if writer else b""
    return answer(
        body,
        chosen,
        path=stem,
        offers=DOCUMENT_OFFERS,
        links=[f'<{site.canonical("catalog")}>; rel="collection"'],
        modified=documents.modified(live),
        negotiated_by_header=by_suffix is None,
    )


def _thing(path: str, triples: Sequence[Triple]) -> Page:
    """The page of something that needs no page of its own kind."""
    iri = site.canonical(path)
    return lambda: pages.of_thing(site.published(), iri, in_order(triples, NamedNode(iri)))


def _catalogue_html(found: Catalogue, page: int) -> str:
    start = (page - 1) * dcat.PAGE
    entries = [found.entry(key) for key in found.keys[start : start + dcat.PAGE]]
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.code:
            grouped.setdefault(entry.code, []).append(entry)
    return render_template(
        "catalog.html",
        catalogue=found,
        everything=found.entry(ALL),
        grouped={code: list(reversed(group)) for code, group in grouped.items()},
        page=page,
        last=dcat.pages(found),
        path="catalog" if page == 1 else f"catalog/{page}",
        formats=GRAPH_OFFERS,
        year_label=year_label,
    )


def _dataset_html(found: Catalogue, entry: Entry) -> str:
    others = [found.entry(identifier(entry.code, size.year)) for size in found.series_years(entry.code)]
    return render_template(
        "dataset.html",
        entry=entry,
        catalogue=found,
        others=[other for other in others if other.year != entry.year],
        markup=schema_org.markup(found, entry, site.lang()),
        path=entry.iri.removeprefix(site.site().settings.base),
        formats=GRAPH_OFFERS,
        day_span=_span,
        paper_label=_paper,
    )


def _span(period: tuple[date, date]) -> str:
    """平成28年4月1日（2016-04-01）〜 …: the days of a period in words."""
    return " 〜 ".join(texts.day(day.isoformat(), site.lang()) for day in period)


def _paper(iri: str) -> str:
    """The name of a paper and which edition it is."""
    index = Index(site.published().store.labels(NamedNode(iri)))
    name, key = site.label(index, NamedNode(iri)).value, site.site().mint.edition(iri)
    stage = site.term(f"{MPC.base}stage-{key[3]}").value if key else ""
    return f"{name}（{stage}）" if site.lang() == "ja" else f"{name} ({stage})"
