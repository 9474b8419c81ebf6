"""Form fields: reports values that no page shows, and removes default values."""

from pikepdf import Array, Dictionary, Name, Pdf

from ..report import Report
from .objects import PdfValue
from .values import text

HIDDEN = 1 | 2 | 32  # flags of an annotation: invisible, hidden, no view
MOST = 100_000  # fields that are looked at


def report_hidden(document: Pdf, report: Report) -> None:
    """Report the values of fields that no page shows; removes default and rich text values from the document."""
    form = document.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    shown = _shown(document)
    waiting: list[tuple[PdfValue, PdfValue]] = [(one, None) for one in form.get("/Fields", [])]
    seen = 0
    while waiting and seen < MOST:
        (field, value), seen = waiting.pop(), seen + 1
        if not isinstance(field, Dictionary) or field.get("/FT") == Name.Sig:
            continue
        value = field.get("/V", value)
        for key in ("/DV", "/RV", "/TM"):
            if key in field:
                del field[key]
        kids = [(kid, value) for kid in field.get("/Kids", [])]
        waiting += kids
        if not kids and value is not None and _key(field) not in shown:
            words = text(value) if not isinstance(value, (Array, Dictionary)) else ""
            if words not in {"", "/Off"}:
                report.add("hidden_text", words)


def _shown(document: Pdf) -> set[tuple[int, int] | None]:
    """Return the ids of the fields that are visible on a page."""
    shown = set()
    for page in document.pages:
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, Array) else []:
            if isinstance(note, Dictionary) and not int(note.get("/F", 0)) & HIDDEN:
                shown.add(_key(note))
    return shown


def _key(field: PdfValue) -> tuple[int, int] | None:
    return field.objgen if field.is_indirect else None
