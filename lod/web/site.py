"""What every request needs: settings, live release, words, vocabulary, and addresses of things as links."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode

from flask import current_app, g, request
from pyoxigraph import Literal, NamedNode

from lod.iri import Mint
from lod.querying import Pool
from lod.vocab import MPOL, OA, ORG, PREFIXES, PROV, TIME
from lod.web.flavour import Flavour, static
from lod.web.graph import Index
from lod.web.live import Live, Published
from lod.web.negotiation import choose_language
from lod.web.ontology import Ontology
from lod.web.texts import LANGUAGES, table, text
from lod.web.texts import day as texts_day

if TYPE_CHECKING:
    from lod.config import Settings

EXTENSION = "lod"
_KINDS = {
    "goal": MPOL.Goal,
    "initiative": MPOL.Initiative,
    "outcome": MPOL.Outcome,
    "headcount": MPOL.HeadcountObservation,
    "tenure": ORG.Membership,
    "place": OA.SpecificResource,
    "activity": PROV.Activity,
    "instant": TIME.Instant,
}
"""Kinds of things that have no name, by the first part of their address (lod/iri.py)."""


_PLAIN = "/:@!$&()*+,;=~"
"""What stands in a path as it is (RFC 3986 3.3), slashes between its parts included."""
_OWN_SPACES = (
    (PREFIXES["mpol"], "def#"),
    (PREFIXES["mpc"], "code/"),
    (PREFIXES["mps"], "shapes#"),
    (PREFIXES["text"], "text#"),
)
"""Namespaces that this server answers for, with their places on it."""


class NothingPublishedError(Exception):
    """There is no live release to answer from."""


@dataclass(frozen=True)
class Site:
    """One server's parts."""

    settings: Settings
    mint: Mint
    live: Live
    pool: Pool
    ontology: Ontology


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request settles for every word and link of its answer: a page asks for it a thousand times.

    `lang` is the language; `query` what links carry where the reader has chosen it by address (`?lang=en`); `root`
    where this server's addresses begin; `flavour` is there where the page is made for a site without a server.
    """

    site: Site
    lang: str
    query: str
    root: str
    flavour: Flavour | None = None


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def note_asked() -> None:
    """Settles it when a request begins."""
    _ASKED.set(_asked())


def forget_asked(_: BaseException | None = None) -> None:
    """When a request has ended, nothing of it may reach the next."""
    _ASKED.set(None)


def _asked() -> Asked:
    here = cast(Site, current_app.extensions[EXTENSION])
    flavour = static()
    if flavour:
        return Asked(here, flavour.lang, "", "", flavour)
    wanted = request.args.get("lang", "")
    order = LANGUAGES if here.settings.lang != "en" else tuple(reversed(LANGUAGES))
    chosen = wanted in LANGUAGES
    lang = wanted if chosen else choose_language(request.headers.get("Accept-Language"), order)
    return Asked(here, lang, f"?lang={wanted}" if chosen else "", request.script_root)


def site() -> Site:
    found = _ASKED.get()
    return found.site if found else cast(Site, current_app.extensions[EXTENSION])


def published() -> Published:
    """The live release, the same one for the whole request. Raises NothingPublishedError."""
    if "published" not in g:
        g.published = site().live.current()
    if g.published is None:
        raise NothingPublishedError
    return cast(Published, g.published)


def lang() -> str:
    """The language of the answer: `?lang=`, else Accept-Language, else the site's."""
    return (_ASKED.get() or _asked()).lang


def words(key: str, **params: object) -> str:
    return text(key, lang(), **params)


def path_to(path: str, fragment: str = "", **query: str | int) -> str:
    """A link to a path of this server with parameters, in the language that the reader has chosen by address."""
    asked = _ASKED.get() or _asked()
    if asked.flavour or not (query and asked.query):
        return _link(asked, path, fragment, query, asked.query)
    return _link(asked, path, fragment, {**query, "lang": asked.lang}, "")


def address_of(path: str, fragment: str = "", **query: str | int) -> str:
    """A link to a path of this server with just these parameters: what a form, a file or a program needs."""
    return _link(_ASKED.get() or _asked(), path, fragment, query, "")


def _link(asked: Asked, path: str, fragment: str, query: Mapping[str, str | int], more: str) -> str:
    if asked.flavour:
        return asked.flavour.link(path, {name: str(value) for name, value in query.items()}, fragment)
    anchor = f"#{quote(fragment)}" if fragment else ""
    return plain_path(path, asked.root) + (f"?{urlencode(query)}" if query else more) + anchor


def plain_path(path: str, root: str) -> str:
    """A link to a path of this server below `root`, whatever the request was."""
    return f"{root}/{quote(path, safe=_PLAIN)}"


def href(iri: str) -> str:
    """Where a page links for an IRI: our own documents and vocabulary on this server, other addresses as they are."""
    base = site().settings.base
    if iri.startswith(base):
        path, _, fragment = iri.removeprefix(base).partition("#")
        return path_to("doc/" + path.removeprefix("id/") if path.startswith("id/") else path, fragment)
    for space, place in _OWN_SPACES:
        if iri.startswith(space):
            path, _, fragment = (place + iri.removeprefix(space)).partition("#")
            return path_to(path, fragment)
    return iri if iri.startswith(("https://", "http://", "mailto:")) else "#"


def document_path(iri: str) -> str:
    """The path of the document of one of our IRIs: …/id/X → doc/X, others answer at their own."""
    path = iri.removeprefix(site().settings.base)
    return "doc/" + path.removeprefix("id/") if path.startswith("id/") else path


def canonical(path: str) -> str:
    """The absolute address of a path, from the configuration."""
    return site().settings.base + path


def term(iri: str) -> Literal:
    """The name of a class, property or code: from the ontology, the table of reused terms, or its short form."""
    return _term(site().ontology, iri, lang())


@lru_cache(maxsize=4096)
def _term(ontology: Ontology, iri: str, lang: str) -> Literal:
    own = ontology.index.label(NamedNode(iri), lang)
    if own:
        return own
    short = shortened(iri)
    reused = table().get(f"terms.{short}")
    return Literal(reused[lang], language=lang) if reused else Literal(short)


def shortened(iri: str) -> str:
    """`http://www.w3.org/ns/org#role` → `org:role`; an IRI of no known vocabulary stays as it is."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def label(index: Index, node: NamedNode) -> Literal:
    """The name of a thing: its own, that of the vocabulary, or made from the kind and key in its address."""
    found = index.label(node, lang()) or site().ontology.index.label(node, lang())
    if found:
        return found
    if not node.value.startswith(site().settings.base):
        return Literal(shortened(node.value))
    path = node.value.removeprefix(site().settings.base).removeprefix("id/")
    kind, _, key = path.partition("/")
    return Literal(f"{term(_KINDS[kind].value).value} {key}", language=lang()) if kind in _KINDS else Literal(path)


def day(iso: str) -> str:
    """A day in the language of the page: 平成28年4月1日（2016-04-01）."""
    return texts_day(iso, lang())
