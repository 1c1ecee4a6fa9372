"""Every broken input gives its designed answer: exit code, words in both languages, no traceback, nothing written."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from lod.findings import catalogue
from tests.integration.broken_inputs import CASES, HEAD, PAGE, Case, Outcome, message, row, run_in_each_language, shown


def _files(folder: Path) -> dict[str, bytes | None]:
    """Every path below the folder with its content, None for what is no file or may not be read."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> bytes | None:
    small = path.is_file() and path.stat().st_size < 20_000_000 and os.access(path, os.R_OK)
    return path.read_bytes() if small else None


def _nothing_was_written(case: Case, work: Path) -> None:
    with tempfile.TemporaryDirectory() as fresh:
        case.make(Path(fresh))
        assert _files(work) == _files(Path(fresh))


def _explains(case: Case, outcome: Outcome, lang: str) -> None:
    printed = outcome.out + outcome.err
    for code in case.codes:
        assert code in printed
        assert message(code, outcome, lang), "what is wrong"
        assert shown(catalogue()[code].words(lang).todo).search(printed), "what to do"
    assert [text for text in case.absent if text in printed] == []
    assert re.search(re.escape(case.place) + r"(?!\d)", printed), "where"


def _cannot_forbid() -> str:
    if not hasattr(os, "geteuid"):
        return "a file that may not be read needs the permissions of a Unix"
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        return "root may read every file, and setpriv (util-linux) is not there to take that away"
    return ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_broken_input(case: Case, tmp_path: Path) -> None:
    if case.key == "forbidden" and (why := _cannot_forbid()):
        pytest.skip(why)
    outcomes = run_in_each_language(case, tmp_path)
    for lang, outcome in outcomes.items():
        _nothing_was_written(case, tmp_path / lang)
        assert "Traceback" not in outcome.err
        assert outcome.exit == case.exit, outcome.err
        _explains(case, outcome, lang)
        assert outcome.out == "" or case.exit != 2, "stdout is for data"
    assert row(case, outcomes) in PAGE.read_text(encoding="utf-8"), "python -m tests.integration.broken_inputs"


def test_the_page_lists_these_cases_and_no_others() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(HEAD)
    assert page.removeprefix(HEAD).count("\n") == len(CASES)


def test_there_are_at_least_twenty_five() -> None:
    assert len({case.key for case in CASES}) == len(CASES) >= 25
