"""The invented municipalities hold what tests over years need, and conform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lod import municipality, release
from lod.config import Settings
from lod.errors import UsageError
from lod.text.local_government import is_code
from tests.cities import write_cities


def _count(site: Settings, pattern: str) -> int:
    live = release.current(site.var)
    assert live
    rows = live.open().query(
        "PREFIX mpol: <https://w3id.org/mupol/def#> PREFIX mpc: <https://w3id.org/mupol/code/> "
        "PREFIX org: <http://www.w3.org/ns/org#> "
        f"SELECT (COUNT(DISTINCT ?it) AS ?n) {{ {pattern} }}"
    )
    return int(next(iter(rows))["n"].value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("?it a org:FormalOrganization", 2),
        ("?it a mpol:FiscalYear", 4),
        ("?it a mpol:DepartmentPolicy", 20),
        ("?it a mpol:SourceDocument ; mpol:stage mpc:stage-interim", 20),
        ("?it a mpol:SourceDocument ; mpol:stage mpc:stage-final", 15),
        ("?it a org:ChangeEvent", 4),  # two renames, a merger, a split
        ("?s mpol:program ?it . ?t mpol:program ?it FILTER(?s != ?t)", 17),
        ("?it a mpol:OutcomeMeasure", 128),
    ],
)
def test_the_invented_years_hold_what_they_should(invented_site: Settings, pattern: str, count: int) -> None:
    assert _count(invented_site, pattern) == count


def test_the_invented_years_conform_but_for_what_they_are_meant_to_show(invented_site: Settings) -> None:
    live = release.current(invented_site.var)
    assert live
    report = json.loads((live.path / "report.json").read_text(encoding="utf-8"))
    codes = {item["code"] for item in report}
    assert codes == {"E05", "L01", "N01", "Q02", "Q03", "T01"}


def test_invented_codes_have_right_check_digits_and_no_prefecture(tmp_path: Path) -> None:
    for folder in write_cities(tmp_path):
        code = (folder / "municipality.toml").read_text(encoding="utf-8").split('"')[1]
        assert is_code(code)
        assert int(code[:2]) > 47


@pytest.mark.parametrize("entry", ['email = "not an address"', 'form = "javascript:alert(1)"', 'telefon = "1"'])
def test_a_contact_that_cannot_be_one_is_refused(tmp_path: Path, entry: str) -> None:
    folder = write_cities(tmp_path)[0]
    path = folder / "municipality.toml"
    assert municipality.load(folder).contact.email == "policy@kirigahama.example"
    path.write_text(path.read_text(encoding="utf-8").partition("[contact]")[0] + f"[contact]\n{entry}\n", "utf-8")
    with pytest.raises(UsageError) as raised:
        municipality.load(folder)
    assert raised.value.code == "G11"
