"""The command line as people use it: a process of its own, both languages, true exit codes, clean streams."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lod.assets import sample_dir
from lod.cli.running import COMMANDS, run

HEAVY = ("flask", "rdflib", "pyshacl", "granian", "pydantic", "pyoxigraph", "janome")
QUERY = """SELECT ?program ?section ?value ?unit WHERE {
  ?i mpol:forFiscalYear/skos:prefLabel "平成28年度"@ja ; mpol:program/skos:prefLabel ?program ;
     mpol:responsibleUnit/skos:prefLabel ?section ; mpol:hasOutcome/mpol:hasMeasure ?m .
  ?m schema:value ?value ; schema:unitText ?unit } ORDER BY ?program ?value"""


def _lod(*args: str, cwd: Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LOD_", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "lod.cli", *args],
        cwd=cwd,
        input=stdin,
        env=clean | environment,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample, built."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(sample_dir() / "hiratsuka", folder / "data" / "hiratsuka")
    done = _lod("build", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def test_an_empty_folder_publishes_the_packaged_sample(tmp_path: Path) -> None:
    built = _lod("build", cwd=tmp_path)
    assert built.returncode == 0, built.stderr.decode()
    identifier = built.stdout.decode().strip()
    assert (tmp_path / "var" / "current").read_text("ascii").strip() == identifier
    again = _lod("build", cwd=tmp_path)
    assert again.stdout.decode().strip() == identifier
    assert "変わったものはありません" in again.stderr.decode()


def test_read_shows_the_five_quantities_and_the_accounting(home: Path) -> None:
    seed = "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt"
    before = sorted(str(path) for path in home.rglob("*"))
    done = _lod("read", seed, cwd=home)
    said = done.stdout.decode()
    assert done.returncode == 0
    assert said.count("\n数量\t") == 5
    assert "どこにも入らないもの 0.0%" in said
    assert "35:17" in said
    table = json.loads(_lod("read", seed, "--format", "json", cwd=home).stdout)
    assert [item["code"] for item in table["findings"]] == ["N01", "N03", "N03", "L01"]
    assert table["accounting"]["unplaced"] == []
    assert sorted(str(path) for path in home.rglob("*")) == before


def test_read_takes_standard_input(home: Path) -> None:
    text = (home / "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt").read_text("utf-8")
    done = _lod("read", "-", "--lang", "en", cwd=home, stdin=text.encode("cp932", "replace"))
    assert done.returncode == 0
    assert "department\t産業振興部" in done.stdout.decode()


def test_a_paper_that_does_not_conform_exits_with_1(home: Path) -> None:
    text = (home / "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt").read_text("utf-8")
    done = _lod("read", "-", cwd=home, stdin=text.replace("観光事業 (商業観光課)", "観光事業 (税務課)").encode())
    assert done.returncode == 1
    assert "P10" in done.stdout.decode()


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("table", "program\tsection\tvalue\tunit"),
        ("csv", "program,section"),
        ("csv-excel", "\ufeffprogram,section"),
        ("tsv", "?program"),
        ("json", "{"),
        ("xml", "<?xml"),
    ],
)
def test_query_gives_the_five_quantities(home: Path, form: str, start: str) -> None:
    done = _lod("query", "-", "--format", form, cwd=home, stdin=QUERY.encode())
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode()
    assert said.startswith(start)
    assert said.count("産業振興課") == 4
    assert said.count("農水産課") == 1


def test_query_writes_graphs(home: Path) -> None:
    question = b"CONSTRUCT { ?p skos:prefLabel ?l } WHERE { ?p a mpol:Program ; skos:prefLabel ?l }"
    for form in ("ttl", "nt", "rdf", "jsonld"):
        done = _lod("query", "-", "--format", form, cwd=home, stdin=question)
        assert done.returncode == 0, done.stderr.decode()
        assert "商店街にぎわい創出事業" in done.stdout.decode() or form == "nt"


@pytest.mark.parametrize(
    "text", ["SELECT * WHERE {", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * " + "{" * 500]
)
def test_a_bad_query_is_explained(home: Path, text: str) -> None:
    done = _lod("query", "-", cwd=home, stdin=text.encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert "S11" in done.stderr.decode()


def test_one_request(home: Path) -> None:
    done = _lod("serve", "--get", "/doc/org/142034/sangyo-shinko-bu", "--accept", "text/turtle", cwd=home)
    assert done.returncode == 0
    assert "産業振興部" in done.stdout.decode()
    assert _lod("serve", "--get", "/doc/org/999999", "--accept", "text/turtle", cwd=home).returncode == 2


def test_init_makes_a_folder_that_loads_and_checks(tmp_path: Path) -> None:
    done = _lod("init", "data/chigasaki", "--code", "142077", "--name", "茅ヶ崎市", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    checked = _lod("check", "data/chigasaki", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr.decode()
    assert "C11" in checked.stdout.decode()
    assert "C20" in checked.stdout.decode()
    assert not (tmp_path / "var").exists()
    assert _lod("init", "data/chigasaki", "--code", "142077", "--name", "茅ヶ崎市", cwd=tmp_path).returncode == 2


def test_releases_and_rollback(home: Path) -> None:
    [line] = _lod("releases", cwd=home).stdout.decode().splitlines()
    identifier = line.split()[1]
    assert line.startswith("* ")
    assert _lod("rollback", identifier, cwd=home).returncode == 0
    missing = _lod("rollback", "r000000000000", cwd=home)
    assert missing.returncode == 2
    assert identifier in missing.stderr.decode()


def test_nothing_published_yet(tmp_path: Path) -> None:
    for command in (("serve",), ("query", "-")):
        done = _lod(*command, cwd=tmp_path, stdin=b"ASK {}")
        assert done.returncode == 3
        assert "B07" in done.stderr.decode()


def test_texts_are_complete_in_both_languages() -> None:
    texts = tomllib.loads((Path(sys.modules["lod.cli"].__path__[0]) / "texts.toml").read_text("utf-8"))
    assert {key: set(entry) for key, entry in texts.items()} == {key: {"ja", "en"} for key in texts}
    assert all(entry["ja"].strip() and entry["en"].strip() for entry in texts.values())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_in_both_languages(command: str, tmp_path: Path) -> None:
    for lang, word in (("ja", "例:"), ("en", "Example:")):
        done = _lod("--lang", lang, command, "--help", cwd=tmp_path)
        said = done.stdout.decode()
        assert done.returncode == 0
        assert word in said
        assert f"lod {command}" in said


def test_the_language_follows_flag_variable_and_locale(tmp_path: Path) -> None:
    assert "Usage:" in _lod("--help", cwd=tmp_path, LANG="en_US.UTF-8").stdout.decode()
    assert "使い方" in _lod("--help", cwd=tmp_path, LANG="C").stdout.decode()
    assert "使い方" in _lod("--help", cwd=tmp_path, LANG="en_US.UTF-8", LOD_LANG="ja").stdout.decode()
    assert "Usage:" in _lod("--help", "--lang", "en", cwd=tmp_path, LOD_LANG="ja").stdout.decode()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lod.cli import run; run(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes are POSIX")
def test_a_reader_that_leaves_and_an_interrupt_leave_no_traceback(home: Path) -> None:
    command = f"{sys.executable} -m lod.cli read data/hiratsuka/sources/2016/sangyo-shinko-2016.txt | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=home, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    process = subprocess.Popen(
        [sys.executable, "-m", "lod.cli", "read", "-"],
        cwd=home,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's & ignores it
    )
    assert process.stdin is not None
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_a_fault_of_the_program_is_words_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lod.config.load", lambda *_: 1 / 0)
    assert run(["releases", "--lang", "en"]) == 3
    said = capsys.readouterr().err
    assert "C99" in said
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said
