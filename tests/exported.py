"""An exported site as tests look at it: its pages, their links, where those lead."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINKS = ("href", "src", "action", "data-terms", "data-index", "poster", "srcset")
"""Attributes that hold addresses."""


@dataclass
class Parsed(HTMLParser):
    """What a page links to, and the places in it that links can lead to."""

    links: list[tuple[str, str]] = field(default_factory=list)
    """(name of the element, address)."""
    ids: set[str] = field(default_factory=set)
    refresh: str = ""
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        if "id" in given:
            self.ids.add(given["id"])
        self.links += [(tag, given[name]) for name in _LINKS if name in given]
        match given.get("http-equiv"):
            case "refresh":
                self.refresh = given["content"].partition("url=")[2]
                self.links.append((tag, self.refresh))
            case "Content-Security-Policy":
                self.policy = given["content"]


@dataclass(frozen=True)
class Exported:
    """The folder of a static site."""

    folder: Path

    @cached_property
    def pages(self) -> dict[Path, Parsed]:
        """Every page, parsed."""
        found = {}
        for path in sorted(self.folder.rglob("*.html")):
            parsed = Parsed()
            parsed.feed(path.read_text(encoding="utf-8"))
            found[path] = parsed
        return found

    @cached_property
    def files(self) -> frozenset[str]:
        """The names of all files, with slashes."""
        return frozenset(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    def dead_links(self) -> Iterator[str]:
        """Internal links that lead to no file, out of the folder, or to no place of the page."""
        for page, parsed in self.pages.items():
            for tag, address in parsed.links:
                problem = self._problem(page, address)
                if problem:
                    yield f"{page.relative_to(self.folder)}: <{tag}> {address}: {problem}"

    def _problem(self, page: Path, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return ""
        here = page.relative_to(self.folder).as_posix()
        if parts.path.startswith("/") and here != "404.html":  # which answers at any depth
            return "not relative"
        joined = posixpath.join("/" + posixpath.dirname(here), unquote(parts.path)).lstrip("/")
        target = posixpath.normpath(joined) if parts.path else here
        if target not in self.files:
            return "no such file"
        there = self.pages.get(self.folder / target)
        if parts.fragment and there and unquote(parts.fragment) not in there.ids:
            return "no such place"
        return ""


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder with its bytes and the time when it was written."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }
