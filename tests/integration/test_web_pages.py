"""The pages: what a mayor reads, in both languages, with links that work and words that are complete."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
from flask.testing import FlaskClient

from lod.config import Settings
from lod.places import Place
from lod.web import create_app, texts
from lod.web.pages.shown import ruby
from lod.web.pages.source import Passage, marked
from lod.web.texts import LANGUAGES, day, table
from tests.integration.conftest import build_sample

POLICY = "/doc/policy/142034/2016/sangyo-shinko-bu"
SOURCE = "/doc/source/142034/2016/sangyo-shinko-bu/final"
PAGES = (
    "/",
    POLICY,
    SOURCE,
    "/doc/org/142034",
    "/sparql",
    "/def",
    "/code/roles",
    "/shapes",
    "/releases",
    "/graph/codes",
)
_VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """Links, ids, words and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.loaded: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in found.items()]
        self.links += [found[name] for name in ("href", "src", "action") if name in found]
        if found.get("rel") in {"stylesheet", "icon"} or "src" in found:
            self.loaded.append(found.get("href") or found["src"])
        self.ids += [found["id"]] if "id" in found else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def page(client: FlaskClient, path: str, lang: str = "ja") -> Page:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": lang})
    assert answer.status_code == 200, path
    assert answer.headers["Content-Language"] == lang
    return Page(answer.text)


@pytest.mark.parametrize(("path", "lang"), list(product(PAGES, LANGUAGES)))
def test_pages_are_whole_and_load_nothing_from_elsewhere(client: FlaskClient, path: str, lang: str) -> None:
    read = page(client, path, lang)
    assert not read.open
    assert len(read.ids) == len(set(read.ids))
    assert [name for _, name, _ in read.attributes if name.startswith("on") or name == "style"] == []
    assert {tag for tag, _, _ in read.attributes}.isdisjoint({"iframe", "style"})
    scripts = {(name, value) for tag, name, value in read.attributes if tag == "script" and value}
    names = ("vendor/yasqe.min.js", "query-editor.js", "query.js") if path == "/sparql" else ()
    ours = {("src", f"/static/{name}") for name in names}
    assert scripts - {("type", "application/ld+json")} == ours  # a block of data: browsers do not run it
    assert read.loaded
    assert all(value.startswith("/") and not value.startswith("//") for value in read.loaded)
    assert ("html", "lang", lang) in read.attributes


def test_the_first_page_leads_to_the_department(client: FlaskClient) -> None:
    read = page(client, "/")
    assert POLICY in read.links
    assert "平成28年度" in read.words
    assert "平塚市" in read.words


def test_the_department_page_shows_the_paper(client: FlaskClient) -> None:
    read = page(client, POLICY)
    text = client.get(POLICY, headers={"Accept": "text/html", "Accept-Language": "ja"}).text
    assert "<ruby>今井<rp>（</rp><rt>いまい</rt><rp>）</rp></ruby>" in text
    assert "平成28年度（2016）" in read.words
    assert "職員数は平成28年4月1日（2016-04-01）現在" in read.words
    assert read.words.count("要確認") == 4  # three people and the note
    assert "替" not in read.words  # residue of the garbled name
    order = ["産業間連携促進事業", "企業立地等促進事業", "都市農業促進事業", "商店街にぎわい創出事業", "観光事業"]
    places = [read.words.index(name) for name in order]
    assert places == sorted(places)
    for mark in "①②③④⑤":
        assert mark in read.words
    for quantity in ("施設整備助成金15件交付", "施設整備助成4件承認", "「軽トラ・ファーマーズ」7回開催"):
        assert quantity in re.sub(r"\s+", "", read.words)
    assert any(link.startswith(f"{SOURCE}#p") for link in read.links)
    assert "37行" in read.words
    assert {f"{POLICY}.{suffix}" for suffix in ("ttl", "jsonld", "nt", "rdf")} <= set(read.links)
    assert "ライセンス未確認" in read.words
    iri = "https://lod.example.org/id/policy/142034/2016/sangyo-shinko-bu"
    assert ("input", "value", iri) in read.attributes
    assert f"出典：平塚市「産業振興部の基本方針（平成28年度）」（{iri.replace('/id/', '/doc/')}）" in read.words


def test_the_english_page_keeps_japanese_texts_and_says_so(client: FlaskClient) -> None:
    read = page(client, POLICY, "en")
    assert "Goals of FY2016" in read.words
    assert "Licence not confirmed" in read.words
    assert ("p", "lang", "ja") in read.attributes
    chosen = Page(client.get(POLICY + "?lang=en", headers={"Accept": "text/html", "Accept-Language": "ja"}).text)
    assert any(link.startswith(SOURCE + "?lang=en#p") for link in chosen.links)
    assert "?lang=ja" in chosen.links


def test_the_source_page_marks_what_became_data(client: FlaskClient) -> None:
    read = page(client, SOURCE)
    assert "L37" in read.ids
    assert ("mark", "class", "passage repaired") in read.attributes
    assert "生産者と消費者の交流や市民が農作業に親しめる場の創出を支援しながら" in read.words


def test_any_thing_has_a_page_with_the_places_of_its_values(client: FlaskClient) -> None:
    read = page(client, "/doc/measure/142034/2016/toshi-nogyo-sokushin/final/1")
    assert "実績数量" in read.words
    assert "数量の状態" in read.words
    assert any(link.startswith(f"{SOURCE}#p") for link in read.links)


def test_every_link_of_the_pages_leads_somewhere(client: FlaskClient) -> None:
    """From the first page on, through every page of this server."""
    waiting, seen = ["/"], {"/"}
    fragments: list[tuple[str, str]] = []
    anchors: dict[str, set[str]] = {}
    while waiting:
        path = waiting.pop()
        with client.get(path, headers={"Accept": "text/html"}, follow_redirects=True) as answer:
            assert answer.status_code == 200, path
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            read = Page(answer.get_data(as_text=True))
        anchors[path] = set(read.ids)
        for link in read.links:
            target, _, fragment = urljoin(path, link).partition("#")
            if not target.startswith("/"):
                continue
            fragments.append((target, unquote(fragment)))
            if target not in seen and "lang=" not in target:
                seen.add(target)
                waiting.append(target)
    assert len(seen) > 60
    for target, fragment in fragments:
        if fragment and target in anchors and not target.startswith("/code/"):
            assert fragment in anchors[target], (target, fragment)


_ASKED_BY_NAME = {"changes", "error", "examples", "hint", "problem", "terms", "shapes", "types", "vocabulary"}
"""Sections of texts whose keys are put together at run time."""


def test_words_are_complete_and_used() -> None:
    used = {"error.title", "error.detail"}
    top = Path(__file__).parents[2] / "lod"
    files = (path for folder in ("web", "site") for path in (top / folder).rglob("*"))
    source = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".html"})
    used |= set(re.findall(r"""["']((?:[a-z]+)\.[A-Za-z_0-9]+)["']""", source))
    put_together = tuple(set(re.findall(r"""["']([a-z]+\.[a-z_]*)["'] ~""", source)))
    for key, words in table().items():
        assert set(words) == set(LANGUAGES), key
        assert words["en"], key
        holes = [set(re.findall(r"\{(\w+)\}", words[lang])) for lang in LANGUAGES]
        assert holes[0] == holes[1], key
        section = key.partition(".")[0]
        assert key in used or section in _ASKED_BY_NAME or key.startswith(put_together), key


def test_the_catalogues_hold_the_same_words_and_none_is_doubtful() -> None:
    """A Japanese word that was changed must be translated anew: its old translation no longer counts."""
    template, english = texts.catalogue("messages.pot"), texts.catalogue("en", "LC_MESSAGES", "messages.po")
    keys = [[(each.context, each.id) for each in found if each.id] for found in (template, english)]
    assert keys[0] == keys[1]
    assert len({context for context, _ in keys[0]}) == len(keys[0])
    for message in english:
        assert not message.fuzzy, message.context
        assert message.string or not message.id, message.context
        assert not list(message.check(english)), message.context


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2016-04-01", "平成28年4月1日（2016-04-01）"),
        ("2019-04-30", "平成31年4月30日（2019-04-30）"),
        ("2019-05-01", "令和元年5月1日（2019-05-01）"),
        ("2017-03-31", "平成29年3月31日（2017-03-31）"),
        ("2020-02-29", "令和2年2月29日（2020-02-29）"),
        ("someday", "someday"),
    ],
)
def test_days_are_shown_in_their_era(iso: str, shown: str) -> None:
    assert day(iso, "ja") == shown
    assert day(iso, "en") == iso


def test_readings_stand_over_their_part_of_the_name() -> None:
    assert list(ruby("今井 宏明", "いまい ひろあき")) == [("今井", "いまい"), ("宏明", "ひろあき")]
    assert list(ruby("鳥居", "とりい")) == [("鳥居", "とりい")]
    assert list(ruby("鳥居 花", "とりい")) == [("鳥居 花", "とりい")]
    assert list(ruby("鳥居", "")) == [("鳥居", "")]


def test_passages_within_passages_are_cut_and_withheld_ones_hidden() -> None:
    def place(start: int, end: int, status: str) -> Place:
        return Place("", start, end, 1, start + 1, "", "", "", "https://w3id.org/mupol/code/status-" + status, "")

    lines = list(marked("報告15件\n秘密", [place(0, 5, "printed"), place(2, 5, "printed"), place(6, 8, "withheld")]))
    (outer,), (hidden,) = (line.parts for line in lines)
    assert isinstance(outer, Passage)
    inner = outer.parts[1]
    assert isinstance(inner, Passage)
    assert (outer.anchor, outer.parts[0], inner.anchor, inner.parts) == ("p0-5", "報告", "p2-5", ("15件",))
    assert isinstance(hidden, Passage)
    assert (hidden.state, hidden.parts) == ("withheld", ())


def test_withheld_names_stand_on_no_page(tmp_path: Path, root: Path) -> None:
    """With `names = "withhold"` neither the department's page nor the paper's text shows one."""
    settings: Settings = build_sample(tmp_path, root, names='"withhold"')
    client = create_app(settings).test_client()
    assert page(client, POLICY).words.count("氏名は公開していません") == 4
    for path in (POLICY, SOURCE, SOURCE + ".ttl", "/graph/provenance/142034/2016/sangyo-shinko-bu/final.nt"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        for name in ("今井", "いまい", "宏明", "鳥居", "戸塚", "信行"):
            assert name not in text, (path, name)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *product(("ink", "quiet", "accent", "link"), ("paper", "ground", "tint")),
        ("doubt", "doubt-tint"),
        ("paper", "accent"),
    ],
)
def test_colours_have_enough_contrast(root: Path, text: str, ground: str) -> None:
    css = (root / "lod" / "web" / "static" / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", css))
    light, dark = sorted((_luminance(colours[name]) for name in (text, ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
