"""The exported folder: which files in it are ours, written only where they differ, removed only where they are ours.

`.lod-export/` in it holds what an export must remember: the list of its files, and journals of files that are being
written. Whatever is not on the list belongs to somebody else and is never touched.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lod.errors import UsageError

OWN = ".lod-export"
_LIST, _RUN, _LOCK = "files.sqlite", "run.sqlite", "lock"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tails (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS files (stem TEXT PRIMARY KEY, tails INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_RUN_SCHEMA = """
CREATE TABLE run.made (stem TEXT PRIMARY KEY, tails TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE run.todo (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
"""
_MADE = (
    "INSERT INTO run.made VALUES (?, ?) ON CONFLICT (stem) DO UPDATE SET tails = tails || char(10) || excluded.tails"
)
_CHANGED = """
SELECT files.stem, told.text, made.tails FROM files JOIN tails AS told ON told.id = files.tails
LEFT JOIN run.made USING (stem) WHERE made.tails IS NULL OR in_order(made.tails) <> told.text LIMIT 1000
"""
_NEW = "SELECT stem, in_order(tails) FROM run.made WHERE stem NOT IN (SELECT stem FROM files) LIMIT 1000"


def split(name: str) -> tuple[str, str]:
    """(stem, tail) of a file's name: doc/x.en.html → (doc/x, .en.html). Files of one stem are listed together."""
    folder, slash, own = name.rpartition("/")
    first, dot, rest = own.partition(".")
    return folder + slash + first, dot + rest


class Writer:
    """Writes files into the folder, each at once or not at all. One for each process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scratch = folder / OWN / f"writing-{os.getpid()}"
        self._journal = (folder / OWN / f"journal-{os.getpid()}").open("a", encoding="utf-8", newline="\n")
        self._list = _reading(folder / OWN / _LIST)
        self._folders: set[Path] = set()

    def read(self, name: str) -> bytes | None:
        """What stands in a file now; None where there is none. Raises UsageError C09 for anything else."""
        path = self._folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except (IsADirectoryError, NotADirectoryError, PermissionError) as error:
            raise UsageError("C09", place=str(path)) from error

    def write(self, name: str, body: bytes, there: bytes | None) -> None:
        """Puts a file in place of what `read` has found."""
        path = self._begin(name, exists=there is not None)
        self._scratch.write_bytes(body)
        self._scratch.replace(path)

    def copy(self, name: str, source: Path) -> bool:
        """Copies a large file; whether that had to be done. Size and time tell, as the file never changes."""
        path = self._folder / name
        if path.is_file() and _likely_same(path, source):
            return False
        path = self._begin(name, exists=path.exists())
        shutil.copy2(source, self._scratch)
        self._scratch.replace(path)
        return True

    def close(self) -> None:
        self._scratch.unlink(missing_ok=True)
        self._journal.close()
        self._list.close()

    def _begin(self, name: str, *, exists: bool) -> Path:
        """Makes sure that the file may be written, and notes that it is ours before it is there."""
        path = self._folder / name
        if exists and not self._is_ours(name):
            raise UsageError("C09", place=str(path))
        if path.parent not in self._folders:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except FileExistsError as error:
                raise UsageError("C09", place=str(path.parent)) from error
            self._folders = self._folders if len(self._folders) < 10_000 else set()
            self._folders.add(path.parent)
        if not exists:
            self._journal.write(name + "\n")
            self._journal.flush()
        return path

    def _is_ours(self, name: str) -> bool:
        stem, tail = split(name)
        query = "SELECT text FROM files JOIN tails ON tails.id = files.tails WHERE stem = ?"
        row = self._list.execute(query, (stem,)).fetchone()
        return row is not None and tail in row[0].split("\n")


def _likely_same(path: Path, source: Path) -> bool:
    one, other = path.stat(), source.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)


class Folder:
    """The exporter's side: what is to be made, what has been made, in the end what is no longer part of the site."""

    def __init__(self, path: Path, base: sqlite3.Connection) -> None:
        self.path = path
        self._base = base

    # --- what is to be made ------------------------------------------------------------------------------------

    def add(self, keys: Iterable[str]) -> None:
        """Places to be made, each once however often it is named."""
        self._base.executemany("INSERT OR IGNORE INTO run.todo (key) VALUES (?)", ((key,) for key in keys))

    def after(self, number: int, most: int) -> tuple[list[str], int]:
        """The next places behind a number, and the number of the last one."""
        query = "SELECT n, key FROM run.todo WHERE n > ? ORDER BY n LIMIT ?"
        rows = self._base.execute(query, (number, most)).fetchall()
        return [key for _, key in rows], rows[-1][0] if rows else number

    def known(self) -> int:
        """How many places there are so far."""
        return int(self._base.execute("SELECT coalesce(max(n), 0) FROM run.todo").fetchone()[0])

    # --- what has been made ------------------------------------------------------------------------------------

    def made(self, names: Iterable[str]) -> None:
        """Files that are part of the site, written anew or as they were."""
        stems: dict[str, list[str]] = {}
        for name in names:
            stem, tail = split(name)
            stems.setdefault(stem, []).append(tail)
        self._base.executemany(_MADE, ((stem, "\n".join(tails)) for stem, tails in stems.items()))

    def settle(self) -> int:
        """Removes what is no longer part of the site, and writes the list where it has changed; how many went."""
        self._base.commit()
        _enter_journals(self.path, self._base)
        gone = 0
        while rows := self._base.execute(_CHANGED).fetchall():
            for stem, before, now in rows:
                gone += self._change(stem, before, now)
        while rows := self._base.execute(_NEW).fetchall():
            for stem, now in rows:
                _enter(self._base, stem, now)
        self._base.commit()
        return gone

    def _change(self, stem: str, before: str, now: str | None) -> int:
        kept = set(now.split("\n")) if now is not None else set()
        gone = sum(_remove(self.path, stem + tail) for tail in before.split("\n") if tail not in kept)
        if now is None:
            self._base.execute("DELETE FROM files WHERE stem = ?", (stem,))
        else:
            _enter(self._base, stem, _in_order(now))
        return gone


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder for one export at a time. Raises UsageError: C08 not empty and no export, C12 another is under way."""
    own = path / OWN
    if path.exists() and (not path.is_dir() or (not own.is_dir() and any(path.iterdir()))):
        raise UsageError("C08", place=str(path))
    own.mkdir(parents=True, exist_ok=True)
    lock = FileLock(own / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UsageError("C12", place=str(path)) from error
    with lock:
        for left in (*own.glob(f"{_RUN}*"), *own.glob("writing-*")):
            left.unlink()
        with closing(sqlite3.connect(own / _LIST, timeout=60)) as base:
            base.create_function("in_order", 1, _in_order, deterministic=True)
            base.executescript(_SCHEMA)
            base.execute("ATTACH ? AS run", (str(own / _RUN),))
            base.executescript("PRAGMA run.journal_mode = OFF; PRAGMA run.synchronous = OFF;" + _RUN_SCHEMA)
            _enter_journals(path, base)
            yield Folder(path, base)
        (own / _RUN).unlink(missing_ok=True)


def _enter_journals(path: Path, base: sqlite3.Connection) -> None:
    """Takes the files that journals name into the list: an export that was interrupted leaves them."""
    found = list((path / OWN).glob("journal-*"))
    for journal in found:
        with journal.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                if line.endswith("\n"):  # a last line that was cut names a file that was never written
                    _add(base, line[:-1])
    base.commit()
    for journal in found:
        journal.unlink()


def _add(base: sqlite3.Connection, name: str) -> None:
    stem, tail = split(name)
    query = "SELECT text FROM files JOIN tails ON tails.id = files.tails WHERE stem = ?"
    row = base.execute(query, (stem,)).fetchone()
    tails = row[0].split("\n") if row else []
    if tail not in tails:
        _enter(base, stem, "\n".join(sorted([*tails, tail])))


def _in_order(tails: str) -> str:
    return "\n".join(sorted(tails.split("\n")))


def _enter(base: sqlite3.Connection, stem: str, tails: str) -> None:
    base.execute("INSERT OR IGNORE INTO tails (text) VALUES (?)", (tails,))
    base.execute(
        "INSERT OR REPLACE INTO files SELECT ?, id FROM tails WHERE text = ?",
        (stem, tails),
    )


def _remove(folder: Path, name: str) -> bool:
    """Removes a file of ours and the folders that it leaves empty; whether it was there."""
    path = folder / name
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    for parent in path.parents:
        if parent == folder:
            break
        try:
            parent.rmdir()
        except OSError:
            break
    return True
