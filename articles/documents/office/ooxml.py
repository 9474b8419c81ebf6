"""Cleans Office Open XML (DOCX, XLSX): builds a new package from rebuilt parts of known types."""

import posixpath

from articles.documents import markup
from articles.documents.docx import wordtext
from articles.documents.report import DocumentError, Report
from articles.documents.xlsx import sheets

from . import archive, package, relations, values

_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}


def kind_of(parts: dict[str, bytes]) -> str | None:
    """Return docx or xlsx, or None for another archive; raises DocumentError for templates and files with macros."""
    if package.TYPES not in parts:
        return None
    if any(posixpath.basename(name).lower() == "vbaproject.bin" for name in parts):
        raise DocumentError("macros")
    root = markup.parsed(parts[package.TYPES])
    types = [one.get("ContentType", "") for one in root.iter("{*}Override", "{*}Default")]
    for kind in types:
        if "macroEnabled" in kind or "vbaProject" in kind:
            raise DocumentError("macros")
        if "template.main" in kind:
            raise DocumentError("template")
    found = {_MAIN[kind] for kind in types if kind in _MAIN}
    return found.pop() if len(found) == 1 else None


def cleaned(parts: dict[str, bytes], report: Report) -> bytes:
    """Return the clean bytes of a DOCX or XLSX; raises DocumentError."""
    types = _content_types(parts)
    main = _main_part(parts)
    is_text = _MAIN.get(types.get(main, "")) == "docx"
    if main not in parts or types.get(main) not in _MAIN:
        raise DocumentError("damaged")
    if any(name.startswith("_xmlsignatures/") for name in parts):
        report.add("signature")
    report.pages = _pages(parts) if is_text else None
    rebuilder = (wordtext.WordRebuilder if is_text else sheets.SheetRebuilder)(parts, main, report)
    return archive.packed(package.Package(parts, report, "word" if is_text else "xl").built(main, rebuilder))


def _content_types(parts: dict[str, bytes]) -> dict[str, str]:
    """Return {name of a part: its content type}."""
    root = markup.parsed(parts[package.TYPES])
    defaults = {
        one.get("Extension", "").lower(): one.get("ContentType", "") for one in root.iter("{*}Default")
    }
    types = {name: defaults.get(name.rsplit(".", 1)[-1].lower(), "") for name in parts}
    for one in root.iter("{*}Override"):
        types[one.get("PartName", "").lstrip("/")] = one.get("ContentType", "")
    return types


def _main_part(parts: dict[str, bytes]) -> str:
    """Return the name of the part with the document or workbook; raises DocumentError where there is none."""
    content = parts.get("_rels/.rels")
    if content is None:
        raise DocumentError("damaged")
    for one in markup.parsed(content).iter("{*}Relationship"):
        kind = one.get("Type", "")
        if "purl.oclc.org" in kind:
            raise DocumentError("strict")
        if relations.last(kind) == "officeDocument":
            return relations.resolved("", one.get("Target", ""))
    raise DocumentError("damaged")


def _pages(parts: dict[str, bytes]) -> int | None:
    """Return the number of pages that the office program stored, or None."""
    content = parts.get("docProps/app.xml")
    if content is None:
        return None
    return values.page_count(markup.parsed(content).findtext("{*}Pages") or "")
