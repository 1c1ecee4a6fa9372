"""Answers with validators and negotiation headers (RFC 9110 sections 8, 12 and 13, RFC 8288)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response, request

from lod.web import negotiation, site
from lod.web.negotiation import CSV, CSV_EXCEL, HTML, Offer

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every answer: nothing runs, nothing is loaded from elsewhere (CSP 3)."""
POLICY_WITH_SCRIPTS = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""Of a page that is better with scripts: those of this server only, none inline, no eval."""
POLICY_OF_FILES = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
"""Of a page that is a file, which says it itself: `frame-ancestors` counts in headers only (CSP 3, 3.3)."""
_WORDED = (HTML, CSV, CSV_EXCEL)
"""What names properties in the reader's language."""
REVALIDATE = "public, no-cache"
"""Kept by caches, asked for again each time: a release may have been switched."""


class NotAcceptableError(Exception):
    """The client accepts none of the representations."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__(", ".join(offer.media_type for offer in offers))
        self.offers = offers


def negotiated(offers: Sequence[Offer]) -> Offer:
    """The representation for this request: `?format=` wins over Accept. Raises NotAcceptableError."""
    wanted = request.args.get("format", "")
    if wanted:
        chosen = next((offer for offer in offers if wanted in (offer.suffix, offer.media_type)), None)
    else:
        chosen = negotiation.choose(request.headers.get("Accept"), offers)
    if chosen is None:
        raise NotAcceptableError(offers)
    return chosen


def split_suffix(path: str, offers: Sequence[Offer]) -> tuple[str, Offer | None]:
    """`a/b.ttl` → (`a/b`, Turtle); a path without a known suffix stays whole."""
    stem, _, suffix = path.rpartition(".")
    for offer in offers:
        if stem and offer.suffix == suffix.lower():
            return stem, offer
    return path, None


def answer(
    body: bytes | str,
    offer: Offer,
    *,
    path: str = "",
    offers: Sequence[Offer] = (),
    links: Iterable[str] = (),
    modified: str = "",
    negotiated_by_header: bool = True,
) -> Response:
    """A 200 with strong ETag, or 304 (RFC 9110 13.1.2). What the parameters mean: `headers_of`."""
    data = body.encode() if isinstance(body, str) else body
    said = headers_of(
        data,
        offer,
        root=request.script_root,
        lang=site.lang(),
        path=path,
        offers=offers,
        links=links,
        modified=modified,
        negotiated_by_header=negotiated_by_header,
    )
    response = Response(data, headers=said)
    response.make_conditional(request.environ)
    return response


def headers_of(
    body: bytes,
    offer: Offer,
    *,
    root: str,
    lang: str,
    path: str = "",
    offers: Sequence[Offer] = (),
    links: Iterable[str] = (),
    modified: str = "",
    negotiated_by_header: bool = True,
) -> list[tuple[str, str]]:
    """The headers of a representation.

    `path` is the document's without suffix: with it come Content-Location and a link to each of the other `offers`;
    `root` is where the server's own addresses begin. A page and a table have words in `lang`.
    """
    worded = offer in _WORDED
    vary = ["Accept"] if negotiated_by_header else []
    if worded or (negotiated_by_header and HTML in offers):
        vary.append("Accept-Language")
    said = [("Content-Type", offer.content_type), ("Content-Length", str(len(body))), ("Cache-Control", REVALIDATE)]
    if vary:
        said.append(("Vary", ", ".join(vary)))
    if worded:
        said.append(("Content-Language", lang))
    if path:
        here = site.plain_path(path, root)
        said.append(("Content-Location", f"{here}.{offer.suffix}" + (f"?lang={lang}" if worded else "")))
        said += [("Link", link) for link in links]
        said += [
            ("Link", f'<{here}.{other.suffix}>; rel="alternate"; type="{other.media_type}"')
            for other in offers
            if other is not offer
        ]
    if modified:
        said.append(("Last-Modified", modified))
    said.append(("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"'))
    return said


def named_file(response: Response, offer: Offer, name: str) -> Response:
    """What is meant for a spreadsheet is saved under a name that opens one (RFC 6266)."""
    if offer is CSV_EXCEL:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def see_other(path: str) -> Response:
    """303 to a path of this server (RFC 9110 15.4.4)."""
    return moved(path, 303)


def moved(path: str, status: int) -> Response:
    """A redirect to a path of this server, in no case to what a Host header names. Fragment and query stay."""
    stem, _, fragment = path.partition("#")
    query = quote(request.query_string, safe="=&%+:/?@!$'()*,;~")
    target = site.path_to(stem, fragment) if not query else site.path_to(stem).partition("?")[0] + "?" + query
    response = Response(status=status)
    response.headers["Location"] = target + (f"#{quote(fragment)}" if query and fragment else "")
    response.headers["Cache-Control"] = REVALIDATE
    return response
