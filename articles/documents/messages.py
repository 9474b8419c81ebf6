"""The messages that editors read about a document: refusals, findings and the places where these occur."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Refused(ValidationError):
    """A document that can't be published as it is, with the reason as a message for the editor."""


@dataclass(frozen=True)
class Finding:
    """Something in a document that an editor has to accept before it may be public."""

    kind: str
    message: str


REFUSALS = {
    "empty": _("This file is empty. Choose another."),
    "too_large": _("This file has %(size)s MB; a document may have %(most)s MB at most."),
    "busy": _("The site is busy with other documents. Try again in a few seconds."),
    "unknown": _(
        "This file is not a document that the site can check, whatever its name says. "
        "Use PDF, DOCX, XLSX, ODT or CSV."
    ),
    "old_office": _(
        "This is a file of an old version of Word or Excel, or one with a password. "
        "Open it and save it as DOCX or XLSX, without a password."
    ),
    "password": _("This file is protected by a password. Save it without one."),
    "damaged": _(
        "This file is damaged or cut off, perhaps because the transfer broke. Send it again, or save it anew."
    ),
    "takes_too_long": _(
        "This file takes more than 30 seconds or 512 MB of memory to check, so it was not taken. "
        "Save it anew, in parts or with smaller pictures."
    ),
    "bomb": _("This file unpacks to far more than it should and was not opened. Save it anew."),
    "entities": _("This file defines entities of its own (a DTD), which office programs don't write."),
    "macros": _("This file holds macros, small programs. Save it without them, as DOCX, XLSX or ODT."),
    "template": _("This file is a template. Save it as a document."),
    "strict": _("This file is in the strict form of Office Open XML. Save it as a normal DOCX or XLSX."),
    "not_text": _("This file is a ZIP archive or an office file of another kind. Use DOCX, XLSX or ODT."),
    "xfa": _("This PDF is a form that only Adobe's programs show. Print it into a new PDF."),
    "redaction": _(
        "Page %(page)s has a box over text that can be lifted off: the text under it would be public. "
        "Remove the text itself (“apply redactions”) and save the file anew."
    ),
    "no_table": _("This text file is no table. A CSV file has columns that a comma or semicolon parts."),
    "encoding": _("The letters of this file can't be read. Save it as CSV in UTF-8."),
    "picture": _(
        "The file holds a picture of a kind that can't be cleaned (%(name)s). Put it in anew as JPEG or PNG."
    ),
}

FINDINGS = {
    "scripts": _("It held scripts. They were taken out; forms in it may no longer calculate."),
    "actions": _("It held actions that start programs, send forms or open other files. They were taken out."),
    "attachments": _("It held other files as attachments. They were taken out."),
    "media": _("It held sound, video or 3-D models. They were taken out."),
    "unknown_parts": _(
        "Parts of it are damaged or of a kind that the site doesn't know. They were taken out; "
        "look whether anything is missing. If so, put it in as text or as a picture."
    ),
    "signature": _("It was signed electronically. The signature names a person and was taken out."),
    "marks": _(
        "Drawings, stamps or notes lay on its pages. They were taken out; look whether any is missing."
    ),
    "covered_text": _("Something dark or white was drawn over text that is still there and can be copied."),
    "invisible_text": _("It holds text that is not visible on the page but can be copied."),
    "outside_text": _("It holds text outside the visible part of the page."),
    "hidden_layers": _("It has layers that are switched off but can be switched on."),
    "unread_pages": _("It is so long or complicated that not all of its text was looked through."),
    "remote_template": _(
        "It was bound to a template elsewhere, which would have been fetched. It is no longer."
    ),
    "linked_pictures": _(
        "It showed pictures that lie elsewhere and would have been fetched. They were taken out; "
        "put them in as pictures instead."
    ),
    "linked_content": _("It took content from other files. The connection was cut; what was shown stays."),
    "local_links": _("It had links to files on somebody's computer. They lead nowhere now."),
    "embedded_files": _("It held other files inside. They were taken out; their pictures on the page stay."),
    "chart_data": _("The workbook behind a chart was taken out; the chart itself stays."),
    "controls": _("It held buttons or other controls that run programs. They were taken out."),
    "hidden_text": _("It holds hidden text, which any reader can show."),
    "hidden_drawings": _("It holds hidden pictures or drawings, which any reader can show."),
    "hidden_sheets": _("It has hidden sheets, which any reader can show."),
    "hidden_rows": _("It has hidden rows, which any reader can show."),
    "hidden_columns": _("It has hidden columns, which any reader can show."),
    "pivot_data": _(
        "It held all the data behind a pivot table, also what the table does not show. The data was taken out; "
        "what the table shows stays."
    ),
    "remote_functions": _(
        "It had formulas that fetch something from the internet, open something, or that the site doesn't know. "
        "They were replaced by what they showed."
    ),
    "credentials": _(
        "It had links with the name, and perhaps the password, of somebody who signs in. "
        "Those were taken out of the links."
    ),
    "author_fields": _("It shows the name of its author or of its file in a field."),
    "cropped_pictures": _("It holds cropped pictures whole: what was cut off can be shown again."),
    "drawings": _(
        "It held drawings of a kind (EMF, WMF) that can't be looked into. They were taken out; "
        "put them in as PNG or JPEG instead."
    ),
    "fonts": _("It held fonts. They were taken out; letters may look different."),
    "formulas": _("Cells begin like formulas, which a spreadsheet may run."),
}


PLACES = {
    "sheet": "%s",
    "page": _("page %s"),
    "row": _("row %s"),
    "column": _("column %s"),
    "cell": _("cell %s"),
}


def refusal(code: str, params: dict[str, object]) -> Refused:
    """Return the Refused for a code of REFUSALS."""
    return Refused(REFUSALS[code], code=code, params=params)


def finding(kind: str, places: Iterable[Mapping[str, str]]) -> Finding:
    """Return the Finding for a kind of FINDINGS, with the places where it occurs."""
    message = str(FINDINGS[kind])
    if listed := "; ".join(map(_place, places)):
        message = f"{message} ({listed})"
    return Finding(kind, message)


def _place(place: Mapping[str, str]) -> str:
    """Return the text for a place of a report: where it is, and a quotation."""
    where = ", ".join(str(text) % place[name] for name, text in PLACES.items() if name in place)
    words = place.get("words", "")
    quoted = words if words in {"", "…"} else f"“{words}”"
    return ": ".join(filter(None, [where, quoted]))
