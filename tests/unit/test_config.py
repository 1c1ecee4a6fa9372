"""Settings: flags > environment > lod.toml > default, and errors that name the nearest key."""

from __future__ import annotations

from pathlib import Path

import pytest

from lod.assets import sample_dir
from lod.config import PLACEHOLDER, load
from lod.errors import UsageError


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE", "PORT", "VAR", "LANG"):
        monkeypatch.delenv(f"LOD_{name}", raising=False)


def test_an_empty_folder_gives_defaults_and_the_sample(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert (settings.base, settings.host, settings.port) == (PLACEHOLDER, "127.0.0.1", 8000)
    assert settings.data == (sample_dir() / "hiratsuka",)


def test_the_order_of_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lod.toml").write_text('base = "https://a.example/"\nport = 1\nvar = "x"\n', encoding="utf-8")
    monkeypatch.setenv("LOD_PORT", "2")
    settings = load({"port": 3, "host": None}, tmp_path)
    assert (settings.base, settings.port, settings.var) == ("https://a.example/", 3, tmp_path / "x")
    assert load({}, tmp_path).port == 2


def test_a_base_gets_its_slash(tmp_path: Path) -> None:
    assert load({"base": "http://127.0.0.1:8000"}, tmp_path).base == "http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("prot = 1", "C01", "port"),
        ("port = 'x'", "C02", "port"),
        ("port = 70000", "C02", "port"),
        ("base = 'ftp://x/'", "C02", "base"),
        ("base = 'https://x/?q=1'", "C02", "base"),
        ("title = 1", "C02", "title"),
        ("lang = 'fr'", "C02", "lang"),
        ("query_seconds = 0", "C02", "query_seconds"),
        ("data = ['nowhere']", "C04", "nowhere"),
        ("= 1", "C03", "lod.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, code: str, said: str) -> None:
    (tmp_path / "lod.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load({}, tmp_path)
    assert caught.value.code == code
    assert said in str(caught.value)


def test_an_unknown_variable_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOD_BAES", "x")
    with pytest.raises(UsageError) as caught:
        load({}, tmp_path)
    assert caught.value.params["near"] == "base"
