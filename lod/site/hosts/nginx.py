"""nginx: `nginx/http.conf` and `nginx/server.conf`."""

from __future__ import annotations

import re

from lod.site.accepting import TOO_LONG, languages
from lod.site.hosts.table import TEXTS, Rules, choices, tail_of, types, worded


def http(rules: Rules) -> str:
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
        first, patterns = tail_of(group.offers[0].suffix), choices(group)
        lines += [
            f"map $http_accept $lod_format_{number} {{",
            f"  default {'none' if patterns else first};",
            f'  "" {first};',
            f"  '~{TOO_LONG}' {first};",
            *(f"  '~*{pattern}' {tail_of(suffix)};" for pattern, suffix in patterns),
            "}",
            f"map $lod_format_{number} $lod_tail_{number} {{",
            f'  default ".$lod_format_{number}";',
            *(f'  {suffix} "$lod_lang.{suffix}";' for suffix in worded(group)),
            "}",
        ]
    return "\n".join([*lines, ""])


def _languages(rules: Rules) -> list[tuple[str, str]]:
    return list(languages((rules.own, rules.other)))


def server(rules: Rules) -> str:
    """What goes into `server`, whose `root` is the exported folder; for a site below a path, the folder around it."""
    at = rules.prefix
    texts = sorted({kind for suffix, kind in types().items() if suffix in TEXTS} - {"text/html"})
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
