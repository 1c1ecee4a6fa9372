"""Where the files for download are put while they are written: size and digest come with the writing."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import IO, Any, cast

from lod.distributions.words import in_both
from lod.formats.files import FILE_FORMATS, GZIP
from lod.stores.distribution import FOLDER, Distribution, Kind

_LEVEL = 6
"""Of gzip: level 9 takes twice as long for one percent."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a file is. `words` is its section of words.toml, `params` fill them in."""

    kind: Kind
    words: str
    suffix: str
    params: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    city: str = ""
    year: int | None = None
    table: str = ""


class StoppedError(Exception):
    """Writing was given up: a file that is still being written in another thread ends here."""


class _Counted(io.RawIOBase):
    """A binary file that knows what was written to it. Closing it leaves the file below open."""

    def __init__(self, raw: IO[bytes], stopped: Event) -> None:
        super().__init__()
        self._raw = raw
        self._stopped = stopped
        self.bytes = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.bytes

    def write(self, data: Any, /) -> int:  # noqa: ANN401  any object with a buffer
        if self._stopped.is_set():
            raise StoppedError
        self.bytes += len(data)
        self.digest.update(data)
        return self._raw.write(data)


class Shelf:
    """The files of one release."""

    def __init__(self, release: Path) -> None:
        self.folder = release / FOLDER
        self.items: list[Distribution] = []
        self._stopped = Event()

    def stop(self) -> None:
        """Gives up: whatever is still being written fails at its next piece."""
        self._stopped.set()

    @contextmanager
    def open(self, path: str, label: Label, *, packed: bool = False) -> Iterator[IO[bytes]]:
        """A new file to be written from its beginning to its end; `packed` with gzip, without a time in it."""
        target = self.place(path)
        with target.open("wb") as raw:
            counted = _Counted(raw, self._stopped)
            output = cast("IO[bytes]", counted)
            if packed:
                with gzip.GzipFile("", "wb", _LEVEL, output, mtime=0) as file:
                    yield cast("IO[bytes]", file)
            else:
                yield output
        self._list(path, label, counted.bytes, counted.digest.hexdigest(), GZIP if packed else "")

    def place(self, path: str) -> Path:
        """Where a file will lie."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def add(self, path: str, label: Label) -> None:
        """Takes a file that something else wrote to `place(path)`."""
        target = self.folder / path
        with target.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._list(path, label, target.stat().st_size, digest, "")

    def _list(self, path: str, label: Label, size: int, digest: str, compression: str) -> None:
        kept = FILE_FORMATS[label.suffix]
        self.items.append(
            Distribution(
                path=path,
                kind=label.kind,
                title=in_both(f"{label.words}.title", label.params),
                description=in_both(f"{label.words}.description", label.params),
                media_type=kept.media_type,
                format=kept.title,
                bytes=size,
                sha256=digest,
                compression=compression,
                city=label.city,
                year=label.year,
                table=label.table,
            )
        )
