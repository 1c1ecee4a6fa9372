"""The report of a build: as text in both languages, as JSON and as a SHACL report, written as the papers come."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType

from lod.findings import LANGUAGES, Words, explain
from lod.model import Finding, Severity

NAMES = {"ja": "report.txt", "en": "report.en.txt"}
_KEPT = 1000


@cache
def _labels() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(
        resources.files("lod.release").joinpath("words.toml").read_text(encoding="utf-8")
    )
    return table


def as_text(finding: Finding, lang: str) -> str:
    """One finding in words."""
    words, labels = explain(finding, lang), _labels()[lang]
    return (
        f"{finding.place}  {finding.code} [{finding.severity}]\n  {words.title}\n"
        f"  {labels['seen']}: {finding.seen or '-'}\n"
        f"  {labels['expected']}: {words.expected}\n  {labels['todo']}: {words.todo}\n\n"
    )


def as_table(finding: Finding) -> dict[str, object]:
    """One finding as JSON: code, severity, place, what was seen, and the words in both languages."""
    origin = finding.origin
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "source": finding.source,
        "line": origin.line if origin else None,
        "column": origin.column if origin else None,
        "start": origin.start if origin else None,
        "end": origin.end if origin else None,
        "seen": finding.seen,
        "subject": finding.subject,
        "path": finding.path,
        **{lang: _as_dict(explain(finding, lang)) for lang in LANGUAGES},
    }


def _as_dict(words: Words) -> dict[str, str]:
    return {"title": words.title, "expected": words.expected, "todo": words.todo}


class Reports:
    """Writes the report files of one build. Keeps counts and the first findings, never all."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.kept: list[Finding] = []
        self._stack = ExitStack()
        self._text = {lang: self._stack.enter_context(_open(folder / name)) for lang, name in NAMES.items()}
        self._json = self._stack.enter_context(_open(folder / "report.json"))
        self._shacl = self._stack.enter_context((folder / "report.ttl").open("wb"))
        self._json.write("[")

    def __enter__(self) -> Reports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._json.write("\n]\n")
        self._stack.close()

    @property
    def violations(self) -> int:
        return self.counts[Severity.VIOLATION]

    def add(self, findings: Iterable[Finding], shacl: bytes = b"") -> None:
        """Writes findings and the SHACL results behind them."""
        for finding in findings:
            self._json.write(",\n" if self.counts.total() else "\n")
            self._json.write(json.dumps(as_table(finding), ensure_ascii=False))
            self.counts[finding.severity] += 1
            self.codes[finding.code] += 1
            for lang, file in self._text.items():
                file.write(as_text(finding, lang))
            if finding.severity is Severity.VIOLATION or len(self.kept) < _KEPT:
                self.kept = self.kept[-10 * _KEPT :]
                self.kept.append(finding)
        if shacl:
            self._shacl.write(b"\n".join(sorted(shacl.strip().split(b"\n"))) + b"\n")


def _open(path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202  the file type that open() gives
    return path.open("w", encoding="utf-8", newline="\n")
