"""Which form a paper is of: by its labels and the form's validity, never by the publisher alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lod.errors import FormChoiceError
from lod.extract.labels import compiled
from lod.form import Form
from lod.model import Document, cells
from lod.text.width import fold


@dataclass(frozen=True, slots=True)
class Fit:
    """How a form fits a document; `reasons` say why it does not, empty if it does."""

    form: Form
    found: tuple[str, ...]
    reasons: tuple[str, ...]


def fit(document: Document, form: Form, year_hint: int | None = None) -> Fit:
    """Compares a document with a form."""
    labels = compiled(form)
    years: Counter[int] = Counter()
    found: dict[str, None] = {}
    for cell in cells(document):
        label = labels.find(cell.text)
        if label:
            found[label.key.partition(":")[0]] = None
            years.update([label.year] if label.year else [])
    text = fold(document.text)
    year = years.most_common(1)[0][0] if years else year_hint
    reasons = []
    if len(found) < form.detect.minimum:
        reasons.append(f"labels {len(found)}/{form.detect.minimum}: {', '.join(found) or '-'}")
    reasons += [f"forbidden: {word}" for word in form.detect.forbidden if fold(word) in text]
    if year is not None and not form.valid.covers(year):
        reasons.append(f"year {year} not in {form.valid.first}-{form.valid.last}")
    return Fit(form, tuple(found), tuple(reasons))


def choose(document: Document, forms: Sequence[Form], year_hint: int | None = None) -> Form:
    """The one form that fits. Raises FormChoiceError F01 if none does, F02 if several do, with the reasons of each."""
    fits = [fit(document, form, year_hint) for form in forms]
    fitting = [candidate for candidate in fits if not candidate.reasons]
    if len(fitting) == 1:
        return fitting[0].form
    if fitting:
        names = ", ".join(f"{candidate.form.id} ({', '.join(candidate.found)})" for candidate in fitting)
        raise FormChoiceError("F02", place=document.source.name, forms=names)
    reasons = "; ".join(f"{candidate.form.id}: {' / '.join(candidate.reasons)}" for candidate in fits) or "-"
    raise FormChoiceError("F01", place=document.source.name, reasons=reasons)
