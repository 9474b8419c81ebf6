"""Which kind a document is, told by its content, and who cleans that kind."""

from collections.abc import Callable
from dataclasses import dataclass

from . import pdf, table
from .odt import package
from .office import archive, ooxml
from .report import Trouble

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Kind:
    """A kind of document as the site serves it."""

    extension: str
    content_type: str
    clean: Callable


PDF = Kind("pdf", "application/pdf", pdf.cleaned)
DOCX = Kind("docx", OFFICE + "wordprocessingml.document", ooxml.cleaned)
XLSX = Kind("xlsx", OFFICE + "spreadsheetml.sheet", ooxml.cleaned)
ODT = Kind("odt", "application/vnd.oasis.opendocument.text", package.cleaned)
CSV = Kind("csv", "text/csv; charset=utf-8", table.cleaned)


def cleaned(data, suffix: str, report):
    """Return the Kind of a file and its clean bytes; raises Trouble."""
    if b"%PDF-" in data[:1024]:
        return PDF, PDF.clean(data, report)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Trouble("old_office")
    if data.startswith((b"PK\3\4", b"PK\5\6")):  # a table of Pakistan begins with two of them
        parts = archive.unpacked(data)
        kind = _office_kind(parts)
        return kind, kind.clean(parts, report)
    return CSV, CSV.clean(data, suffix, report)


def _office_kind(parts):
    if package.is_one(parts):
        return ODT
    found = ooxml.kind_of(parts)
    if found is None:
        raise Trouble("not_text")
    return {"docx": DOCX, "xlsx": XLSX}[found]
