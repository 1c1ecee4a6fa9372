"""Content negotiation for web servers that only know patterns: which representation a header asks for, as a list of
patterns of which the first that matches decides (RFC 9110 12.4.2, 12.5.1).

The list says what `lod/web/negotiation.py` says, with weights told apart by their first digit. Patterns are those of
PCRE, which Apache and nginx share with Python; letters count in either case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lod.web.negotiation import Offer

MAX_HEADER = 512
"""A longer header is not looked at: patterns must not take long, whoever writes the header."""
TOO_LONG = f"^.{{{MAX_HEADER + 1}}}"
_FULL = r"(?![^,]*;[ \t]*q[ \t]*=[ \t]*[0.])"
_SOME = r"(?=[^,]*;[ \t]*q[ \t]*=[ \t]*0?[.]{digit})"
_LEVELS = (_FULL, *(_SOME.format(digit=digit) for digit in "987654321"), _SOME.format(digit="0[0-9]*[1-9]"))
"""Weights from 1 down: each says what must follow a media type in its element of the header."""
_ANY = r"\*(?:/\*)?"


def media_types(offers: Sequence[Offer]) -> Iterator[tuple[str, str]]:
    """(pattern, suffix of the offer) for an Accept header; where none matches, none of the offers is acceptable.

    Of equal weights one that the client names comes first, then the earlier offer.
    """
    for level in _LEVELS:
        for offer in offers:
            found = f".*{_element(re.escape(offer.media_type), level)}"
            if offer.also:
                others = "|".join(map(re.escape, offer.also))
                found += f"|^{_without(re.escape(offer.media_type))}.*{_element(f'(?:{others})', level)}"
            yield found, offer.suffix
        for offer in offers:
            unnamed = _without("|".join(map(re.escape, (offer.media_type, *offer.also))))
            kind = re.escape(offer.media_type.partition("/")[0] + "/*")
            yield f"^{unnamed}(?:.*{_element(kind, level)}|{_without(kind)}.*{_element(_ANY, level)})", offer.suffix


def languages(tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(pattern, language) for an Accept-Language header, by the primary tag (RFC 4647 3.4); where none matches, the
    reader likes none of them. Of equal weights the one that stands first in the header."""
    ranges = {tag: f"{tag}(?:-[a-z0-9-]+)?" for tag in tags}
    any_of = "|".join(ranges.values())
    for level in _LEVELS:
        for tag, own in ranges.items():
            before = _element(f"(?:{any_of})", level).removeprefix("(?:^|,)")
            yield rf"^(?:(?!{before})[^,]*,)*{_element(own, level).removeprefix('(?:^|,)')}", tag


def _element(pattern: str, level: str) -> str:
    return rf"(?:^|,)[ \t]*{pattern}(?=[ \t]*(?:[;,]|$)){level}"


def _without(pattern: str) -> str:
    return rf"(?!.*(?:^|,)[ \t]*(?:{pattern})[ \t]*(?:[;,]|$))"
