"""Detects the type of a document by its content, and cleans it with the module for that type."""

from dataclasses import dataclass

from . import pdf, table
from .odt import package
from .office import archive, ooxml
from .report import DocumentError, Report

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileType:
    """A type of document that the site serves; the extension has no dot."""

    extension: str
    content_type: str


PDF = FileType("pdf", "application/pdf")
DOCX = FileType("docx", OFFICE + "wordprocessingml.document")
XLSX = FileType("xlsx", OFFICE + "spreadsheetml.sheet")
ODT = FileType("odt", "application/vnd.oasis.opendocument.text")
CSV = FileType("csv", "text/csv; charset=utf-8")


def cleaned(data: bytes, suffix: str, report: Report) -> tuple[FileType, bytes]:
    """Return the FileType of a file and its clean bytes; raises DocumentError."""
    if b"%PDF-" in data[:1024]:
        return PDF, pdf.cleaned(data, report)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise DocumentError("old_office")
    if data.startswith((b"PK\3\4", b"PK\5\6")):  # four bytes, for a table may begin with the country code PK
        return _cleaned_office(archive.unpacked(data), report)
    return CSV, table.cleaned(data, suffix, report)


def _cleaned_office(parts: dict[str, bytes], report: Report) -> tuple[FileType, bytes]:
    if package.is_one(parts):
        return ODT, package.cleaned(parts, report)
    found = ooxml.kind_of(parts)
    if found is None:
        raise DocumentError("not_text")
    return {"docx": DOCX, "xlsx": XLSX}[found], ooxml.cleaned(parts, report)
