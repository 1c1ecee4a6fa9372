"""One question to another SPARQL endpoint, of the configuration's list: at a public address, in bounded time and bytes.

The name is resolved once and the connection made to that very address, so that no second answer of the name service
leads inside (DNS rebinding); a redirect is an error.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlencode, urlsplit

RESULTS = "application/sparql-results+json"
_NAT64 = IPv6Network("64:ff9b::/96")
_PIECE = 64 * 1024

Policy = Callable[[str], bool]


class RemoteError(Exception):
    """The other endpoint gave no result; the message says why, in English (it is for whoever wrote the query)."""


def is_public(address: str) -> bool:
    """Whether an address is on the open net: not this machine, not a network behind it (RFC 6890), in any disguise."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def ask(address: str, query: str, seconds: float, most: int, permitted: Policy = is_public) -> bytes:
    """The result of a SELECT as SPARQL JSON. Raises RemoteError."""
    until = time.monotonic() + seconds
    try:
        with _connected(address, until, permitted) as line:
            return _asked(line, address, query, until, most)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RemoteError(f"{address}: {type(error).__name__}: {error}") from error


def _connected(address: str, until: float, permitted: Policy) -> socket.socket:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    places = list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not places or not all(permitted(place) for place in places):
        raise RemoteError(f"{address}: not a public address")
    line = socket.create_connection((places[0], port), timeout=_left(until))
    if parts.scheme == "https":
        with ExitStack() as stack:
            stack.enter_context(line)
            secured = ssl.create_default_context().wrap_socket(line, server_hostname=host)
            stack.pop_all()
            return secured
    return line


def _asked(line: socket.socket, address: str, query: str, until: float, most: int) -> bytes:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "")
    connection.sock = line
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": RESULTS, "Content-Type": "application/x-www-form-urlencoded", "Host": parts.netloc}
    connection.request("POST", path, urlencode({"query": query}), headers)
    with connection.getresponse() as answer:
        return _body(answer, line, address, until, most)


def _body(answer: http.client.HTTPResponse, line: socket.socket, address: str, until: float, most: int) -> bytes:
    if answer.status != 200:
        raise RemoteError(f"{address}: status {answer.status}")
    if answer.headers.get_content_type() not in {RESULTS, "application/json"}:
        raise RemoteError(f"{address}: {answer.headers.get_content_type()}")
    body = bytearray()
    while True:
        line.settimeout(_left(until))
        piece = answer.read1(_PIECE)
        body += piece
        if len(body) > most:
            raise RemoteError(f"{address}: more than {most} bytes")
        if not piece:
            break
    if answer.length:  # RFC 9112 6.3: less came than was said
        raise RemoteError(f"{address}: the result is not whole")
    return bytes(body)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("too slow")
    return left
