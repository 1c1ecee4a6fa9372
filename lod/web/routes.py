"""The addresses of the application as it knows them itself: respelling, and what of them is documented."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException


def respelled(path: str) -> str:
    """The address that was meant by one with capitals or slashes at its end (`/DEF/` → `def`), '' if there is none.

    Only addresses without parts that vary: those that name things are looked up among the data (lod/web/resources.py).
    """
    bare = path.strip("/")
    for candidate in (bare, bare.lower()):
        if f"/{candidate}" == path:
            continue
        try:
            _, arguments = current_app.url_map.bind("").match(f"/{candidate}", "GET")
        except HTTPException:
            continue
        if set(arguments) <= {"suffix"}:
            return candidate
    return ""
