"""What differs between the entry wanted and the entry that is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from lod.catalog.ckan.package import Package

Kind: TypeAlias = Literal["create", "update", "same", "delete", "foreign"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what is live and what is wanted, '' where there is nothing. `field` is CKAN's name for it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done for one entry. `fields` are sent to package_patch; `create`, `change` and `remove` are
    resources by the IRI of the file; `stray` are ours but no longer wanted and stay unless told.
    """

    name: str
    title: str
    kind: Kind
    identifier: str = ""
    changes: tuple[Change, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    create: tuple[str, ...] = ()
    change: Mapping[str, str] = field(default_factory=dict)
    stray: Mapping[str, str] = field(default_factory=dict)


def compare(wanted: Package, live: Mapping[str, Any] | None, base: str, *, upload: bool) -> Plan:
    """The plan for one entry; `live` is what package_show gives, None where CKAN has no such entry."""
    if live is None:
        changes = [Change(name, "", _shown(value)) for name, value in wanted.fields.items() if value]
        changes.append(Change("owner_org", "", wanted.organization))
        changes.append(Change("tags", "", ", ".join(wanted.tags)))
        changes += [Change(f"extras: {key}", "", value) for key, value in sorted(wanted.extras.items())]
        changes += [Change(f"resource: {item['name']}", "", item["url"]) for item in wanted.resources.values()]
        fields = _fields(wanted, {}, {})
        create = tuple(wanted.resources)
        return Plan(wanted.name, wanted.title, "create", "", tuple(changes), fields, create)
    changes = []
    fields = {}
    for name, value in wanted.fields.items():
        if _plain(live.get(name)) != _plain(value):
            changes.append(Change(name, _shown(live.get(name)), _shown(value)))
            fields[name] = value
    if live.get("state") == "deleted":
        changes.append(Change("state", "deleted", "active"))
        fields["state"] = "active"
    owner = (live.get("organization") or {}).get("name") or live.get("owner_org")
    if owner != wanted.organization:
        changes.append(Change("owner_org", _shown(owner), wanted.organization))
        fields["owner_org"] = wanted.organization
    changes += _tags(wanted, live, fields) + _extras(wanted, live, fields)
    resources = _Resources(wanted, live.get("resources") or (), base, upload=upload)
    changes += resources.changes
    touched = fields or resources.create or resources.change
    kind: Kind = "update" if touched else "same"
    return Plan(
        wanted.name,
        wanted.title,
        kind,
        str(live.get("id", "")),
        tuple(changes),
        fields,
        tuple(resources.create),
        resources.change,
        resources.stray,
    )


def _fields(wanted: Package, tags: Mapping[str, object], extras: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "owner_org": wanted.organization,
        **wanted.fields,
        "tags": [{"name": tag} for tag in sorted({*tags, *wanted.tags})],
        "extras": [{"key": key, "value": value} for key, value in sorted({**extras, **wanted.extras}.items())],
    }


def _tags(wanted: Package, live: Mapping[str, Any], fields: dict[str, Any]) -> list[Change]:
    """Ours are added; those that others gave stay."""
    there = {str(tag["name"]) for tag in live.get("tags") or ()}
    missing = sorted(set(wanted.tags) - there)
    if not missing:
        return []
    fields["tags"] = [{"name": tag} for tag in sorted(there | set(wanted.tags))]
    return [Change("tags", ", ".join(sorted(there)), ", ".join(sorted(there | set(wanted.tags))))]


def _extras(wanted: Package, live: Mapping[str, Any], fields: dict[str, Any]) -> list[Change]:
    """Ours are set; those of others stay."""
    there = {str(extra["key"]): str(extra["value"]) for extra in live.get("extras") or ()}
    changes = [
        Change(f"extras: {key}", there.get(key, ""), value)
        for key, value in sorted(wanted.extras.items())
        if there.get(key) != value
    ]
    if changes:
        merged = {**there, **wanted.extras}
        fields["extras"] = [{"key": key, "value": value} for key, value in sorted(merged.items())]
    return changes


class _Resources:
    """The files of an entry, known by the IRI in their field `uri`. Others' files are never touched."""

    def __init__(self, wanted: Package, live: Sequence[Mapping[str, Any]], base: str, *, upload: bool) -> None:
        there = {str(item["uri"]): item for item in live if item.get("uri")}
        self.changes: list[Change] = []
        self.create = [iri for iri in wanted.resources if iri not in there]
        self.change: dict[str, str] = {}
        for iri in self.create:
            item = wanted.resources[iri]
            self.changes.append(Change(f"resource: {item['name']}", "", item["url"]))
        for iri, item in wanted.resources.items():
            if iri in there:
                found = _differences(item, there[iri], uploaded=upload and iri in wanted.files)
                if found:
                    self.change[iri] = str(there[iri]["id"])
                    self.changes += found
        self.stray = {
            iri: str(item["id"]) for iri, item in there.items() if iri.startswith(base) and iri not in wanted.resources
        }


def _differences(wanted: Mapping[str, Any], live: Mapping[str, Any], *, uploaded: bool) -> list[Change]:
    """What differs in one file. Of an uploaded one the address is CKAN's own, and CKAN finds its type by itself."""
    left_to_ckan = {"url", "mimetype"} if uploaded else set()
    found = [
        Change(f"resource: {wanted['name']}: {name}", _shown(live.get(name)), _shown(value))
        for name, value in wanted.items()
        if name not in left_to_ckan and _plain(live.get(name)) != _plain(value)
    ]
    kind = "upload" if uploaded else "link"
    there = "upload" if live.get("url_type") == "upload" else "link"
    if there != kind:
        found.append(Change(f"resource: {wanted['name']}: url_type", there, kind))
    return found


def _plain(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _shown(value: object) -> str:
    return _plain(value)
