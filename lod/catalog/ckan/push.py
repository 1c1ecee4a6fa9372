"""Carries the differences out, one data set at a time, in an order that a next run can take up anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lod.catalog.ckan.client import Ckan
from lod.catalog.ckan.package import Package, licence_in, package
from lod.catalog.ckan.plan import Change, Kind, Plan, compare
from lod.catalog.entries import Catalogue, Entry
from lod.errors import StoreError, UsageError
from lod.findings import finding
from lod.model import Finding
from lod.stores.distribution import FOLDER

_TRIES = 4
_UNSURE = {"U04", "U05", "U11"}
"""No connection, no answer in time, a fault of the server."""


@dataclass(frozen=True, slots=True)
class Options:
    """`organization` takes the place of the municipalities' codes; `upload` sends files instead of linking them;
    `delete` removes what is ours and no longer in the release.
    """

    organization: str = ""
    upload: bool = False
    delete: bool = False


@dataclass
class Push:
    """One publication of a catalogue in a CKAN."""

    ckan: Ckan
    catalogue: Catalogue
    options: Options
    findings: list[Finding] = field(default_factory=list)

    def plans(self) -> Iterator[tuple[Plan, Package | None]]:
        """What has to be done, entry by entry, the strays last. Looks, and changes nothing."""
        known = set()
        for entry in self._entries():
            wanted = self._wanted(entry)
            known.add(wanted.name)
            yield self._plan(wanted), wanted
        yield from ((plan, None) for plan in self._strays(known))

    def carry_out(self, plan: Plan, wanted: Package | None) -> None:
        """Makes one entry what it should be. Where a call failed and nobody knows whether it was done, what is there is
        looked at again before the next try.
        """
        if wanted is None:
            if plan.kind == "delete":
                self.ckan.write("package_delete", {"id": plan.identifier})
            return
        for attempt in range(1, _TRIES + 1):
            try:
                return self._step(plan, wanted)
            except StoreError as error:
                if error.code not in _UNSURE or attempt == _TRIES:
                    raise
                self.ckan.pause(attempt)
                plan = self._plan(wanted)

    def _step(self, plan: Plan, wanted: Package) -> None:
        if plan.kind == "create":
            self.ckan.write("package_create", plan.fields)
            plan = self._plan(wanted)
        if plan.fields:
            self.ckan.write("package_patch", {"id": plan.identifier, **plan.fields})
        for iri in plan.create:
            self._put("resource_create", wanted, iri, {"package_id": plan.identifier})
        for iri, identifier in plan.change.items():
            self._put("resource_patch", wanted, iri, {"id": identifier})
        for identifier in plan.stray.values() if self.options.delete else ():
            self.ckan.write("resource_delete", {"id": identifier})

    def _entries(self) -> Iterator[Entry]:
        return (entry for entry in self.catalogue.entries() if entry.code or self._whole)

    @cached_property
    def _whole(self) -> str:
        """What the name of the data set of everything begins with: the one municipality's code, or the organization
        that stands for several; without either nobody would own it, and it is left out.
        """
        codes = list(self.catalogue.contents.cities)
        return codes[0] if len(codes) == 1 else self.options.organization

    def _wanted(self, entry: Entry) -> Package:
        organization = self._organization(self.options.organization or entry.code or self._whole)
        licence = licence_in(self._licences, entry.licence)
        if licence is None:
            iri, name = entry.licence or ("", "")
            self._tell(finding("U12", self.ckan.url, None, iri, name=name))
            licence = ""
        if entry.licence is None:
            self._tell(finding("U13", entry.key, None, entry.title["ja"]))
        return package(self.catalogue, entry, organization, licence, prefix=self._whole)

    def _tell(self, told: Finding) -> None:
        if told not in self.findings:
            self.findings.append(told)

    @cached_property
    def _licences(self) -> list[Mapping[str, Any]]:
        listed = self.ckan.read("license_list")
        if not isinstance(listed, list):
            raise UsageError("U06", place=self.ckan.url, problem="license_list")
        return listed

    def _organization(self, name: str) -> str:
        """Raises UsageError U07 where CKAN has no such organization: making one is its administrator's decision."""
        if name not in self._organizations:
            found = self.ckan.read("organization_show", id=name, include_users="false", include_datasets="false")
            if found is None:
                raise UsageError("U07", place=self.ckan.url, name=name)
            self._organizations[name] = str(found["name"])
        return self._organizations[name]

    @cached_property
    def _organizations(self) -> dict[str, str]:
        return {}

    def _plan(self, wanted: Package) -> Plan:
        live = self.ckan.read("package_show", id=wanted.name)
        return compare(wanted, live, self.catalogue.mint.base, upload=self.options.upload)

    def _put(self, action: str, wanted: Package, iri: str, target: Mapping[str, str]) -> None:
        item = wanted.resources[iri]
        file = wanted.files.get(iri)
        if self.options.upload and file is not None:
            fields = {name: str(value) for name, value in item.items() if name not in ("url", "mimetype")}
            self.ckan.upload(action, {**fields, **target}, self.catalogue.folder / FOLDER / file.path)
        else:
            self.ckan.write(action, {**item, "url_type": "", **target})

    def _strays(self, known: set[str]) -> Iterator[Plan]:
        """Entries that an earlier run made and that the release no longer has: their `uri` is below our base."""
        for organization in dict.fromkeys(self._organizations.values()):
            for found in self._packages_of(organization):
                uri = next((str(e["value"]) for e in found.get("extras") or () if e.get("key") == "uri"), "")
                if found["name"] in known or not uri.startswith(self.catalogue.mint.dataset("")):
                    continue
                kind: Kind = "delete" if self.options.delete else "foreign"
                change = Change("state", "active", "deleted" if self.options.delete else "active")
                yield Plan(found["name"], str(found.get("title", "")), kind, str(found["id"]), (change,))

    def _packages_of(self, organization: str) -> Iterator[Mapping[str, Any]]:
        """Every entry of an organization, read page by page from CKAN's search."""
        start, rows = 0, 100
        while True:
            found = self.ckan.read("package_search", fq=f'organization:"{organization}"', rows=rows, start=start)
            results = found["results"] if isinstance(found, dict) else []
            yield from results
            start += rows
            if len(results) < rows:
                return
