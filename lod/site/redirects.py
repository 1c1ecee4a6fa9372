"""Pages that lead on, where a web server has no rules: from a thing to its document, from a code to its list."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import unquote, urlsplit

from lod.site import routes
from lod.site.asking import Application
from lod.site.names import Place, file_of
from lod.vocab import PREFIXES
from lod.web.negotiation import HTML, THING_OFFERS
from lod.web.texts import text

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
{head}</head>
<body><p><a href="{target}">{words}</a></p></body>
</html>
"""


def page(lang: str, target: str, head: str = "", title: str = "") -> str:
    """A page that leads on at once. `target` is relative to it."""
    words = text("static.leads_on", lang)
    return _PAGE.format(lang=lang, title=escape(title or words), target=escape(target), head=head, words=escape(words))


def of_thing(base: str, stem: str, suffixes: frozenset[str], lang: str) -> bytes:
    """What stands at a thing's own address, and at that of its document without a suffix: /id/X/, /doc/X/.

    Programs find the data by `rel="alternate"` (HTML 4.6.7.1), search engines the document by `rel="canonical"`.
    """
    place = Place(f"doc/{stem}")
    up = "../" * (stem.count("/") + 2)
    head = [f'<link rel="canonical" href="{escape(base + place.path)}">\n']
    there = routes.of(place.path).data_suffixes(suffixes)
    for offer in THING_OFFERS:
        if offer.suffix in there:
            address = escape(up + file_of(place, offer.suffix))
            head.append(f'<link rel="alternate" type="{offer.media_type}" href="{address}">\n')
    return page(lang, up + file_of(place, HTML.suffix), "".join(head), stem).encode()


def of_codes(application: Application) -> Mapping[str, tuple[str, str]]:
    """Where links to codes lead in the end: the path of a code → the path of its list and its place there."""
    found = {}
    for node in sorted(application.codes()):
        path = "code/" + node.removeprefix(PREFIXES["mpc"])
        answer = application.ask(path, "", accept=HTML.media_type)
        if answer.status == 303:
            parts = urlsplit(answer.headers["location"])
            found[path] = (unquote(parts.path).lstrip("/"), unquote(parts.fragment))
    return found
