"""Broken inputs, each really made and given to the real command; the cases behind docs/reference/broken-inputs.md.

python -m tests.integration.broken_inputs     writes the page anew
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lod.findings import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "data" / "hiratsuka"
PAGE = ROOT / "docs" / "reference" / "broken-inputs.md"
SEED = (HOME / "sources" / "2016" / "sangyo-shinko-2016.txt").read_text(encoding="utf-8")
PAPER = "paper.txt"
FORM = "forms/bucho-kihon-hoshin.toml"

Make = Callable[[Path], list[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One broken input. `make` puts it into an empty folder and returns the command's arguments.

    `codes` are all reported; the first one is the point of the case, found at `place` (file, or file:line). `absent`
    was once invented from this input and must not be printed.
    """

    key: str
    ja: str
    en: str
    make: Make
    exit: int
    codes: tuple[str, ...]
    place: str = PAPER
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    exit: int
    out: str
    err: str


# --- ways to make an input


def _bytes(data: bytes, name: str = PAPER) -> Make:
    def make(folder: Path) -> list[str]:
        (folder / name).write_bytes(data)
        return ["read", name]

    return make


def _text(text: str, encoding: str = "utf-8") -> Make:
    return _bytes(text.encode(encoding))


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with parts replaced, each replacement proven to take place."""
    for old, new in pairs:
        if old not in text:
            raise ValueError(f"the sample no longer holds {old!r}")
        text = text.replace(old, new)
    return text


def _changed(*pairs: tuple[str, str]) -> Make:
    return _text(_replaced(SEED, *pairs))


def _mixed(inside: str, outside: str) -> Make:
    """Line 13 (the basic policy) in another encoding than the rest."""
    lines = SEED.split("\n")
    return _bytes(b"\n".join(line.encode(inside if n == 12 else outside) for n, line in enumerate(lines)))


def _older(encoding: str) -> Make:
    """The seed in an encoding that has no ① and no ☆."""
    return _bytes(unicodedata.normalize("NFKC", SEED.replace("☆", "")).encode(encoding, "replace"))


def _huge(folder: Path) -> list[str]:
    with (folder / PAPER).open("wb") as file:
        file.write(SEED.encode())
        file.truncate(200_000_000)
    return ["read", PAPER]


def _folder(folder: Path) -> list[str]:
    (folder / PAPER).mkdir()
    return ["read", PAPER]


def _missing(folder: Path) -> list[str]:
    return ["read", PAPER]


def _forbidden(folder: Path) -> list[str]:
    path = folder / PAPER
    path.write_text(SEED, encoding="utf-8")
    path.chmod(0)
    return ["read", PAPER]


def _home(name: str, *pairs: tuple[str, str]) -> Make:
    """The seed with a copy of the sample's folder in which one file is changed."""

    def make(folder: Path) -> list[str]:
        (folder / PAPER).write_text(SEED, encoding="utf-8")
        shutil.copytree(HOME, folder / "city", ignore=shutil.ignore_patterns("sources"))
        path = folder / "city" / name
        path.write_text(_replaced(path.read_text(encoding="utf-8"), *pairs), encoding="utf-8")
        return ["read", PAPER, "-m", "city"]

    return make


def _two_forms(folder: Path) -> list[str]:
    args = _home(FORM)(folder)
    form = folder / "city" / FORM
    copy = form.read_text(encoding="utf-8").replace('id = "bucho-kihon-hoshin"', 'id = "another"', 1)
    form.with_name("another.toml").write_text(copy, encoding="utf-8")
    return args


def _no_home(folder: Path) -> list[str]:
    (folder / PAPER).write_text(SEED, encoding="utf-8")
    (folder / "city").mkdir()
    return ["read", PAPER, "-m", "city"]


def _wrong_digit(folder: Path) -> list[str]:
    return ["init", "city", "--code", "142035", "--name", "平塚市"]


MAKERS: dict[str, Make] = {
    "empty": _bytes(b""),
    "blank": _bytes(b" \n\t\n\r\n"),
    "pdf": _bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
    "docx": _bytes(b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(60)),
    "png": _bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)),
    "latin-1": _text("Größe der Behörde: äöü ÄÖÜ ß é è\n" * 20, "latin-1"),
    "euc-jp": _older("euc_jp"),
    "iso-2022-jp": _older("iso2022_jp"),
    "cp932-line": _mixed("cp932", "utf-8"),
    "utf-8-line": _mixed("utf-8", "cp932"),
    "cut-off": _bytes(SEED.encode()[:-1]),
    "odd-utf-16": _bytes(SEED.encode("utf-16")[:-1]),
    "surrogate": _bytes(b"\xff\xfe" + SEED.encode("utf-16-le").replace("☆".encode("utf-16-le"), b"\x00\xd8")),
    "surrogate-8": _bytes(SEED.encode().replace("☆".encode(), b"\xed\xa0\x80")),
    "utf-16": _text(SEED, "utf-16-le"),
    "utf-32": _text(SEED, "utf-32"),
    "huge": _huge,
    "long-line": _text("あ" * 1_750_000),
    "folder": _folder,
    "missing": _missing,
    "forbidden": _forbidden,
    "novel": _text("吾輩は猫である。名前はまだ無い。\n" * 60),
    "two-forms": _two_forms,
    "garbled": _text(SEED),
    "contact": _text(SEED + "\n\n問い合わせ 電話0463\n"),
    "no-home": _no_home,
    "bad-home": _home("municipality.toml", ("[people]", "[peple]")),
    "torn-home": _home("municipality.toml", ('"平塚市"', '"平塚市')),
    "wrong-code": _home("municipality.toml", ('code = "142034"', 'code = "142035"')),
    "bad-form": _home(FORM, ("[labels]", "[labels")),
    "form-key": _home(FORM, ("id = ", "lables = 1\nid = ")),
    "reused-key": _home("identities.csv", ("nosuisan-ka", "sangyo-shinko-ka")),  # one key for two sections
    "init": _wrong_digit,
}


def _cases() -> tuple[Case, ...]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found = []
    for key, entry in table.items():
        replaced = entry.pop("replace", None)
        make = _changed(*replaced) if replaced else MAKERS[key]
        found.append(Case(key, make=make, **(entry | {"codes": tuple(entry["codes"])})))
    return tuple(found)


CASES = _cases()


# --- running one


def run(case: Case, folder: Path, lang: str) -> Outcome:
    """Makes the input in the empty `folder` and gives it to the command, in a process of its own."""
    args = case.make(folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOD_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "lod.cli", "--lang", lang, *args]
    if case.make is _forbidden and os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]  # root may read what it likes
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def shown(template: str) -> re.Pattern[str]:
    """What a sentence of the catalogue looks like once its {names} are filled in."""
    return re.compile(
        "".join(".+?" if n % 2 else re.escape(part) for n, part in enumerate(re.split(r"(\{\w+\})", template)))
    )


def message(code: str, outcome: Outcome, lang: str) -> str | None:
    """The title of the code as it was printed, None if it was not."""
    title = shown(catalogue()[code].words(lang).title).pattern
    found = re.search(title + r"(?=\s*$)", outcome.out + outcome.err, re.MULTILINE)
    return found and found[0]


# --- the page


def row(case: Case, outcomes: dict[str, Outcome]) -> str:
    code = case.codes[0]
    titles = [message(code, outcomes[lang], lang) or "?" for lang in LANGUAGES]
    words = "<br>".join(title.replace("|", "\\|") for title in titles)
    return f"| {case.ja}<br>{case.en} | [{code}](findings/{code}.md) | {outcomes['ja'].exit} | {words} |"


HEAD = """# Broken inputs and what they give

Each of these inputs is really made and given to the real command by
[`tests/integration/test_broken_inputs.py`](../../tests/integration/test_broken_inputs.py); this page is written from
what came out (`python -m tests.integration.broken_inputs`), and the test compares the two.

壊れた入力と、それに対する `lod` の答えの一覧です。どの入力も実際に作って試しています。

Whatever the input: no traceback, nothing written, a message that says what is wrong, where, and what to do, in
Japanese and English. Exit code 2: it could not be read or the call or a setting is wrong. 1: it was read but must not
be published as it is. 0: it can be published, with findings to look at. The code leads to its page.

| input | code | exit | message |
|---|---|---|---|
"""


def run_in_each_language(case: Case, folder: Path) -> dict[str, Outcome]:
    """Runs the case once per language, side by side, each in a folder of its own below `folder`."""
    for lang in LANGUAGES:
        (folder / lang).mkdir()
    with ThreadPoolExecutor() as pool:
        outcomes = pool.map(lambda lang: run(case, folder / lang, lang), LANGUAGES)
        return dict(zip(LANGUAGES, outcomes, strict=True))


def main() -> None:
    rows = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(case, run_in_each_language(case, Path(folder))))
    PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
