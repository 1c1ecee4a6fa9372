"""What is withdrawn is gone from every output of the next release, says so where it was, and can come back."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lod import municipality, release, withdrawals
from lod.cli.running import run
from lod.config import Settings
from lod.errors import UsageError
from lod.web import create_app
from lod.withdrawals import Withdrawal
from tests.integration.conftest import build_sample

BASE = "https://lod.example.org/"
POLICY = "id/policy/142034/2016/sangyo-shinko-bu"
SOURCE = "id/source/142034/2016/sangyo-shinko-bu/final"
GOAL = "id/goal/142034/2016/sangyo-shinko-bu/1"
PROGRAM = "id/program/142034/shotengai-nigiwai-soshutsu"


@pytest.fixture
def site(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site of its own, with the current folder in it."""
    settings = build_sample(tmp_path, root)
    monkeypatch.chdir(tmp_path)
    return settings


def _rebuilt(settings: Settings) -> FlaskClient:
    built = release.build(settings, [municipality.load(folder) for folder in settings.data])
    assert built.id
    return create_app(settings).test_client()


def _everything(settings: Settings) -> str:
    """All text that the live release publishes: dumps, whatever their packing, and papers."""
    live = release.current(settings.var)
    assert live is not None
    texts = []
    for folder in ("dumps", "sources"):
        for path in sorted((live.path / folder).rglob("*")):
            if path.is_file():
                texts.append(_text(path))
    texts += [(live.path / name).read_text(encoding="utf-8") for name in ("report.json", "report.txt", "report.ttl")]
    return "\n".join(texts)


def _text(path: Path) -> str:
    """What a file holds, unpacked."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode(errors="replace")


def _person(client: FlaskClient) -> tuple[str, str]:
    """(path, name) of the head of the department."""
    query = """SELECT ?p ?n { ?t org:organization <https://lod.example.org/id/org/142034/sangyo-shinko-bu> ;
               org:member ?p . ?p foaf:name ?n FILTER(LANG(?n) = "ja") }"""
    prefixes = "PREFIX mpol: <https://w3id.org/mupol/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    prefixes += "PREFIX org: <http://www.w3.org/ns/org#> PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
    rows = client.get("/sparql", query_string={"query": prefixes + query, "format": "json"}).get_json()
    row = rows["results"]["bindings"][0]
    return row["p"]["value"].removeprefix(BASE), row["n"]["value"]


def test_a_person_is_gone_from_everything_and_can_come_back(site: Settings) -> None:
    before = create_app(site).test_client()
    path, name = _person(before)
    first = release.current(site.var)
    assert first is not None
    assert name in _everything(site)
    assert run(["withdraw", BASE + path, "--reason", "本人の申し出"]) == 0
    assert run(["withdraw", f"{BASE}doc/{path.removeprefix('id/')}", "--reason", "again"]) == 0  # twice is once
    after = _rebuilt(site)
    published = _everything(site)
    assert name not in published
    assert name.replace(" ", "") not in published.replace(" ", "").replace("\u3000", "")
    gone = after.get(f"/{path}", headers={"Accept": "application/json"})
    assert (gone.status_code, gone.mimetype) == (410, "application/problem+json")
    assert "本人の申し出" in gone.get_json()["detail"]
    page = after.get(f"/doc/{path.removeprefix('id/')}", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "本人の申し出" in page.text
    source = after.get("/doc/" + SOURCE.removeprefix("id/"), headers={"Accept": "text/html"})
    assert source.status_code == 200
    assert name not in source.text
    assert after.get(f"/doc/{POLICY.removeprefix('id/')}.ttl").status_code == 200
    assert after.get(f"/dump/{first.id}/all.nq.gz").status_code == 410  # an earlier release holds the name
    assert run(["restore", BASE + path]) == 0
    again = _rebuilt(site)
    assert again.get(f"/{path}").status_code == 303
    assert name in _everything(site)
    entries = municipality.load(site.data[0]).withdrawals
    assert [(entry.thing, entry.restored is None) for entry in entries] == [(path, False)]


@pytest.mark.parametrize("thing", [SOURCE, POLICY])
def test_a_whole_paper_goes_with_all_that_it_states(site: Settings, thing: str) -> None:
    assert run(["withdraw", BASE + thing, "--reason", "版の取り違え"]) == 0
    client = _rebuilt(site)
    for path in (SOURCE, POLICY, GOAL, "graph/142034/2016/sangyo-shinko-bu/final"):
        assert client.get(f"/{path}").status_code == 410, path
    assert client.get("/id/org/142034").status_code == 303
    assert "ベジタマもなか" not in _everything(site)


def test_a_goal_goes_with_its_quotes_and_the_rest_stays(site: Settings) -> None:
    assert run(["withdraw", BASE + GOAL, "--reason", "x"]) == 0
    client = _rebuilt(site)
    assert "融資制度や助成制度を拡充し" not in _everything(site)
    assert client.get(f"/{GOAL}").status_code == 410
    assert client.get("/doc/goal/142034/2016/sangyo-shinko-bu/2.ttl").status_code == 200
    assert GOAL not in client.get(f"/doc/{POLICY.removeprefix('id/')}.ttl").text


def test_a_program_goes_with_its_initiatives_and_reports(site: Settings) -> None:
    assert run(["withdraw", BASE + PROGRAM, "--reason", "x"]) == 0
    client = _rebuilt(site)
    published = _everything(site)
    assert "shotengai-nigiwai-soshutsu" not in published
    assert client.get("/id/initiative/142034/2016/shotengai-nigiwai-soshutsu").status_code == 410
    assert client.get("/id/outcome/142034/2016/shotengai-nigiwai-soshutsu/final").status_code == 410


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["withdraw", BASE + "id/org/142034", "--reason", "x"], "W03"),
        (["withdraw", "https://elsewhere.example/id/goal/142034/1", "--reason", "x"], "W03"),
        (["withdraw", BASE + "id/goal/142034/2016/sangyo-shinko-bu/99", "--reason", "x"], "W02"),
        (["withdraw", BASE + GOAL, "--reason", " "], "C02"),
        (["withdraw", BASE + GOAL, "--reason", "x" * 501], "C02"),
        (["restore", BASE + GOAL], "W04"),
    ],
)
def test_a_wrong_withdrawal_is_explained(
    site: Settings, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang in ("ja", "en"):
        assert run(["--lang", lang, *arguments]) == 2
        said = capsys.readouterr()
        assert code in said.err
        assert said.out == ""
    assert not (site.data[0] / withdrawals.FILE).exists()


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "[[withdrawal]]",
        '[[withdrawal]]\nthing = "id/org/142034"\nreason = "x"\nwithdrawn = 2026-01-01',
        '[[withdrawal]]\nthing = "id/goal/131016/2016/a/1"\nreason = "x"\nwithdrawn = 2026-01-01',
        '[[withdrawal]]\nthing = "id/goal/142034/2016/a/1"\nreason = ""\nwithdrawn = 2026-01-01',
        '[[withdrawal]]\nthing = "id/goal/142034/2016/a/1"\nreason = "x"\nwithdrawn = "2026-01-01"',
        "[[withdrawal",
    ],
)
def test_a_broken_record_stops_the_build(site: Settings, text: str) -> None:
    (site.data[0] / withdrawals.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="W01"):
        municipality.load(site.data[0])


_ENTRIES = st.builds(
    Withdrawal,
    thing=st.from_regex(r"id/goal/142034/[a-z0-9][a-z0-9/-]{0,20}", fullmatch=True),
    reason=st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
    withdrawn=st.dates(),
    restored=st.none() | st.dates(),
)


@given(st.lists(_ENTRIES, max_size=4))
def test_a_record_is_read_as_it_was_written(entries: list[Withdrawal]) -> None:
    assert withdrawals.parse(withdrawals.written(tuple(entries)), "x", "142034") == tuple(entries)
