"""What a catalogue says of each data set, whatever form it is then written in: DCAT, schema.org, CKAN, a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from lod.catalog import contents
from lod.catalog.contents import City, Contents, YearSize
from lod.catalog.dates import Dates, read_dates
from lod.catalog.files import ALL, identifier, of_data
from lod.catalog.statistics import Statistics
from lod.catalog.words import Texts, tag, texts
from lod.iri import Mint
from lod.stores.distribution import Distribution, read_distributions
from lod.text.era import fiscal_year_labels, western_label
from lod.vocab import MPOL

_COUNTED = {
    "policies": MPOL.DepartmentPolicy,
    "goals": MPOL.Goal,
    "initiatives": MPOL.Initiative,
    "measures": MPOL.OutcomeMeasure,
}
NO_DATES = Dates("", "", "")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who publishes: a municipality, or who runs a site of several."""

    iri: str
    names: Mapping[str, str]
    homepage: str
    municipality: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One data set. `code` is '' and `year` None for that of everything; `period` is its first and last day.

    `keywords` are (text, language); `licence` is (IRI, name), None where it is not settled; `contact` None where
    nobody can be reached. `statistics` count its facts; `papers` are the IRIs of its source editions.
    """

    key: str
    iri: str
    code: str
    year: int | None
    title: Texts
    description: Texts
    keywords: tuple[tuple[str, str], ...]
    publisher: Agent
    cities: tuple[City, ...]
    contact: City | None
    licence: tuple[str, str] | None
    dates: Dates
    files: tuple[Distribution, ...]
    statistics: Statistics
    period: tuple[date, date] | None
    papers: tuple[str, ...] = ()
    series: str = ""
    previous: str = ""


class Catalogue:
    """The data sets of the release in a folder, each made when it is asked for."""

    def __init__(self, folder: Path, base: str, title: Mapping[str, str], release: str = "") -> None:
        self.folder = folder
        self.mint = Mint(base)
        self.title = dict(title)
        self.release = release or folder.name

    @cached_property
    def contents(self) -> Contents:
        """Raises LookupError for a release that was made before releases were counted."""
        found = contents.read(self.folder)
        if found is None:
            raise LookupError(str(self.folder))
        return found

    @cached_property
    def dates(self) -> Mapping[str, Dates]:
        return read_dates(self.folder)

    @cached_property
    def files(self) -> dict[str, list[Distribution]]:
        return of_data(read_distributions(self.folder))

    @cached_property
    def years(self) -> dict[str, YearSize]:
        """The yearly data sets by their identifier, in order of municipality and year."""
        return {identifier(entry.code, entry.year): entry for entry in self.contents.years}

    @cached_property
    def by_code(self) -> dict[str, list[YearSize]]:
        """The years of each municipality."""
        found: dict[str, list[YearSize]] = {}
        for entry in self.contents.years:
            found.setdefault(entry.code, []).append(entry)
        return found

    @cached_property
    def keys(self) -> list[str]:
        return [ALL, *self.years]

    @cached_property
    def span(self) -> tuple[str, str]:
        """The first day on which any of the data sets was published, and the last on which any has changed."""
        known = [self.dates[key] for key in self.keys if key in self.dates]
        return min((d.issued for d in known), default=""), max((d.modified for d in known), default="")

    @cached_property
    def publisher(self) -> Agent:
        """The municipality of a site of one; else who the configuration names, or the site under its own title."""
        cities = list(self.contents.cities.values())
        if len(cities) == 1 and not self.contents.publisher:
            return self._agent(cities[0])
        names = self.contents.publisher or self.title
        return Agent(f"{self.mint.catalog()}#publisher", names, self.mint.base, municipality=False)

    def _agent(self, city: City) -> Agent:
        return Agent(self.mint.municipality(city.code), city.names, city.homepage, municipality=True)

    def entries(self) -> Iterator[Entry]:
        return (self.entry(key) for key in self.keys)

    def entry(self, key: str) -> Entry:
        """The data set of an identifier. Raises KeyError where there is none."""
        return self._all() if key == ALL else self._year(self.years[key])

    def key_of(self, iri: str) -> str | None:
        """The identifier of a data set's IRI."""
        path = iri.removeprefix(self.mint.dataset(""))
        key = ALL if iri == self.mint.facts else path.replace("/", "-")
        return key if key == ALL or key in self.years else None

    def series_years(self, code: str) -> list[YearSize]:
        """The years of a municipality; fewer than two make no series (DCAT-AP 3.0.1, usage guide on series)."""
        found = self.by_code.get(code, [])
        return found if len(found) > 1 else []

    def _all(self) -> Entry:
        cities = tuple(self.contents.cities.values())
        licences = {city.licence for city in cities}
        papers = sum(entry.papers for entry in self.contents.years)
        title = texts("all.title", title=self.title)
        counts = {"cities": len(cities), "years": len(self.years), "papers": f"{papers:,}"}
        return Entry(
            key=ALL,
            iri=self.mint.facts,
            code="",
            year=None,
            title=title,
            description=texts("all.description", **counts),
            keywords=self._keywords(cities),
            publisher=self.publisher,
            cities=cities,
            contact=_contact(cities),
            licence=_settled(licences.pop()) if len(licences) == 1 else None,
            dates=self.dates.get(ALL, NO_DATES),
            files=tuple(self.files.get(ALL, ())),
            statistics=self.contents.facts,
            period=_period(size.year for size in self.contents.years),
        )

    def _year(self, size: YearSize) -> Entry:
        city = self.city(size.code)
        found = contents.read_year(self.folder, size.code, size.year)
        if found is None:
            raise LookupError(f"{size.code}/{size.year}")
        key = identifier(size.code, size.year)
        kinds, label = self._kinds(size), year_label(size.year)
        counted = {name: f"{found.facts.classes.get(kind.value, 0):,}" for name, kind in _COUNTED.items()}
        years = self.series_years(size.code)
        earlier = [entry.year for entry in years if entry.year < size.year]
        return Entry(
            key=key,
            iri=self.mint.yearly(size.code, size.year),
            code=size.code,
            year=size.year,
            title=texts("year.title", city=city.names, kinds=kinds, year=label),
            description=texts(
                "year.description", city=city.names, kinds=kinds, year=label, papers=f"{size.papers:,}", **counted
            ),
            keywords=self._keywords((city,), size),
            publisher=self._agent(city),
            cities=(city,),
            contact=_contact((city,)),
            licence=_settled(city.licence),
            dates=self.dates.get(key, NO_DATES),
            files=tuple(self.files.get(key, ())),
            statistics=found.facts,
            period=_period([size.year]),
            papers=tuple(sorted(self._paper(name) for name in found.graphs)),
            series=self.mint.series(size.code) if years else "",
            previous=self.mint.yearly(size.code, earlier[-1]) if earlier else "",
        )

    def _paper(self, graph: str) -> str:
        key = self.mint.edition_of_graph(graph)
        return self.mint.source(*key) if key else graph

    def city(self, code: str) -> City:
        """A municipality; one without settings of its own (its papers alone were kept) under its code."""
        unknown = City(code, {"ja": code}, "", ("", ""), {}, 0)
        return self.contents.cities.get(code, unknown)

    def series(self, code: str) -> tuple[Texts, Texts]:
        """Title and description of a municipality's series."""
        kinds: Texts = {}
        for size in self.series_years(code):
            kinds = kinds or self._kinds(size)
        names = self.city(code).names
        return texts("series.title", city=names, kinds=kinds), texts("series.description", city=names, kinds=kinds)

    def _kinds(self, size: YearSize) -> Texts:
        """What the papers of a year are called: 部長の基本方針."""
        named = [self.contents.kinds.get(kind, {}) for kind in size.kinds]
        joined = {
            language: between.join(dict.fromkeys(names[language] for names in named if language in names))
            for language, between in (("ja", "・"), ("en", ", "))
        }
        return texts("kinds.unknown") | {language: text for language, text in joined.items() if text}

    def _keywords(self, cities: tuple[City, ...], size: YearSize | None = None) -> tuple[tuple[str, str], ...]:
        wanted = [(name, language) for city in cities[:20] for language, name in city.names.items()]
        if size:
            named = [self.contents.kinds.get(kind, {}) for kind in size.kinds]
            wanted += [(name, language) for names in named for language, name in sorted(names.items(), reverse=True)]
            wanted += [(label, "ja") for label in (*fiscal_year_labels(size.year), western_label(size.year))]
            wanted.append((f"FY{size.year}", "en"))
        for key in ("policy", "evaluation", "lod"):
            wanted += [(text, language) for language, text in texts(f"keyword.{key}").items()]
        cleaned = ((tag(text), language) for text, language in wanted if language in ("ja", "en"))
        once = {text: language for text, language in reversed(list(cleaned)) if text}
        return tuple(reversed(once.items()))


def year_label(year: int) -> Texts:
    """平成28年度 and FY2016."""
    return {"ja": fiscal_year_labels(year)[0], "en": f"FY{year}"}


def _period(years: Iterable[int]) -> tuple[date, date] | None:
    """The first day of the first fiscal year and the last of the last."""
    known = sorted(years)
    return (date(known[0], 4, 1), date(known[-1] + 1, 3, 31)) if known else None


def _settled(licence: tuple[str, str]) -> tuple[str, str] | None:
    return (licence[0], licence[1] or licence[0]) if licence[0] else None


def _contact(cities: tuple[City, ...]) -> City | None:
    """The one municipality that can be asked; catalogues want an address or a form, a name alone reaches nobody."""
    reachable = [city for city in cities if any(city.contact.get(way) for way in ("email", "form", "telephone"))]
    return reachable[0] if len(cities) == 1 and reachable else None
