"""The one table of file formats that are offered for download: what each is called, and its media type."""

from __future__ import annotations

from dataclasses import dataclass

from lod import formats
from lod.formats import excel_csv

GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format by its suffix. Media types as IANA registers them, but for BibTeX, which has none there."""

    suffix: str
    title: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The Content-Type header; every text that we write is UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


FILE_FORMATS: dict[str, FileFormat] = {
    item.suffix: item
    for item in (
        *(FileFormat(known.suffix, known.title, known.media_type) for known in formats.FORMATS),
        FileFormat("nq", "N-Quads", "application/n-quads"),
        FileFormat("trig", "TriG", "application/trig"),
        FileFormat("csv", "CSV", "text/csv"),
        FileFormat(excel_csv.SUFFIX, excel_csv.TITLE, excel_csv.MEDIA_TYPE),
        FileFormat("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        FileFormat("parquet", "Parquet", "application/vnd.apache.parquet"),
        FileFormat("sqlite", "SQLite", "application/vnd.sqlite3"),
        FileFormat("json", "JSON", "application/json"),
        FileFormat("csvm", "CSVW", "application/csvm+json"),
        FileFormat("cff", "CFF", "application/yaml"),
        FileFormat("bib", "BibTeX", "application/x-bibtex"),
        FileFormat("txt", "TXT", "text/plain"),
    )
}
