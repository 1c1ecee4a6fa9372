"""A stand-in for CKAN's search index (Apache Solr), which no package registry that we use offers. CKAN itself, its
database and its queue are real; this alone is not.

It keeps what CKAN sends it and finds by `field:"value"` in the query and its filters; ranking and text analysis are not
there. Start: `python index_stand_in.py PORT`.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SCHEMA = '<?xml version="1.0"?><schema name="ckan-2.11" version="1.6"></schema>'
_TERM = re.compile(r'([+-]?)(\w+):(?:"([^"]*)"|\(([^)]*)\)|(\S+))')
_DOCUMENTS: dict[str, dict[str, Any]] = {}
_LOCK = threading.Lock()


class Index(BaseHTTPRequestHandler):
    """Solr's addresses as CKAN calls them: /schema, /update, /select."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(self.rfile.read(length).decode())

    def _answer(self, body: str) -> None:
        address = urlsplit(self.path)
        if address.path.rstrip("/").endswith("/schema"):
            self._send(SCHEMA, "application/xml")
        elif "/update" in address.path:
            with _LOCK:
                _update(body)
            self._send('{"responseHeader":{"status":0,"QTime":1}}', "application/json")
        else:
            self._send(json.dumps(_select(parse_qs(address.query or body))), "application/json")

    def _send(self, text: str, media_type: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the base class
        return


def _update(body: str) -> None:
    if body.lstrip().startswith("<"):
        for identifier in re.findall(r"<id>([^<]*)</id>", body):
            _DOCUMENTS.pop(identifier, None)
        if "<query>" in body:
            for identifier in re.findall(r'\bid:"([^"]*)"', body.replace("&quot;", '"')):
                gone = [key for key, item in _DOCUMENTS.items() if identifier in (item.get("id"), item.get("name"))]
                for key in gone:
                    del _DOCUMENTS[key]
        return
    found = json.loads(body or "[]")
    for document in found if isinstance(found, list) else []:
        _DOCUMENTS[str(document.get("index_id") or document.get("id"))] = document


def _select(parameters: Mapping[str, list[str]]) -> dict[str, Any]:
    query = (parameters.get("q") or ["*:*"])[0]
    filters = parameters.get("fq", [])
    with _LOCK:
        documents = [item for item in _DOCUMENTS.values() if _fits(item, filters)]
    if query not in ("*:*", ""):
        wanted = _TERM.findall(query)
        documents = [item for item in documents if any(_has(item, *term[1:]) for term in wanted)] if wanted else []
    start, rows = (int((parameters.get(name) or [default])[0]) for name, default in (("start", "0"), ("rows", "10")))
    response = {"numFound": len(documents), "start": start, "docs": documents[start : start + rows]}
    return {"responseHeader": {"status": 0, "QTime": 1}, "response": response, "facet_counts": {"facet_fields": {}}}


def _fits(document: Mapping[str, Any], filters: Iterable[str]) -> bool:
    for filter_ in filters:
        for sign, *term in _TERM.findall(filter_):
            if term[0] == "permission_labels":
                continue
            if _has(document, *term) == (sign == "-"):
                return False
    return True


def _has(document: Mapping[str, Any], field: str, quoted: str, several: str, bare: str) -> bool:
    wanted = set(re.findall(r'"([^"]*)"|(\w[\w-]*)', several)) if several else {(quoted or bare, "")}
    known = document.get(field)
    values = {str(value) for value in (known if isinstance(known, list) else [known])}
    return any((first or second) in values for first, second in wanted)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Index).serve_forever()
