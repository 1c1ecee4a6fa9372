"""Settings of a site: flags > LOD_* environment > lod.toml > default; an unknown key is an error."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from lod.assets import sample_dir
from lod.errors import UsageError

PLACEHOLDER = "https://lod.example.org/"
"""A reserved name (RFC 2606): IRIs below it never resolve on the net."""
FILE = "lod.toml"
_ENDPOINT = re.compile(r"https?://[^\s/?#<>\"{}|\\^`@]+/[^\s#<>\"{}|\\^`]*\Z")
_BASE = re.compile(r"https?://[^\s/?#<>\"{}|\\^`]+(?:/[^\s?#<>\"{}|\\^`]*)?/\Z")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set.

    `base` ends with a slash; `publisher` names who runs a site of several municipalities; `ckan_…` is where
    `lod publish ckan` publishes; `data` are municipality folders; `var` holds releases and cache; `jobs` is the number
    of processes that build (0: as many as the machine has). `query_…` bound what strangers' queries use: seconds, MiB
    of memory, rows and MiB of a result, long queries at once, queries that wait, queries of one client. `cache_mib` is
    for answers kept. `trusted_proxies` are networks whose X-Forwarded-For is believed; `service_allowed` are the
    addresses that SERVICE may call. `keep_releases` is how many are kept (0: all) besides the live one and those
    `cited`.
    """

    base: str
    title: dict[str, str]
    publisher: dict[str, str]
    ckan_url: str
    ckan_organization: str
    data: tuple[Path, ...]
    var: Path
    host: str
    port: int
    workers: int
    lang: str
    jobs: int
    query_seconds: float
    query_memory_mib: int
    query_rows: int
    query_mib: int
    query_long: int
    query_waiting: int
    query_per_client: int
    cache_mib: int
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    service_allowed: tuple[str, ...]
    service_seconds: float
    service_mib: int
    keep_releases: int
    cited: tuple[str, ...]


_DEFAULTS: dict[str, object] = {
    "base": PLACEHOLDER,
    "title": {"ja": "自治体政策オープンデータ", "en": "Municipal policy open data"},
    "publisher": {},
    "ckan_url": "",
    "ckan_organization": "",
    "data": None,
    "var": "var",
    "host": "127.0.0.1",
    "port": 8000,
    "workers": 1,
    "lang": "ja",
    "jobs": 0,
    "query_seconds": 30.0,
    "query_memory_mib": 1024,
    "query_rows": 1_000_000,
    "query_mib": 256,
    "query_long": 8,
    "query_waiting": 64,
    "query_per_client": 32,
    "cache_mib": 64,
    "trusted_proxies": (),
    "service_allowed": (),
    "service_seconds": 10.0,
    "service_mib": 4,
    "keep_releases": 0,
    "cited": (),
}
_KEYS = tuple(field.name for field in fields(Settings))


def load(flags: Mapping[str, object] | None = None, folder: Path | None = None) -> Settings:
    """The settings that hold in a folder. Flags that are None were not given.

    Raises UsageError: C01 unknown key, C02 bad value, C03 unreadable lod.toml, C04 no municipality folder.
    """
    folder = folder or Path()
    given = dict(_DEFAULTS)
    given |= _from_file(folder / FILE)
    given |= _from_environment()
    given |= {key: value for key, value in (flags or {}).items() if value is not None}
    _check_keys(given, "")
    return _settings(given, folder)


def _from_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("C03", place=str(path), problem=str(error)) from error
    _check_keys(table, str(path))
    return table


def _from_environment() -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in os.environ.items():
        if name.startswith("LOD_"):
            key = name.removeprefix("LOD_").lower()
            _check_keys([key], f"LOD_{key.upper()}")
            found[key] = value
    return found


def _check_keys(keys: Mapping[str, object] | list[str], place: str) -> None:
    for key in keys:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1, 0.0)[0]
            raise UsageError("C01", place=place, key=key, near=near)


def _settings(given: Mapping[str, object], folder: Path) -> Settings:
    base = str(given["base"])
    base = base if base.endswith("/") else base + "/"
    if not _BASE.match(base):
        raise UsageError("C02", place="base", value=base, wanted="http(s)://host/")
    lang = str(given["lang"])
    if lang not in ("ja", "en"):
        raise UsageError("C02", place="lang", value=lang, wanted="ja, en")
    return Settings(
        base=base,
        title=_names("title", given["title"]),
        publisher=_names("publisher", given["publisher"]) if given["publisher"] else {},
        ckan_url=str(given["ckan_url"]),
        ckan_organization=str(given["ckan_organization"]),
        data=_data(given["data"], folder),
        var=folder / str(given["var"]),
        host=str(given["host"]),
        port=_integer(given, "port", 0, 65535),
        workers=_integer(given, "workers", 1, 64),
        lang=lang,
        jobs=_integer(given, "jobs", 0, 256) or os.cpu_count() or 1,
        query_seconds=_seconds(given, "query_seconds"),
        query_memory_mib=_integer(given, "query_memory_mib", 128, 1_000_000),
        query_rows=_integer(given, "query_rows", 1, 1_000_000_000),
        query_mib=_integer(given, "query_mib", 1, 100_000),
        query_long=_integer(given, "query_long", 1, 256),
        query_waiting=_integer(given, "query_waiting", 0, 10_000),
        query_per_client=_integer(given, "query_per_client", 1, 10_000),
        cache_mib=_integer(given, "cache_mib", 0, 100_000),
        trusted_proxies=tuple(_network(item) for item in _texts(given, "trusted_proxies")),
        service_allowed=tuple(_endpoint(item) for item in _texts(given, "service_allowed")),
        service_seconds=_seconds(given, "service_seconds"),
        service_mib=_integer(given, "service_mib", 1, 1000),
        keep_releases=_integer(given, "keep_releases", 0, 10_000),
        cited=tuple(_texts(given, "cited")),
    )


def _names(key: str, value: object) -> dict[str, str]:
    if isinstance(value, str):
        return {"ja": value, "en": value}
    if isinstance(value, dict) and value and all(isinstance(item, str) for item in value.values()):
        return {"ja": next(iter(value.values())), "en": next(iter(value.values()))} | value
    raise UsageError("C02", place=key, value=value, wanted="{ ja = …, en = … }")


def _integer(given: Mapping[str, object], key: str, low: int, high: int) -> int:
    value = given[key]
    try:
        number = int(str(value))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise UsageError("C02", place=key, value=value, wanted=f"{low}-{high}")
    return number


def _texts(given: Mapping[str, object], key: str) -> list[str]:
    """A list of texts; in the environment they stand apart by blanks."""
    value = given[key]
    items = value.split() if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise UsageError("C02", place=key, value=value, wanted='["…", "…"]')
    return list(items)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise UsageError("C02", place="trusted_proxies", value=text, wanted="127.0.0.1, 10.0.0.0/8, ::1") from error


def _endpoint(text: str) -> str:
    if not _ENDPOINT.match(text):
        raise UsageError("C02", place="service_allowed", value=text, wanted="https://host/sparql")
    return text


def _seconds(given: Mapping[str, object], key: str) -> float:
    value = given[key]
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise UsageError("C02", place=key, value=value, wanted="0-3600")
    return seconds


def _data(value: object, folder: Path) -> tuple[Path, ...]:
    """The municipality folders: those named, else ./data/*, else the packaged sample."""
    if value is None:
        here = _municipalities(folder / "data")
        return here or _municipalities(sample_dir())
    names = [value] if isinstance(value, str | Path) else list(value) if isinstance(value, list | tuple) else []
    found: list[Path] = []
    for name in names:
        path = folder / str(name)
        inside = (path,) if (path / "municipality.toml").is_file() else _municipalities(path)
        if not inside:
            raise UsageError("C04", place=str(path))
        found += inside
    if not found:
        raise UsageError("C04", place="data")
    return tuple(dict.fromkeys(found))


def _municipalities(parent: Path) -> tuple[Path, ...]:
    return tuple(sorted(path.parent for path in parent.glob("*/municipality.toml")))
