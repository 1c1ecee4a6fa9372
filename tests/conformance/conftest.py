"""One server for all conformance tests of a process, and the score at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.served import Served, publish, serving

HERE = "tests/conformance/"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`lod serve` over releases that the tests make of their own data; its cache is off."""
    var = tmp_path_factory.mktemp("conformance")
    publish(var, b"")
    with serving(var, query_seconds="20", cache_mib="0", base="http://example.org/site/") as served:
        yield served


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cases of each suite hold, those known to fail named as such."""
    suites: dict[str, dict[str, int]] = {}
    for outcome in ("passed", "failed", "xfailed"):
        for report in terminalreporter.stats.get(outcome, []):
            if HERE in report.nodeid and getattr(report, "when", "call") == "call":
                name = report.nodeid.partition(HERE)[2].partition(".py")[0].removeprefix("test_")
                suites.setdefault(name, {"passed": 0, "failed": 0, "xfailed": 0})[outcome] += 1
    if suites:
        terminalreporter.section("SPARQL conformance")
    for name, count in sorted(suites.items()):
        every = sum(count.values())
        known = f", {count['xfailed']} known to fail" if count["xfailed"] else ""
        terminalreporter.line(f"{name:16} {count['passed']} of {every}{known}")
