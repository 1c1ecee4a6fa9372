"""Hosts of the Netlify and Cloudflare Pages kind: `_headers` and `_redirects`."""

from __future__ import annotations

from lod.site.hosts.table import TEXTS, Rules, types


def headers(_: Rules) -> str:
    """Patterns only: such hosts allow some hundred rules, however many things there are."""
    told = {suffix: f"{kind}; charset=utf-8" if suffix in TEXTS else kind for suffix, kind in types().items()}
    lines = ["/*", "  Access-Control-Allow-Origin: *", "  X-Content-Type-Options: nosniff"]
    for suffix, kind in sorted(told.items()):
        if suffix not in ("html", "css", "js"):
            lines += [f"/*.{suffix}", f"  Content-Type: {kind}"]
    return "\n".join([*lines, ""])


def redirects(_: Rules) -> str:
    """From a thing to its document; these hosts find the page of an address without suffix by themselves."""
    return "/id/* /doc/:splat 303\n"
