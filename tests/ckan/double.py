"""A small CKAN in the test's own process: the actions that `lod publish ckan` calls, answered as CKAN 2.11 does.

The same tests run against a real CKAN (`make test-ckan`), which keeps this one faithful. On top, faults can be put in
the way of calls: statuses, silence, and connections that break after the work was done.
"""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-an-editor"  # noqa: S105  of a server that lives for one test
LICENCES = (
    {"id": "notspecified", "title": "License not specified", "url": ""},
    {"id": "cc-by", "title": "Creative Commons Attribution", "url": "http://www.opendefinition.org/licenses/cc-by"},
    {"id": "cc-zero", "title": "Creative Commons CCZero", "url": "http://www.opendefinition.org/licenses/cc-zero"},
)
_TAG = re.compile(r"[\w \-.]{2,100}\Z")
_IDS = {str(item["id"]) for item in LICENCES}
_NAME = re.compile(r"[a-z0-9_-]{2,100}\Z")


class FailureError(Exception):
    """An answer that is an error: HTTP status, CKAN's type of it, and what is wrong by field."""

    def __init__(self, status: int, kind: str, **fields: object) -> None:
        super().__init__(status, kind, fields)
        self.status = status
        self.error = {"__type": kind, **fields}


class Double:
    """The state, and what was asked of it. `faults` are taken one by one by calls of their action: a status (with
    Retry-After of no time), "silence", or "break" (the work is done, the answer never comes).
    """

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.organizations: set[str] = set()
        self.files: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.faults: list[tuple[str, int | str]] = []
        self.url = ""
        self.silence = 0.8
        self._lock = threading.RLock()

    def fault_for(self, action: str) -> int | str | None:
        for item in self.faults:
            if item[0] in (action, "*"):
                self.faults.remove(item)
                return item[1]
        return None

    def act(self, action: str, data: dict[str, Any], token: str, file: tuple[str, bytes] | None) -> Any:  # noqa: ANN401
        with self._lock:
            self.calls.append(action)
            if not action.endswith(("_show", "_list", "_search")) and token != TOKEN:
                raise FailureError(403, "Authorization Error", message="Access denied: not authorized")
            handler = getattr(self, f"_{action}", None)
            if handler is None:
                raise FailureError(400, "Bad Request", message=f"Action name not known: {action}")
            return handler(data, file) if action.startswith("resource_") else handler(data)

    def _license_list(self, _: Mapping[str, Any]) -> object:
        return LICENCES

    def _organization_show(self, data: Mapping[str, Any]) -> object:
        if data["id"] not in self.organizations:
            raise FailureError(404, "Not Found Error", message="Not found")
        return {"id": f"id-of-{data['id']}", "name": data["id"]}

    def _find(self, reference: str) -> dict[str, Any]:
        for package in self.packages.values():
            if reference in (package["id"], package["name"]):
                return package
        raise FailureError(404, "Not Found Error", message="Not found")

    def _package_show(self, data: Mapping[str, Any]) -> object:
        return self._find(data["id"])

    def _package_search(self, data: Mapping[str, Any]) -> object:
        organization = re.findall(r'organization:"([^"]*)"', data.get("fq", ""))
        found = [
            item for item in self.packages.values()
            if item["state"] == "active" and (not organization or item["organization"]["name"] in organization)
        ]  # fmt: skip
        start, rows = int(data.get("start", 0)), int(data.get("rows", 10))
        return {"count": len(found), "results": found[start : start + rows]}

    def _package_create(self, data: dict[str, Any]) -> object:
        if not _NAME.match(data.get("name", "")):
            raise FailureError(409, "Validation Error", name=["Must be purely lowercase alphanumeric"])
        if any(item["name"] == data["name"] for item in self.packages.values()):
            raise FailureError(409, "Validation Error", name=["That URL is already in use."])
        package = {"id": str(uuid.uuid4()), "state": "active", "resources": [], "tags": [], "extras": []}
        self._fill(package, data)
        self.packages[str(package["id"])] = package
        return package

    def _package_patch(self, data: dict[str, Any]) -> object:
        package = self._find(data["id"])
        self._fill(package, {key: value for key, value in data.items() if key != "id"})
        return package

    def _fill(self, package: dict[str, Any], data: Mapping[str, Any]) -> None:
        for tag in data.get("tags", ()):
            if not _TAG.match(tag["name"]):
                raise FailureError(409, "Validation Error", tags=[f"Tag {tag['name']} is not valid"])
        if data.get("license_id") and data["license_id"] not in _IDS:
            raise FailureError(409, "Validation Error", license_id=["unknown"])
        package |= data
        package["tags"] = [{"name": tag["name"]} for tag in package["tags"]]
        owner = package.pop("owner_org", None)
        if owner:
            if owner not in self.organizations:
                raise FailureError(409, "Validation Error", owner_org=["Organization does not exist"])
            package["organization"] = {"name": owner}

    def _package_delete(self, data: Mapping[str, Any]) -> object:
        self._find(data["id"])["state"] = "deleted"
        return None

    def _resource_create(self, data: dict[str, Any], file: tuple[str, bytes] | None) -> object:
        package = self._find(data.pop("package_id"))
        resource: dict[str, Any] = {"id": str(uuid.uuid4()), "url_type": None}
        package["resources"].append(resource)
        return self._take(resource, data, file)

    def _resource_patch(self, data: dict[str, Any], file: tuple[str, bytes] | None) -> object:
        return self._take(self._resource(data.pop("id"))[1], data, file)

    def _resource_delete(self, data: Mapping[str, Any], _: object) -> object:
        package, resource = self._resource(data["id"])
        package["resources"].remove(resource)
        return None

    def _resource(self, identifier: str) -> tuple[dict[str, Any], dict[str, Any]]:
        for package in self.packages.values():
            for resource in package["resources"]:
                if resource["id"] == identifier:
                    return package, resource
        raise FailureError(404, "Not Found Error", message="Not found")

    def _take(self, resource: dict[str, Any], data: dict[str, Any], file: tuple[str, bytes] | None) -> object:
        if "size" in data:
            data["size"] = int(data["size"])
        resource |= data
        if file:
            address = f"{self.url}/dataset/x/resource/{resource['id']}/download/{file[0]}"
            self.files[address] = file[1]
            resource |= {"url": address, "url_type": "upload", "size": len(file[1])}
        return resource


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: Double

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if f"{self.double.url}{self.path}" in self.double.files:
            self._send(200, self.double.files[f"{self.double.url}{self.path}"], "application/octet-stream")
            return
        data = {key: values[0] for key, values in parse_qs(address.query).items()}
        self._act(address.path, data, None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/"):
            data, file = _form(kind, body)
            self._act(urlsplit(self.path).path, data, file)
        else:
            self._act(urlsplit(self.path).path, json.loads(body or b"{}"), None)

    def _act(self, path: str, data: dict[str, Any], file: tuple[str, bytes] | None) -> None:
        action = path.rpartition("/")[2]
        fault = self.double.fault_for(action)
        if isinstance(fault, int):
            self.double.calls.append(f"{action} → {fault}")
            self._send(
                fault, b"<html>no</html>", "text/html", {"Retry-After": "0", "Location": "https://other.example/"}
            )
            return
        if fault == "silence":
            self.double.calls.append(f"{action} → silence")
            time.sleep(self.double.silence)
            self.close_connection = True
            return
        try:
            result, status = self.double.act(action, data, self.headers.get("Authorization", ""), file), 200
            table: dict[str, Any] = {"success": True, "result": result}
        except FailureError as failure:
            table, status = {"success": False, "error": failure.error}, failure.status
        if fault == "break":
            self.close_connection = True
            self.connection.close()
            return
        self._send(status, json.dumps(table).encode(), "application/json")

    def _send(self, status: int, data: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the base class
        return


def _form(kind: str, body: bytes) -> tuple[dict[str, Any], tuple[str, bytes] | None]:
    message: Message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    data: dict[str, Any] = {}
    file = None
    parts = message.get_payload()
    assert isinstance(parts, list)
    for part in parts:
        assert isinstance(part, Message)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        if part.get_filename():
            file = str(part.get_filename()), content
        else:
            data[name] = content.decode()
    return data, file


@contextmanager
def running() -> Iterator[Double]:
    """A double that answers at its `url`."""
    double = Double()
    handler = type("Answering", (_Answering,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
