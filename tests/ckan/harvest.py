"""Reads a catalogue as a CKAN with ckanext-dcat harvests it, and writes what it understood as JSON.

Runs in the environment that has both: `python harvest.py CATALOG.ttl LANGUAGE`. The parser needs no database.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(path: str, language: str) -> None:
    """Prints the entries that CKAN would make."""
    from ckan.common import config  # type: ignore[import-not-found]  # of the other environment

    config["ckan.locale_default"] = language
    from ckanext.dcat.processors import RDFParser  # type: ignore[import-not-found]

    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(Path(path).read_text(encoding="utf-8"), _format="turtle")
    found = {"next": parser.next_page(), "datasets": list(parser.datasets())}
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
