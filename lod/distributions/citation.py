"""How to cite a release: as text in Japanese and English, as CITATION.cff and as BibTeX.

Nothing here depends on the clock, so no day stands in it; the page of the release says when it was made. A licence
that the municipality has not confirmed is said to be so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from lod.distributions.shelf import Label, Shelf
from lod.distributions.words import LANGUAGES, words
from lod.iri import Mint
from lod.municipality import Municipality
from lod.stores.draft import ReleaseDraft

_SPDX = {
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
}
"""What CITATION.cff calls a licence by (SPDX); others it gives the address of."""
_TEX = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_{}"} | {"\\": "\\textbackslash{}", "~": "\\~{}", "^": "\\^{}"}
)


def write_citation(shelf: Shelf, draft: ReleaseDraft) -> None:
    """citation.txt, CITATION.cff and citation.bib."""
    cities = sorted(draft.municipalities, key=lambda city: city.code)
    text = "\n\n".join("\n".join(lines(draft, cities, lang)) for lang in LANGUAGES) + "\n"
    for path, section, suffix, content in (
        ("citation.txt", "citation-txt", "txt", text),
        ("CITATION.cff", "citation-cff", "cff", _cff(draft, cities)),
        ("citation.bib", "citation-bib", "bib", _bibtex(draft, cities)),
    ):
        with shelf.open(path, Label("citation", section, suffix)) as file:
            file.write(content.encode())


def lines(draft: ReleaseDraft, cities: Sequence[Municipality], lang: str) -> list[str]:
    """What the data are, under which licence, and the sentence to cite them by."""
    title, url = draft.settings.title[lang], Mint(draft.settings.base).release(draft.identifier)
    publisher = words("citation.and", lang).join(_name(city, lang) for city in cities)
    params = {"title": title, "publisher": publisher, "id": draft.identifier, "url": url}
    said = [title, *(words(f"citation.{key}", lang, _same(params, lang)) for key in ("release", "address"))]
    said += [words("citation.licence", lang, _same(_licence(city, lang), lang)) for city in cities]
    return said + [words(f"citation.{key}", lang, _same(params, lang)) for key in ("cite", "changed")]


def _same(params: dict[str, str], lang: str) -> dict[str, dict[str, str]]:
    return {name: {lang: text} for name, text in params.items()}


def _name(city: Municipality, lang: str) -> str:
    return city.names.get(lang, city.names["ja"])


def _licence(city: Municipality, lang: str) -> dict[str, str]:
    """The municipality with its licence in words."""
    if city.licence is None:
        return {"city": _name(city, lang), "licence": words("citation.unconfirmed", lang)}
    label = city.licence_label or city.licence
    address = "" if label == city.licence else f" {city.licence}"
    return {"city": _name(city, lang), "licence": label + address}


def _cff(draft: ReleaseDraft, cities: Sequence[Municipality]) -> str:
    """Citation File Format 1.2.0. Every value is written as JSON, which YAML 1.2 contains."""
    licences = {city.licence for city in cities}
    message = words("citation.message", "en")
    notes = [words("citation.licence", "en", _same(_licence(city, "en"), "en")) for city in cities]
    entries: list[tuple[str, object]] = [
        ("cff-version", "1.2.0"),
        ("type", "dataset"),
        ("message", message),
        ("title", draft.settings.title["ja"]),
        ("abstract", " ".join(notes)),
        ("version", draft.identifier),
        ("url", Mint(draft.settings.base).release(draft.identifier)),
    ]
    only = next(iter(licences)) if len(licences) == 1 else None
    if only in _SPDX:
        entries.append(("license", _SPDX[only]))
    elif only:
        entries.append(("license-url", only))
    head = "".join(f"{key}: {_json(value)}\n" for key, value in entries)
    return head + "authors:\n" + "".join(f"  - name: {_json(city.names['ja'])}\n" for city in cities)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _bibtex(draft: ReleaseDraft, cities: Sequence[Municipality]) -> str:
    """One entry; the year in which the data were read belongs to whoever cites."""
    url = Mint(draft.settings.base).release(draft.identifier)
    notes = [words("citation.licence", "en", _same(_licence(city, "en"), "en")) for city in cities]
    fields = {
        "title": "{" + draft.settings.title["ja"].translate(_TEX) + "}",
        "author": " and ".join("{" + city.names["ja"].translate(_TEX) + "}" for city in cities),
        "version": draft.identifier,
        "howpublished": f"\\url{{{url}}}",
        "note": " ".join([words("citation.release", "en", _same({"id": draft.identifier}, "en")), *notes]).translate(
            _TEX
        ),
    }
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{mupol-{draft.identifier},\n{body}\n}}\n"
