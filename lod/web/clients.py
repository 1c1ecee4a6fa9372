"""Which client a request is from, so that one cannot take the places of all."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from werkzeug.wrappers import Request

_HOME = 64
"""Bits of an IPv6 address that one customer gets (RFC 6177 2): all addresses below them count as one client."""


def client_of(request: Request, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The address of the client, an IPv6 one by its network.

    X-Forwarded-For is read from its end, over proxies of the configuration only: what stands before the first address
    that is none of theirs was written by a stranger.
    """
    hops = [part.strip() for value in request.headers.getlist("X-Forwarded-For") for part in value.split(",")]
    address = _parsed(request.remote_addr or "")
    while hops and address is not None and any(address in network for network in trusted):
        further = _parsed(hops.pop())
        if further is None:
            break
        address = further
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _HOME), strict=False))
    return str(address)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, or in brackets; IPv4 within IPv6 counts as IPv4."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
