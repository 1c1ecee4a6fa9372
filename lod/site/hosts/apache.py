"""Apache 2.4: `.htaccess`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lod.site.accepting import TOO_LONG, languages
from lod.site.hosts.table import TEXTS, Group, Rules, choices, tail_of, types, worded


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
        f"AddCharset utf-8 {' '.join('.' + suffix for suffix in TEXTS)}",
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
    patterns, in_languages = choices(group), worded(group)
    first = tail_of(group.offers[0].suffix)
    yield f"# {', '.join(offer.suffix for offer in group.offers)}"
    yield f"RewriteRule !^(?:{group.any_of})/?$ - [S={len(patterns) + 3 + len(in_languages)}]"
    if patterns:
        yield f"RewriteCond %{{HTTP:Accept}} ^$|{TOO_LONG}"
    yield f"RewriteRule .* - [E=LOD_CHOSEN:.{first},S={len(patterns) + 1}]"
    for number, (pattern, suffix) in enumerate(patterns, 1):
        yield f'RewriteCond %{{HTTP:Accept}} "{pattern}" [NC]'
        yield f"RewriteRule .* - [E=LOD_CHOSEN:.{tail_of(suffix)},S={len(patterns) + 1 - number}]"
    yield "RewriteRule .* - [R=406,L]"
    for suffix in in_languages:
        yield f"RewriteCond %{{ENV:LOD_CHOSEN}} =.{suffix}"
        yield f"RewriteRule .* - [E=LOD_CHOSEN:%{{ENV:LOD_LANG}}.{suffix}]"
    yield "RewriteRule ^(.+?)/?$ %{ENV:LOD_BASE}/$1%{ENV:LOD_PAGE}%{ENV:LOD_CHOSEN} [L]"
