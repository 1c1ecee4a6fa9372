"""Which key a unit, program or person has in IRIs: the rows of identities.csv, parsed and checked. No I/O.

Keys are kept for ever and rows are only added. A name without a row gets a key derived from it (a person: from the
post, never from the name); `Identities.new_rows` gives the rows that keep such keys.
"""

from lod.identities.rows import HEADER, PERSON, PROGRAM, UNIT, Row, appended, derived_key, format_rows, person_context
from lod.identities.spans import check_append_only
from lod.identities.table import Change, Identities, Names

__all__ = [
    "HEADER",
    "PERSON",
    "PROGRAM",
    "UNIT",
    "Change",
    "Identities",
    "Names",
    "Row",
    "appended",
    "check_append_only",
    "derived_key",
    "format_rows",
    "person_context",
]
