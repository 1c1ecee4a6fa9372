"""Exceptions: raised only where the work cannot go on. Facts about data are Findings.

LodError                     exit code
├── UsageError               2   wrong call, configuration or municipality folder
│   └── FormChoiceError      2   no form fits the paper, or more than one does
├── SourceError              2   the source cannot be read as text
└── StoreError               3   store, release folder or network

Each error carries a permanent code of the findings catalogue (`findings.toml`), which holds its words in
Japanese and English; `params` fill them in. `place` says where ("file:line:column", a key, an address).
"""

from __future__ import annotations


class LodError(Exception):
    """Something that stops the work; `exit_code` is the process's exit status."""

    exit_code = 2

    def __init__(self, code: str, *, place: str = "", **params: object) -> None:
        super().__init__(code, place, params)
        self.code = code
        self.place = place
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """An error may come out of another process."""
        return _raised, (type(self), self.code, self.place, self.params)

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value!s}" for key, value in self.params.items())
        return f"{self.code} {self.place} {details}".strip()


def _raised(kind: type[LodError], code: str, place: str, params: dict[str, object]) -> LodError:
    return kind(code, place=place, **params)


class UsageError(LodError):
    """The call, the configuration or a municipality's folder is wrong."""


class FormChoiceError(UsageError):
    """No form fits the paper, or more than one does: a person must choose."""


class SourceError(LodError):
    """The bytes of a source cannot be read as what they claim to be."""


class StoreError(LodError):
    """The store, the release folder or the network failed."""

    exit_code = 3
