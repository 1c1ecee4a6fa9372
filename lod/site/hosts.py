"""What an exported site tells web servers: addresses of things and documents without suffix, media types, what is gone.

One table of groups of addresses (`groups`) is written for Apache (`.htaccess`), nginx (`nginx/http.conf` and
`nginx/server.conf`) and hosts of the Netlify and Cloudflare Pages kind (`_headers`, `_redirects`). Without any of it
the pages that lead on (lod/site/redirects.py) and addresses with suffixes do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lod.formats import excel_csv
from lod.formats.files import FILE_FORMATS, GZIP
from lod.site import routes
from lod.site.accepting import TOO_LONG, languages, media_types
from lod.site.names import INDEX
from lod.web import openapi
from lod.web.negotiation import ATOM, CSV, HTML, THING_OFFERS, Offer
from lod.web.texts import LANGUAGES, text

_PARTS = {"path": "[^.]+?", "int": "[0-9]+", None: "[^/.]+"}
_PART = re.compile(r"<(?:(path|int):)?[a-z_]+>")
_STATIC_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "wasm": "application/wasm",
    "xml": "application/xml",
    "gz": GZIP,
    "atom": ATOM.media_type,
}
_TEXTS = ("html", "css", "js", "csv", "ttl", "txt", "svg", "xml", "atom")
"""What a browser shows as text: in UTF-8, as all that we write."""


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses of documents with the same formats: `patterns` of their paths below the site, without suffix."""

    offers: tuple[Offer, ...]
    patterns: tuple[str, ...]

    @property
    def any_of(self) -> str:
        return "|".join(self.patterns)


@dataclass(frozen=True, slots=True)
class Rules:
    """What all hosts are told. `prefix` is the site's own path ('' or /lod); `own` its language."""

    prefix: str
    own: str
    groups: tuple[Group, ...]
    gone: tuple[str, ...]
    """The paths of what was withdrawn, below id/ and doc/."""

    @property
    def other(self) -> str:
        return next(lang for lang in LANGUAGES if lang != self.own)


def rules(base: str, own: str, suffixes: frozenset[str], withdrawn: Mapping[str, object]) -> Rules:
    """`suffixes` are the exported formats of things; `withdrawn` is by path, id/X."""
    gone = (path.removeprefix("id/") for path in sorted(withdrawn) if path.startswith("id/"))
    return Rules(urlsplit(base).path.rstrip("/"), own, tuple(groups(suffixes)), tuple(gone))


def groups(suffixes: frozenset[str]) -> Iterator[Group]:
    """The documents of the site by their formats."""
    offered = {route.rule: route.offers for route in openapi.routes()}
    found: dict[tuple[Offer, ...], list[str]] = {}
    for route in routes.routes():
        if route.in_browser:
            found.setdefault((HTML,), []).append(_pattern(route.rule))
        elif route.how == "document" and "<suffix>" not in route.rule and route.rule != "/":
            there = {*route.data_suffixes(suffixes), *(route.suffixes if HTML.suffix in route.suffixes else ())}
            left_out = set(route.suffixes) - {HTML.suffix} - set(route.data_suffixes(suffixes))
            offers = tuple(offer for offer in offered[route.rule] if offer.suffix in there - left_out)
            found.setdefault(offers, []).append(_pattern(route.rule))
    for offers, patterns in found.items():
        yield Group(offers, tuple(patterns))


def _pattern(rule: str) -> str:
    parts, at = [], 1
    for match in _PART.finditer(rule):
        parts += [re.escape(rule[at : match.start()]), _PARTS[match[1]]]
        at = match.end()
    return "".join([*parts, re.escape(rule[at:])])


def types() -> dict[str, str]:
    """Media type by suffix."""
    found = {suffix: item.media_type for suffix, item in FILE_FORMATS.items() if suffix != excel_csv.SUFFIX}
    return found | {offer.suffix: offer.media_type for offer in THING_OFFERS[1:-1]} | _STATIC_TYPES


def tail_of(suffix: str) -> str:
    """What stands behind the stem of a file of a format (lod/site/names.py)."""
    return f"excel.{CSV.suffix}" if suffix == excel_csv.SUFFIX else suffix


def not_found(rules: Rules) -> bytes:
    """404.html. It may answer at any depth, so its links begin at the root of the host."""
    words = {
        lang: {key: text(f"static.{key}", lang) for key in ("missing", "missing_detail", "to_start")}
        for lang in LANGUAGES
    }
    order = (rules.own, rules.other)
    starts = {rules.own: f"{rules.prefix}/{INDEX}.html", rules.other: f"{rules.prefix}/{INDEX}.{rules.other}.html"}
    told = "".join(
        f'<section lang="{lang}"><h1>{words[lang]["missing"]}</h1><p>{words[lang]["missing_detail"]}</p>'
        f'<p><a href="{starts[lang]}">{words[lang]["to_start"]}</a></p></section>\n'
        for lang in order
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{rules.own}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words[rules.own]['missing']}</title>\n"
        f'<link rel="stylesheet" href="{rules.prefix}/static/style.css">\n'
        f'</head>\n<body>\n<main class="wrap">\n{told}</main>\n</body>\n</html>\n'
    ).encode()


# --- Apache 2.4: .htaccess ---------------------------------------------------------------------------------------


def htaccess(rules: Rules) -> str:
    lines = [
        "# Written by lod export. Apache 2.4: mod_rewrite, mod_headers, mod_mime; AllowOverride All.",
        "Options -Indexes -MultiViews",
        "DirectoryIndex index.html",
        "<IfModule mod_dir.c>",
        "DirectorySlash Off",
        "</IfModule>",
        f"ErrorDocument 404 {rules.prefix}/404.html",
        "AddDefaultCharset Off",
        *(f"AddType {kind} .{suffix}" for suffix, kind in sorted(types().items())),
        f"AddCharset utf-8 {' '.join('.' + suffix for suffix in _TEXTS)}",
        f"AddLanguage {rules.other} .{rules.other}",
        f"DefaultLanguage {rules.own}",
        "<IfModule mod_headers.c>",
        'Header set Access-Control-Allow-Origin "*"',
        'Header set X-Content-Type-Options "nosniff"',
        'Header merge Vary "Accept, Accept-Language" env=REDIRECT_LOD_CHOSEN',
        'Header set Content-Location "expr=%{REQUEST_URI}" env=REDIRECT_LOD_CHOSEN',
        "</IfModule>",
        "<IfModule mod_rewrite.c>",
        "RewriteEngine On",
        r"RewriteRule ^\.lod-export(?:/|$) - [R=404,L]",
        "# Where this folder stands on the host",
        r"RewriteCond %{REQUEST_URI}::$0 ^(/.+)/(.*)::\2$",
        "RewriteRule .* - [E=LOD_BASE:%1]",
        *(f"RewriteRule ^(?:id|doc)/{re.escape(path)}(?:[./].*)?$ - [R=410,L]" for path in rules.gone),
        "RewriteRule ^id/(.+?)/?$ %{ENV:LOD_BASE}/doc/$1 [R=303,L]",
        *_apache_languages(rules),
        r"RewriteCond %{QUERY_STRING} (?:^|&)page=([2-9]|[1-9][0-9]{1,6})(?:&|$)",
        "RewriteRule .* - [E=LOD_PAGE:.page-%1]",
    ]
    for group in rules.groups:
        lines += _apache_group(group)
    return "\n".join([*lines, "</IfModule>", ""])


def _apache_languages(rules: Rules) -> Iterator[str]:
    """LOD_LANG is the language other than the site's own, where the reader likes that best or says so."""
    patterns = list(languages((rules.own, rules.other)))
    yield "RewriteRule .* - [E=LOD_LANG:]"
    yield f"RewriteCond %{{HTTP:Accept-Language}} {TOO_LONG}"
    yield f"RewriteRule .* - [S={len(patterns)}]"
    for number, (pattern, tag) in enumerate(patterns, 1):
        yield f'RewriteCond %{{HTTP:Accept-Language}} "{pattern}" [NC]'
        value = f".{rules.other}" if tag == rules.other else ""
        yield f"RewriteRule .* - [E=LOD_LANG:{value},S={len(patterns) - number}]"
    for lang, value in ((rules.own, ""), (rules.other, f".{rules.other}")):
        yield rf"RewriteCond %{{QUERY_STRING}} (?:^|&)lang={lang}(?:&|$)"
        yield f"RewriteRule .* - [E=LOD_LANG:{value}]"


def _apache_group(group: Group) -> Iterator[str]:
    patterns, worded = _choices(group), _worded(group)
    first = tail_of(group.offers[0].suffix)
    yield f"# {', '.join(offer.suffix for offer in group.offers)}"
    yield f"RewriteRule !^(?:{group.any_of})/?$ - [S={len(patterns) + 3 + len(worded)}]"
    if patterns:
        yield f"RewriteCond %{{HTTP:Accept}} ^$|{TOO_LONG}"
    yield f"RewriteRule .* - [E=LOD_CHOSEN:.{first},S={len(patterns) + 1}]"
    for number, (pattern, suffix) in enumerate(patterns, 1):
        yield f'RewriteCond %{{HTTP:Accept}} "{pattern}" [NC]'
        yield f"RewriteRule .* - [E=LOD_CHOSEN:.{tail_of(suffix)},S={len(patterns) + 1 - number}]"
    yield "RewriteRule .* - [R=406,L]"
    for suffix in worded:
        yield f"RewriteCond %{{ENV:LOD_CHOSEN}} =.{suffix}"
        yield f"RewriteRule .* - [E=LOD_CHOSEN:%{{ENV:LOD_LANG}}.{suffix}]"
    yield "RewriteRule ^(.+?)/?$ %{ENV:LOD_BASE}/$1%{ENV:LOD_PAGE}%{ENV:LOD_CHOSEN} [L]"


def _choices(group: Group) -> list[tuple[str, str]]:
    """How the format is chosen; nothing where there is only one, which everybody gets."""
    return list(media_types(group.offers)) if len(group.offers) > 1 else []


def _worded(group: Group) -> list[str]:
    """The formats that have a file for each language."""
    return [offer.suffix for offer in group.offers if offer.suffix in (HTML.suffix, ATOM.suffix)]


# --- nginx: nginx/http.conf and nginx/server.conf ----------------------------------------------------------------


def nginx_http(rules: Rules) -> str:
    """What goes into `http`: which format and language a request asks for."""
    lines = [
        "# Written by lod export. Include this file within http { }, and server.conf within server { }.",
        "map_hash_bucket_size 128;",
        "map $arg_page $lod_page {",
        '  default "";',
        '  "~^(?:[2-9]|[1-9][0-9]{1,6})$" ".page-$arg_page";',
        "}",
        "map $http_accept_language $lod_liked {",
        '  default "";',
        f'  "~{TOO_LONG}" "";',
        *(f"""  '~*{pattern}' "{"." + tag if tag == rules.other else ""}";""" for pattern, tag in _languages(rules)),
        "}",
        "map $arg_lang $lod_lang {",
        "  default $lod_liked;",
        f'  {rules.own} "";',
        f'  {rules.other} ".{rules.other}";',
        "}",
        "map $uri $lod_language {",
        '  default "";',
        f'  "~[.]{rules.other}[.]html$" {rules.other};',
        f'  "~[.]html$" {rules.own};',
        "}",
    ]
    for number, group in enumerate(rules.groups):
        first, choices = tail_of(group.offers[0].suffix), _choices(group)
        lines += [
            f"map $http_accept $lod_format_{number} {{",
            f"  default {'none' if choices else first};",
            f'  "" {first};',
            f"  '~{TOO_LONG}' {first};",
            *(f"  '~*{pattern}' {tail_of(suffix)};" for pattern, suffix in choices),
            "}",
            f"map $lod_format_{number} $lod_tail_{number} {{",
            f'  default ".$lod_format_{number}";',
            *(f'  {suffix} "$lod_lang.{suffix}";' for suffix in _worded(group)),
            "}",
        ]
    return "\n".join([*lines, ""])


def _languages(rules: Rules) -> list[tuple[str, str]]:
    return list(languages((rules.own, rules.other)))


def nginx_server(rules: Rules) -> str:
    """What goes into `server`, whose `root` is the exported folder; for a site below a path, the folder around it."""
    at = rules.prefix
    texts = sorted({kind for suffix, kind in types().items() if suffix in _TEXTS} - {"text/html"})
    lines = [
        "# Written by lod export. Include this file within server { }, and http.conf within http { }.",
        "absolute_redirect off;",
        "index index.html;",
        "charset utf-8;",
        f"charset_types {' '.join(texts)};",
        "types {",
        *(f"  {kind} {suffix};" for suffix, kind in sorted(types().items())),
        "}",
        f"error_page 404 {at}/404.html;",
        'add_header Access-Control-Allow-Origin "*" always;',
        'add_header X-Content-Type-Options "nosniff" always;',
        "add_header Content-Language $lod_language;",
        f"location {at}/.lod-export {{ return 404; }}",
    ]
    for number, path in enumerate(rules.gone):
        lines += [
            f"location ~ ^{at}/(?:id|doc)/{re.escape(path)}(?:[./]|$) {{ error_page 410 @gone_{number}; return 410; }}",
            f"location @gone_{number} {{ try_files {at}/doc/{path}$lod_lang.html =404; }}",
        ]
    lines.append(f"location ~ ^{at}/id/(?<lod_thing>.+?)/?$ {{ return 303 {at}/doc/$lod_thing$is_args$args; }}")
    for number, group in enumerate(rules.groups):
        lines += [
            f"location ~ ^(?<lod_path_{number}>{at}/(?:{group.any_of}))/?$ {{",
            f"  if ($lod_format_{number} = none) {{ return 406; }}",
            '  add_header Access-Control-Allow-Origin "*" always;',
            '  add_header X-Content-Type-Options "nosniff" always;',
            '  add_header Vary "Accept, Accept-Language";',
            f"  add_header Content-Location $lod_path_{number}$lod_page$lod_tail_{number};",
            "  add_header Content-Language $lod_language;",
            f"  try_files $lod_path_{number}$lod_page$lod_tail_{number} =404;",
            "}",
        ]
    return "\n".join([*lines, ""])


# --- Netlify, Cloudflare Pages: _headers and _redirects ----------------------------------------------------------


def headers(_: Rules) -> str:
    """Patterns only: such hosts allow some hundred rules, however many things there are."""
    told = {suffix: f"{kind}; charset=utf-8" if suffix in _TEXTS else kind for suffix, kind in types().items()}
    lines = ["/*", "  Access-Control-Allow-Origin: *", "  X-Content-Type-Options: nosniff"]
    for suffix, kind in sorted(told.items()):
        if suffix not in ("html", "css", "js"):
            lines += [f"/*.{suffix}", f"  Content-Type: {kind}"]
    return "\n".join([*lines, ""])


def redirects(_: Rules) -> str:
    """From a thing to its document; these hosts find the page of an address without suffix by themselves."""
    return "/id/* /doc/:splat 303\n"


def files(rules: Rules) -> Iterator[tuple[str, bytes]]:
    """Names below the exported folder, and contents."""
    yield "404.html", not_found(rules)
    written = {
        ".htaccess": htaccess,
        "nginx/http.conf": nginx_http,
        "nginx/server.conf": nginx_server,
        "_headers": headers,
        "_redirects": redirects,
    }
    for name, made in written.items():
        yield name, made(rules).encode()
