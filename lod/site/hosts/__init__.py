"""What an exported site tells web servers, so that addresses of things and documents answer without a suffix.

table.py    groups of addresses with their formats, media types, what is gone: the same for all
apache.py   .htaccess;  nginx.py   nginx/http.conf, nginx/server.conf;  pages.py   _headers, _redirects

Without any of it the pages that lead on (lod/site/redirects.py) and addresses with suffixes do. A new host is one file.
"""

from __future__ import annotations

from collections.abc import Iterator

from lod.site.hosts import apache, nginx, pages
from lod.site.hosts.table import Rules, rules
from lod.site.names import INDEX
from lod.web.texts import text

__all__ = ["Rules", "files", "rules"]


def files(rules: Rules) -> Iterator[tuple[str, bytes]]:
    """Names below the exported folder, and contents."""
    yield "404.html", _not_found(rules)
    written = {
        ".htaccess": apache.htaccess,
        "nginx/http.conf": nginx.http,
        "nginx/server.conf": nginx.server,
        "_headers": pages.headers,
        "_redirects": pages.redirects,
    }
    for name, made in written.items():
        yield name, made(rules).encode()


def _not_found(rules: Rules) -> bytes:
    """404.html. It may answer at any depth, so its links begin at the root of the host."""
    start = {rules.own: f"{rules.prefix}/{INDEX}.html", rules.other: f"{rules.prefix}/{INDEX}.{rules.other}.html"}
    told = "".join(
        f'<section lang="{lang}"><h1>{text("static.missing", lang)}</h1><p>{text("static.missing_detail", lang)}</p>'
        f'<p><a href="{start[lang]}">{text("static.to_start", lang)}</a></p></section>\n'
        for lang in (rules.own, rules.other)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{rules.own}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text('static.missing', rules.own)}</title>\n"
        f'<link rel="stylesheet" href="{rules.prefix}/static/style.css">\n'
        f'</head>\n<body>\n<main class="wrap">\n{told}</main>\n</body>\n</html>\n'
    ).encode()
