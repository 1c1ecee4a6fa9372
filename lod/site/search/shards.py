"""An index cut into files that a page loads as it needs them.

Each file is a script that hands its content over: `lodIndex("pairs/12", {…}, "<stamp>")`. A page that was opened from
a disk (`file:`) may run scripts that lie beside it, but may not fetch anything; so this one way works everywhere. The
stamp is that of the content: who knows which one to expect takes nothing from a cache, or from a host, that belongs to
another release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

FOLDER = "search-index"
_CALLBACK = "lodIndex"
File: TypeAlias = tuple[str, bytes]


def script(name: str, content: object) -> File:
    """One file of the index."""
    path, body, _ = _called(name, _json(content))
    return path, body


def stamp(content: object) -> str:
    """The stamp of a file with this content."""
    return _stamp(_json(content))


def _stamp(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _called(name: str, content: str) -> tuple[str, bytes, str]:
    """Line separators are escaped: old browsers take them for ends of lines (ECMA-262, 12.3)."""
    plain = content.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    stamp = _stamp(content)
    return f"{FOLDER}/{name}.js", f'{_CALLBACK}("{name}",{plain},"{stamp}");\n'.encode(), stamp


@dataclass(slots=True)
class Family:
    """The files of one kind: entries under texts or numbers, in order. What is told of files grows with them."""

    name: str
    most: int
    """Bytes at which a file is closed. A single entry may be larger."""
    firsts: list[str | int] = field(default_factory=list)
    """The first key of each file."""
    sizes: list[int] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    _held: list[str] = field(default_factory=list)
    _bytes: int = 0
    _first: str | int = 0

    def put(self, key: str | int, value: object) -> Iterator[File]:
        """Takes an entry; gives the file before it where that is full."""
        text = f"{_json(str(key))}:{_json(value)}"
        size = len(text.encode())
        if self._held and self._bytes + size > self.most:
            yield from self.end()
        if not self._held:
            self._first = key
        self._held.append(text)
        self._bytes += size

    def end(self) -> Iterator[File]:
        """The last file."""
        if self._held:
            path, body, stamp = _called(f"{self.name}/{len(self.firsts)}", "{" + ",".join(self._held) + "}")
            self.firsts.append(self._first)
            self.sizes.append(len(body))
            self.stamps.append(stamp)
            self._held, self._bytes = [], 0
            yield path, body

    def told(self) -> dict[str, object]:
        """What a page must know to find the file of an entry."""
        return {"firsts": self.firsts, "sizes": self.sizes, "stamps": self.stamps}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
