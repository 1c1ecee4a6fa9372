"""CKAN's action API (https://docs.ckan.org/en/latest/api/): one call, one answer, every failure a LodError in words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from lod.errors import StoreError, UsageError

_NOT_DONE = {429, 503}
"""What a server answers that has not begun with the call."""
_REPEATED = _NOT_DONE | {502, 504}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_WAIT = 60.0


class Ckan:
    """One CKAN. `seconds` bound the wait for a connection and for each part of an answer; a failed call is tried
    `tries` times in all, after 1, 2, 4 … seconds or as long as the server asks.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        seconds: float = 30.0,
        tries: int = 4,
    ) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("U01", place=url)
        if token and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise UsageError("U03", place=url)
        self._seconds = seconds
        self._tries = tries
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "mupol"
        if token:
            self._session.headers["Authorization"] = token
        self.has_token = bool(token)

    def read(self, action: str, **parameters: str | int) -> Any:  # noqa: ANN401  each action has its own result
        """The result of an action that changes nothing, None where CKAN knows no such thing (404)."""
        return self._call("GET", action, params=parameters)

    def write(self, action: str, data: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """The result of an action that changes something."""
        return self._call("POST", action, json=data)

    def upload(self, action: str, data: Mapping[str, str], path: Path) -> Any:  # noqa: ANN401
        """The same with a file, sent as a form."""
        return self._call("POST", action, data=data, file=path)

    def pause(self, attempt: int) -> None:
        """Waits before the next try: 1, 2, 4 … seconds."""
        self.rest(2.0 ** (attempt - 1))

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)

    def _call(self, method: str, action: str, *, file: Path | None = None, **content: Any) -> Any:  # noqa: ANN401
        """A call that makes something new is not repeated where nobody knows whether it was done: that would make it
        twice. Who called looks at what is there instead.
        """
        repeated = not action.endswith("_create")
        address = f"{self.url}/api/3/action/{action}"
        for attempt in range(1, self._tries + 1):
            last = attempt == self._tries
            try:
                response = self._send(method, address, file, content)
            except requests.Timeout as error:
                if last or not repeated:
                    raise StoreError("U05", place=address, seconds=f"{self._seconds:g}") from error
                self.pause(attempt)
            except requests.RequestException as error:
                if last or not repeated or isinstance(error, requests.exceptions.SSLError):
                    raise StoreError("U04", place=address, problem=_reason(error)) from error
                self.pause(attempt)
            else:
                if last or response.status_code not in (_REPEATED if repeated else _NOT_DONE):
                    return self._result(action, address, response)
                self.rest(_wait(response, attempt))
        raise AssertionError("at least one try")

    def _send(self, method: str, address: str, file: Path | None, content: Mapping[str, Any]) -> requests.Response:
        """Redirects are not followed: a write would become a read, and the token could go elsewhere."""
        limits = (min(10.0, self._seconds), self._seconds)
        if file is None:
            return self._session.request(method, address, timeout=limits, allow_redirects=False, **content)
        with file.open("rb") as opened:
            files = {"upload": (file.name, opened)}
            return self._session.request(method, address, timeout=limits, allow_redirects=False, files=files, **content)

    def _result(self, action: str, address: str, response: requests.Response) -> Any:  # noqa: ANN401
        status = response.status_code
        if 300 <= status < 400:
            raise UsageError("U06", place=address, problem=response.headers.get("Location", str(status)))
        try:
            table = response.json()
        except ValueError:
            table = None
        if status == 200 and isinstance(table, dict) and table.get("success") is True:
            return table.get("result")
        error = table.get("error") if isinstance(table, dict) else None
        details: Mapping[str, Any] = error if isinstance(error, dict) else {}
        kind = str(details.get("__type", ""))
        if kind == "Not Found Error" or (status == 404 and table is not None):
            return None
        if kind == "Authorization Error" or status in (401, 403):
            code = "U08" if self.has_token else "U02"
            raise StoreError(code, place=address, action=action, problem=_said(details) or str(status))
        if kind == "Validation Error" or status == 409:
            raise StoreError("U09", place=address, problem=_said(details) or str(table or response.text[:200]))
        if status == 413:
            raise StoreError("U10", place=address)
        if status >= 500 or status == 429:
            raise StoreError("U11", place=address, status=status, problem=_said(details) or "-")
        raise UsageError("U06", place=address, problem=f"{status} {response.headers.get('Content-Type', '')}".strip())


def _wait(response: requests.Response, attempt: int) -> float:
    """As long as the server asks (Retry-After in seconds), within reason."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 2.0 ** (attempt - 1)


def _reason(error: requests.RequestException) -> str:
    return str(error.args[0] if error.args else error)[:300]


def _said(details: Mapping[str, Any]) -> str:
    """What CKAN says is wrong, field by field."""
    parts = []
    for field, problem in details.items():
        if field == "__type" or not problem:
            continue
        text = "; ".join(map(str, problem)) if isinstance(problem, list) else str(problem)
        parts.append(text if field == "message" else f"{field}: {text}")
    return " / ".join(parts)[:600]
