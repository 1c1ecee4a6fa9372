"""The house: layers, folders, size and manners of the code, and documentation that says what is so."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pyoxigraph
import pytest
from importlinter import cli as import_linter

from lod import municipality, readers, vocab
from lod.cli import running
from lod.cli.words import Words
from lod.extract import extract
from lod.iri import Mint
from lod.mapping import map_record

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "lod").rglob("*.py"))
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "data/**/*.md", "ontology/**/*.md", "lod/**/*.md")
    for page in ROOT.glob(pattern)
)
FOLDERS = {"bench", "data", "docs", "lod", "ontology", "shapes", "tests"}
MADE = {"build", "dist", "node_modules", "var"}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?|handlers?)(_|$)")
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")

# Pages may leave out the prefixes that all of them use.
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in vocab.PREFIXES.items())

# Longer than 300 lines, each with the reason why it reads better whole.
LONG: dict[str, str] = {}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Code


def test_imports_go_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert import_linter.lint_imports(no_cache=True) == import_linter.EXIT_STATUS_SUCCESS


def test_top_level_folders() -> None:
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    assert found - MADE - {path.name for path in ROOT.glob("*.egg-info")} == FOLDERS


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_short_enough_to_read(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= 300 or name_of(module) in LONG, f"{lines} lines"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_has_manners(module: Path) -> None:
    """Names say something; only commands write to the terminal; only the two outermost places catch everything."""
    name = name_of(module)
    assert not VAGUE.search(module.stem), f"{module.stem} says nothing about what is in it"
    tree = ast.parse(module.read_text(encoding="utf-8"))
    if not name.startswith("lod/cli/"):
        assert not [ast.unparse(node) for node in ast.walk(tree) if _is_print(node)], "print outside the command line"
    if name != "lod/cli/running.py" and not name.startswith("lod/web/"):
        assert not [ast.unparse(node) for node in ast.walk(tree) if _catches_all(node)], "catches everything"
    if module.name != "__init__.py" or tree.body:
        assert ast.get_docstring(tree), "no docstring"


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"


def _catches_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def test_paths_live_on_every_system() -> None:
    """No two names differ in case only, none is reserved on Windows, none uses a character that Windows refuses."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.splitlines() or [name_of(path) for path in MODULES]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not re.search(r'[<>:"|?*\\]|[ .](/|$)', name), name
        assert not re.search(r"(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)", name, re.IGNORECASE), name
        assert len(name) < 160, f"{name}: too long for Windows below a usual folder"


# Dependencies and package


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _names(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[<>=!~\[ ]", entry)[0] for entry in requirements} - {"mupol"}


def test_each_dependency_is_argued() -> None:
    page = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    extras = [entry for extra in _project()["optional-dependencies"].values() for entry in extra]
    assert _names([*_project()["dependencies"], *extras]) <= set(re.findall(r"\*\*([\w-]+)\*\*", page))


def test_the_program_imports_what_it_declares_and_nothing_else() -> None:
    imported: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.partition(".")[0] for name in names}
    of_flask = {"jinja2", "markupsafe", "werkzeug"}
    declared = _names([*_project()["dependencies"], *_project()["optional-dependencies"]["table"]])
    assert imported - set(sys.stdlib_module_names) - {"lod"} - of_flask == declared


def test_the_wheel_carries_what_the_program_reads(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    wanted = {
        f"lod/_data/{name_of(path)}"
        for folder in ("ontology", "shapes", "data")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.name != ".DS_Store"
    }
    wanted |= {
        name_of(path) for path in (ROOT / "lod").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= inside


# Documentation


@cache
def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _prose(page: Path) -> str:
    return FENCE.sub("", _text(page))


def _fences(language: str) -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for _, found, body in FENCE.findall(_text(page)):
            if found == language:
                yield page, body


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_readme_is_short() -> None:
    assert len(_text(ROOT / "README.md").split()) <= 500


def test_changelog_has_room_for_the_next_line() -> None:
    assert re.search(r"^## Unreleased$", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), f"{link}: no such heading"


def _command_lines() -> Iterator[tuple[Path, list[str]]]:
    """Each command that the documentation tells to type: in fences of a shell, and inline."""
    for language in ("sh", "powershell"):
        for page, body in _fences(language):
            yield from ((page, line.split()) for line in body.splitlines() if line.strip())
    for page in PAGES:
        for code in re.findall(r"`([^`\n]+)`", _prose(page)):
            yield page, code.split()


def _bare(words: list[str]) -> list[str]:
    """Without settings in front and without a comment behind: `A=1 make run  # why` is `make run`."""
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return words[: words.index("#")] if "#" in words else words


def test_commands_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    group = running._group(Words("en"))
    context = click.Context(group)
    seen: set[str] = set()
    for page, line in _command_lines():
        words = _bare(line)
        where = f"{name_of(page)}: {shlex.join(words)}"
        if words[:1] == ["make"] and len(words) > 1:
            assert words[1].rstrip(".;") in targets, where
        if words and words[0].rpartition("\\")[2] == "lod" and len(words) > 1 and words[1].isalpha():
            seen.add(words[1])
            command = group.get_command(context, words[1])
            assert command, where
            if isinstance(command, click.Group) and len(words) > 2:
                command = command.get_command(context, words[2])
                assert command, where
            known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
            for flag in (word.partition("=")[0] for word in words[2:] if re.match(r"--?[a-z]", word)):
                assert flag in known | {"--help"}, f"{where}: no {flag}"
    assert {"read", "build", "serve"} <= seen


def test_examples_in_pages_parse() -> None:
    for _, query in _fences("sparql"):
        pyoxigraph.Store().query(query)
    for _, code in _fences("python"):
        ast.parse(code)
    for _, text in _fences("toml"):
        tomllib.loads(text)
    for page, turtle in _fences("turtle"):
        assert list(pyoxigraph.parse(PREFIXES + turtle, pyoxigraph.RdfFormat.TURTLE)), name_of(page)


def test_each_page_is_in_the_index() -> None:
    """A page that nothing leads to is lost; findings and decisions have an index of their own."""
    pages = [page for page in (ROOT / "docs").glob("*/*.md") if page.parent.name != "decisions"]
    missing = {page.relative_to(ROOT / "docs").as_posix() for page in pages} - set(
        LINK.findall(_text(ROOT / "docs" / "README.md"))
    )
    assert not missing, f"add to docs/README.md: {', '.join(sorted(missing))}"


def test_each_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert len({name[:4] for name in records}) == len(records), "a number belongs to one record"
    assert set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", _text(folder / "README.md"))) == set(records)


def test_readme_shows_what_is_printed_and_what_is_published(seed_bytes: bytes, hiratsuka: Path) -> None:
    """The line in the README is a real line of the sample, and its triples are what the program makes of it."""
    blocks = {language: body for _, language, body in reversed(FENCE.findall(_text(ROOT / "README.md")))}
    assert blocks["text"].strip() in seed_bytes.decode("utf-8").splitlines()[36]
    city = municipality.load(hiratsuka)
    read = extract(readers.read(seed_bytes, "seed"), city.forms[0], city.code, 2016)
    assert read.record
    paper = map_record(read.record, city, Mint("https://lod.example.org/"))
    shown = set(pyoxigraph.parse(PREFIXES + blocks["turtle"], pyoxigraph.RdfFormat.TURTLE))
    assert shown <= {pyoxigraph.Quad(*triple) for triple in paper.facts}
