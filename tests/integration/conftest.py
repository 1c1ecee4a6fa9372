"""The sample as a real release, built once a session, and the web server over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lod import config, municipality, release
from lod.config import Settings
from lod.web import create_app
from lod.web.site import EXTENSION


def build_sample(folder: Path, root: Path, **changed: str) -> Settings:
    """Builds the sample below a folder, from a copy with lines of municipality.toml replaced; returns the settings."""
    city = folder / "data" / "hiratsuka"
    shutil.copytree(root / "data" / "hiratsuka", city)
    path = city / "municipality.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changed.items():
        assert f"{old} = " in text
        text = "\n".join(f"{old} = {new}" if line.startswith(f"{old} = ") else line for line in text.split("\n"))
    path.write_text(text, encoding="utf-8")
    settings = replace(config.load({"jobs": 1}, folder), query_seconds=2.0)
    built = release.build(settings, [municipality.load(city)])
    assert built.id
    return settings


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Settings:
    """Settings of a site on which the sample is live. Do not change it: others read it too."""
    return build_sample(tmp_path_factory.mktemp("site"), root)


@pytest.fixture(scope="session")
def app(published: Settings) -> Iterator[Flask]:
    made = create_app(published)
    yield made
    made.extensions[EXTENSION].pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
