"""A Form (様式): how one kind of paper of one publisher is laid out. Declarative; every Japanese label lives here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lod.iri import is_key
from lod.written import checked

LABELS = ("department", "structure", "section", "headcount", "basic_policy", "goals", "programs", "plan")
STAGES = ("interim", "final")

Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Validity(_Strict):
    """Fiscal years, both included, in which the publisher used the form."""

    first: int = Field(ge=1947, le=2200)
    last: int = Field(ge=1947, le=2200)

    def covers(self, year: int) -> bool:
        return self.first <= year <= self.last


class Detect(_Strict):
    """A paper is of this form if at least `minimum` kinds of its labels stand in it and no forbidden text does."""

    minimum: int = Field(ge=1)
    forbidden: tuple[str, ...] = ()


class Post(_Strict):
    """A label that names a post: 部長名 → the post 部長, whose role is a code."""

    labels: Texts
    title: str
    role: str


class State(_Strict):
    """Verbs that tell what became of a counted thing: 交付 → measure-granted.

    `label` is the noun that stands for them in a label (行い → 実施), if not the word itself.
    """

    words: Texts
    code: str
    label: str = ""


class Quantities(_Strict):
    """How numbers in reports are told from numbers that count nothing. `ignore` are regular expressions."""

    counters: Texts
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    new_words: tuple[str, ...] = ()
    new_label: str = ""
    joiner: str
    inflections: Texts
    states: tuple[State, ...] = ()


class Form(_Strict):
    """One form. `labels` holds, for each key of LABELS and STAGES, the label's texts; `{年度}` is any fiscal year."""

    id: str
    version: str
    name: dict[Literal["ja", "en"], str]
    layout: Literal["department-table"]
    document_type: str
    valid: Validity
    detect: Detect
    labels: dict[str, Texts]
    department_posts: Annotated[tuple[Post, ...], Field(min_length=1)]
    section_posts: Annotated[tuple[Post, ...], Field(min_length=1)]
    post_label: str
    other_post_role: str
    unit_suffixes: Texts
    section_joiners: Texts
    titles: Texts
    as_of: Texts
    vacant: Texts
    report_endings: Texts
    headcount_units: tuple[str, ...] = ()
    total_words: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    quantities: Quantities

    @field_validator("id")
    @classmethod
    def _is_key(cls, identifier: str) -> str:
        if not is_key(identifier):
            raise ValueError("only lower-case ASCII letters, digits and single hyphens")
        return identifier

    @field_validator("labels")
    @classmethod
    def _known_labels(cls, labels: dict[str, Texts]) -> dict[str, Texts]:
        wrong = set(labels) ^ {*LABELS, *STAGES}
        if wrong:
            raise ValueError(
                f"labels must be exactly {', '.join((*LABELS, *STAGES))}; check: {', '.join(sorted(wrong))}"
            )
        return labels


def parse(text: str, name: str) -> Form:
    """Reads a form from TOML. Raises UsageError F10 that names the key and what is wrong with it."""
    return checked(Form, text, name, "F10")
