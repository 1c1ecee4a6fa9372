"""Reads a municipality's folder: municipality.toml, forms, identities, sources."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lod import corrections, withdrawals
from lod import form as form_file
from lod.corrections import Entry
from lod.errors import UsageError
from lod.form import Form
from lod.identities import Identities
from lod.text.local_government import is_code
from lod.withdrawals import Withdrawal
from lod.written import checked

_YEAR_FOLDER = re.compile(r"(?:19|20|21)[0-9]{2}\Z")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Licence(_Strict):
    iri: str = ""
    label: str = ""


class Contact(_Strict):
    """Where readers report a mistake in the data; '' where there is none."""

    name: str = ""
    email: Annotated[str, Field(pattern=r"^([^@\s<>\"]+@[^@\s<>\"]+)?$")] = ""
    telephone: str = ""
    form: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+)?$")] = ""


class _People(_Strict):
    names: Literal["publish", "withhold"] = "publish"


class _Settings(_Strict):
    """municipality.toml."""

    code: str
    name: dict[Literal["ja", "en"], Annotated[str, Field(min_length=1)]]
    reading: str = ""
    corporate_number: str = ""
    homepage: str = ""
    licence: _Licence = _Licence()
    contact: Contact = Contact()
    people: _People = _People()


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One paper of the folder; `fiscal_year` is that of its folder (sources/2016/), None if it has none."""

    path: Path
    fiscal_year: int | None


@dataclass(frozen=True, slots=True)
class Municipality:
    """One publisher."""

    folder: Path
    code: str
    names: dict[str, str]
    reading: str
    corporate_number: str
    homepage: str
    licence: str | None
    licence_label: str
    person_names: str
    forms: tuple[Form, ...]
    identities: Identities
    sources: tuple[SourceRef, ...]
    withdrawals: tuple[Withdrawal, ...] = ()
    contact: Contact = field(default_factory=Contact)
    corrections: tuple[Entry, ...] = ()

    def corrections_of(self, path: Path) -> tuple[Entry, ...]:
        """The corrections of one paper of the folder; none for any other file."""
        if not self.corrections or not path.is_relative_to(self.folder):
            return ()
        name = path.relative_to(self.folder).as_posix()
        return tuple(entry for entry in self.corrections if entry.paper == name)


def load(folder: Path) -> Municipality:
    """Reads a folder. Raises UsageError: G10 no municipality.toml, G11 wrong key or value, F10 form, I2x identities,
    W01 withdrawals, E01 E02 corrections.
    """
    settings = _settings(folder / "municipality.toml")
    forms = tuple(form_file.parse(_text(path), str(path)) for path in sorted((folder / "forms").glob("*.toml")))
    if len({form.id for form in forms}) < len(forms):
        raise UsageError("G11", place=str(folder / "forms"), problem="two forms with one id")
    sources = tuple(_sources(folder / "sources"))
    return Municipality(
        folder,
        settings.code,
        {str(lang): name for lang, name in settings.name.items()},
        settings.reading,
        settings.corporate_number,
        settings.homepage,
        settings.licence.iri or None,
        settings.licence.label,
        settings.people.names,
        forms,
        _identities(folder / "identities.csv"),
        sources,
        withdrawals_of(folder, settings.code),
        settings.contact,
        _corrections(folder, sources),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("G10", place=str(path), problem=type(error).__name__) from error


def _settings(path: Path) -> _Settings:
    settings = checked(_Settings, _text(path), str(path), "G11")
    if "ja" not in settings.name:
        raise UsageError("G11", place=f"{path}: name", problem="ja")
    if not is_code(settings.code):
        raise UsageError("G12", place=f"{path}: code", number=settings.code)
    return settings


def withdrawals_of(folder: Path, code: str) -> tuple[Withdrawal, ...]:
    """The entries of withdrawals.toml, none without one. Raises UsageError W01."""
    path = folder / withdrawals.FILE
    return withdrawals.parse(_text(path) if path.exists() else "", str(path), code)


def _corrections(folder: Path, sources: tuple[SourceRef, ...]) -> tuple[Entry, ...]:
    path = folder / corrections.FILE
    papers = [source.path.relative_to(folder).as_posix() for source in sources]
    return corrections.parse(_text(path), str(path), papers) if path.exists() else ()


def _identities(path: Path) -> Identities:
    return Identities.parse(_text(path) if path.exists() else "", str(path))


def _sources(folder: Path) -> list[SourceRef]:
    """Every file below sources/, hidden ones aside, in a fixed order."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            year = path.relative_to(folder).parts[0]
            found.append(SourceRef(path, int(year) if _YEAR_FOLDER.match(year) else None))
    return found
