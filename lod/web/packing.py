"""A whole answer, ready to be given again: its headers and its body in each coding that somebody asked for."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from zstandard import ZstdCompressor

from lod.web import negotiation

LONGEST = 1024**2
"""Bytes of an answer that is kept or packed; a longer one passes as it is."""
SHORTEST = 860
"""Bytes below which packing gains nothing: it fits one network packet anyway."""
CODINGS = ("zstd", "gzip")
_PACKED = ("text/", "application/json", "application/ld+json", "application/n-", "application/rdf+xml")
_ALSO_PACKED = (
    "application/sparql-results",
    "application/trig",
    "application/xml",
    "application/vnd.",
    "image/svg+xml",
)
_MOST_HEADER = 1024


@dataclass(frozen=True, slots=True)
class Form:
    """One representation by coding: RFC 9110 8.8.3.3 gives each a strong ETag of its own."""

    headers: list[tuple[str, str]]
    body: bytes
    etag: str


@dataclass(slots=True)
class Kept:
    """An answer and its forms. `is_whole` is a 200, for which conditions are judged; `kept_as` its size where kept."""

    status: str
    packable: bool
    is_whole: bool
    last_modified: str | None
    forms: dict[str, Form] = field(default_factory=dict)
    kept_as: int = 0

    @classmethod
    def of(cls, status: str, headers: Sequence[tuple[str, str]], body: bytes) -> Kept:
        """From what an application said. The server tells the date of each answer itself."""
        by_name = {name.lower(): value for name, value in headers}
        media_type = by_name.get("content-type", "")
        packable = len(body) >= SHORTEST and media_type.startswith(_PACKED + _ALSO_PACKED)
        said = [(name, value) for name, value in headers if name.lower() != "date"]
        if packable:
            vary = ", ".join([*(value for name, value in said if name.lower() == "vary"), "Accept-Encoding"])
            said = [*((name, value) for name, value in said if name.lower() != "vary"), ("Vary", vary)]
        answer = cls(status, packable, status.startswith("200"), by_name.get("last-modified"))
        answer.forms[""] = Form(said, body, by_name.get("etag", ""))
        return answer

    @property
    def size(self) -> int:
        return sum(len(form.body) for form in self.forms.values()) + 2048

    def pack(self, coding: str) -> Form:
        """The form in a coding, made once."""
        plain = self.forms[""]
        body = packed(plain.body, coding)
        etag = f'{plain.etag[:-1]}-{coding}"' if plain.etag else ""
        changed = {"content-length": str(len(body)), "etag": etag}
        headers = [(name, changed.get(name.lower(), value)) for name, value in plain.headers]
        return self.forms.setdefault(coding, Form([*headers, ("Content-Encoding", coding)], body, etag))


def packed(body: bytes, coding: str) -> bytes:
    """A body in a coding: the same bytes each time."""
    return ZstdCompressor(level=6).compress(body) if coding == "zstd" else gzip.compress(body, 6, mtime=0)


def coding_for(header: str) -> str:
    """The coding that a client likes best of those we have, '' for none (RFC 9110 12.5.3)."""
    return _coding_for(header[:_MOST_HEADER]) if header else ""


@lru_cache(maxsize=1024)
def _coding_for(header: str) -> str:
    ranges = {item.value: item.weight for item in negotiation.parse(header)}
    wild = ranges.get("*/*", 0.0)
    best = max(CODINGS, key=lambda coding: ranges.get(coding, wild))
    return best if ranges.get(best, wild) > 0 else ""
