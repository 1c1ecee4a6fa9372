"""TOML that people write by hand, checked: what is wrong is told with its place in the file."""

from __future__ import annotations

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lod.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def checked(model: type[Model], text: str, place: str, code: str) -> Model:
    """A file as its model. Raises UsageError `code` with `place: key` and the problem; entries count from 1."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(code, place=place, problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise UsageError(code, place=f"{place}: {key}", problem=first["msg"]) from error
