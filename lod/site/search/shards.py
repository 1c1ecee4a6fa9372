"""An index cut into files that a page loads as it needs them.

Each file is a script that hands its content over: `lodIndex("pairs/12", {…})`. A page that was opened from a disk
(`file:`) may run scripts that lie beside it, but may not fetch anything; so this one way works everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

FOLDER = "search-index"
_CALLBACK = "lodIndex"
File: TypeAlias = tuple[str, bytes]


def script(name: str, content: object) -> File:
    """One file of the index."""
    return _called(name, _json(content))


def _called(name: str, content: str) -> File:
    """Line separators are escaped: old browsers take them for ends of lines (ECMA-262, 12.3)."""
    plain = content.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"{FOLDER}/{name}.js", f'{_CALLBACK}("{name}",{plain});\n'.encode()


@dataclass(slots=True)
class Family:
    """The files of one kind: entries under texts or numbers, in order. `firsts` and `sizes` grow with the files."""

    name: str
    most: int
    """Bytes at which a file is closed. A single entry may be larger."""
    firsts: list[str | int] = field(default_factory=list)
    """The first key of each file."""
    sizes: list[int] = field(default_factory=list)
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
            path, body = _called(f"{self.name}/{len(self.firsts)}", "{" + ",".join(self._held) + "}")
            self.firsts.append(self._first)
            self.sizes.append(len(body))
            self._held, self._bytes = [], 0
            yield path, body

    def told(self) -> dict[str, object]:
        """What a page must know to find the file of an entry."""
        return {"firsts": self.firsts, "sizes": self.sizes}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
