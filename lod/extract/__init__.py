"""Document + Form → Record + Findings. One module per layout (lod/extract/<layout>.py), named by the form."""

from __future__ import annotations

from collections.abc import Sequence

from lod.corrections import Entry
from lod.extract import department_table
from lod.extract.choice import choose
from lod.extract.correcting import Correcting
from lod.form import Form
from lod.model import Document, Extraction

_LAYOUTS = {"department-table": department_table.read_record}


def extract(document: Document, form: Form, municipality: str, year_hint: int | None = None) -> Extraction:
    """Reads a document as the form says. `municipality` is the six-digit code, `year_hint` the folder's fiscal year."""
    return _LAYOUTS[form.layout](document, form, municipality, year_hint)


def extract_corrected(
    document: Document, forms: Sequence[Form], municipality: str, year_hint: int | None, entries: Sequence[Entry]
) -> Extraction:
    """Chooses the form and reads the document with its corrections. Raises FormChoiceError."""
    correcting = Correcting(document, entries)
    form = choose(correcting.document, forms, year_hint)
    return correcting.restored(extract(correcting.document, form, municipality, year_hint))


__all__ = ["choose", "extract", "extract_corrected"]
