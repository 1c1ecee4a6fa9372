"""The licences that Japanese municipalities use, as catalogues name them."""

from __future__ import annotations

from dataclasses import dataclass

_ADMS = "http://purl.org/adms/licencetype/"


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence: `title` as CKAN's own list has it, `kind` the licence type of ADMS, `ckan` its ids in CKAN lists."""

    iri: str
    title: str
    label: str
    kind: str
    ckan: tuple[str, ...]


_BY = "Creative Commons Attribution"
LICENCES = (
    Licence(
        "https://creativecommons.org/licenses/by/4.0/",
        _BY,
        "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）",
        _ADMS + "Attribution",
        ("CC-BY-4.0", "cc-by-4.0", "cc-by-40", "cc-by"),
    ),
    Licence(
        "https://creativecommons.org/licenses/by/2.1/jp/",
        _BY,
        "クリエイティブ・コモンズ 表示 2.1 日本（CC BY 2.1 JP）",
        _ADMS + "Attribution",
        ("CC-BY-2.1-JP", "cc-by-21-jp", "cc-by"),
    ),
    Licence(
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "Creative Commons Attribution Share-Alike",
        "クリエイティブ・コモンズ 表示-継承 4.0 国際（CC BY-SA 4.0）",
        _ADMS + "ViralEffect-ShareAlike",
        ("CC-BY-SA-4.0", "cc-by-sa-4.0", "cc-by-sa"),
    ),
    Licence(
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "Creative Commons CCZero",
        "クリエイティブ・コモンズ ゼロ（CC0 1.0）",
        _ADMS + "PublicDomain",
        ("CC0-1.0", "cc-zero"),
    ),
    Licence(
        "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
        "Public Data License (Version 1.0)",
        "公共データ利用規約（第1.0版）（PDL1.0）",
        _ADMS + "Attribution",
        ("PDL-1.0", "pdl-1.0", "pdl1.0", "PDL1.0"),
    ),
)


def known(iri: str) -> Licence | None:
    """The licence of an IRI however it is written: with http or https, with or without a slash at the end."""
    return next((item for item in LICENCES if _bare(item.iri) == _bare(iri)), None)


def _bare(iri: str) -> str:
    return iri.partition("://")[2].removeprefix("www.").removesuffix("/deed.ja").rstrip("/").lower()
