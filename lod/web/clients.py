"""Which client a request is from, so that one cannot take the places of all."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_HOME = 64
"""Bits of an IPv6 address that one customer gets (RFC 6177 2): all addresses below them count as one client."""
_LONGEST = 1024
"""Characters of X-Forwarded-For, from its end, that are looked at."""


def client_of(environ: WSGIEnvironment, trusted: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """The address of the client, an IPv6 one by its network.

    X-Forwarded-For is read from its end, over proxies of the configuration only: what stands before the first address
    that is none of theirs was written by a stranger.
    """
    return _client(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")[-_LONGEST:], trusted)


@lru_cache(maxsize=4096)
def _client(peer: str, forwarded: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> str:
    hops = [part.strip() for part in forwarded.split(",")]
    address = _parsed(peer)
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
