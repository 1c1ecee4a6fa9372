"""Look-ups at the endpoint, answered without routing: small queries in formats without words (decision 0021).

The same functions make the same bytes and headers as the route in `lod/web/sparql.py` (a test compares them). Whatever
is not plainly a query of that kind (other parameters or content types, another kind of answer, a mistake) goes that way
and is answered or explained there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lod.querying import Job, Limits
from lod.querying.kind import kind_of
from lod.querying.small import at_once
from lod.web.guard import REFUSED
from lod.web.negotiation import HTML
from lod.web.responses import headers_of
from lod.web.sparql_formats import FORMAT_NAMES, chosen, offers_for
from lod.web.sparql_request import FORM_TYPE, QUERY_TYPE

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from lod.web.live import Published

PATH = "/sparql"
TRIED = "lod.tried"
"""The key of the environment under which the route finds that a query is not to be answered on the spot."""
_LONGEST = 12 * 1024
"""Characters of an address's query: fewer than the application allows."""
_MOST = 2
"""Parameters: a query and a format."""
_CHARSETS = ("", "; charset=utf-8", ";charset=utf-8")
_FORMS = frozenset(FORM_TYPE + charset for charset in _CHARSETS)
_TEXTS = frozenset(QUERY_TYPE + charset for charset in _CHARSETS)


class DirectQueries:
    """`always` are the headers that the application puts on every answer."""

    def __init__(self, limits: Limits, always: Sequence[tuple[str, str]]) -> None:
        self._limits = limits
        self._always = list(always)

    def made(
        self, live: Published, environ: WSGIEnvironment, body: bytes
    ) -> tuple[list[tuple[str, str]], bytes] | None:
        """Headers and body of an answer; None where the application must answer. `body` is that of a POST."""
        asked = None if REFUSED in environ else _asked(environ, body)
        if asked is None:
            return None
        query, wanted = asked
        offer = chosen(wanted, environ.get("HTTP_ACCEPT"), offers_for(kind_of(query)))
        if offer is None or offer is HTML:
            return None
        environ[TRIED] = True
        found = at_once(Job(query, offer.suffix, live.release.path), self._limits, live.store)
        return (headers_of(found[1], offer, root="", lang="") + self._always, found[1]) if found else None


def _asked(environ: WSGIEnvironment, body: bytes) -> tuple[str, str] | None:
    """Query and format of a request that has these and nothing else."""
    address = environ.get("QUERY_STRING", "")
    if len(address) > _LONGEST or not address.isascii():
        return None
    try:
        pairs = _parameters(address)
        if environ["REQUEST_METHOD"] == "POST":
            pairs += _posted(environ.get("CONTENT_TYPE", "").lower(), body)
    except ValueError:
        return None
    given = dict(pairs)
    query = given.pop("query", "")
    wanted = [given.pop(name) for name in FORMAT_NAMES if name in given]
    plain = len(pairs) == 1 + len(wanted) <= _MOST and not given
    if not plain or "\ufffd" in query or "service" in query.casefold():
        return None
    return query, wanted[0] if wanted else ""


def _parameters(text: str) -> list[tuple[str, str]]:
    """Raises ValueError for more than there may be, and for what is not UTF-8."""
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST)


def _posted(content_type: str, body: bytes) -> list[tuple[str, str]]:
    if content_type in _TEXTS:
        return [("query", body.decode())]
    if content_type in _FORMS:
        return _parameters(body.decode("ascii"))
    raise ValueError(content_type)
