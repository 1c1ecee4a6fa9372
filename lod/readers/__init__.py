"""Source bytes → Document. One module per media type; each offers `accepts(data)` and `read(data, name)`."""

from __future__ import annotations

from types import ModuleType

from lod.errors import SourceError
from lod.model import Document
from lod.readers import text

MAX_BYTES = 20 * 1024 * 1024
"""Papers of one department are some kilobytes; anything this large is a mistake or an attack."""

_READERS: tuple[ModuleType, ...] = (text,)


def read(data: bytes, name: str) -> Document:
    """Reads a source of any known media type; `name` is its path, for messages. Raises SourceError (D codes)."""
    if len(data) > MAX_BYTES:
        raise SourceError("D06", place=name, size=len(data), limit=MAX_BYTES)
    for reader in _READERS:
        if reader.accepts(data):
            document: Document = reader.read(data, name)
            return document
    raise SourceError("D02", place=name, kind=text.kind_of(data))
