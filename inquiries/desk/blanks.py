"""Blanks of canned answers, such as [[name]]: they are replaced as plain text, never by a template engine."""

import re

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from inquiries.models import Inquiry

BLANK = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")


def filled(text: str, inquiry: Inquiry, officer: User) -> str:
    """Return the text with the known blanks filled in; the others are left to the officer."""
    known = {
        "name": inquiry.words["name"] or _("reader"),
        "reference": inquiry.words["reference"],
        "officer": officer.get_full_name() or officer.get_username(),
    }
    return BLANK.sub(lambda match: known.get(match[1].strip().casefold(), match[0]), text)


def open_blanks(text: str) -> list[str]:
    """Return the blanks that are still in the text."""
    return [match[0] for match in BLANK.finditer(text)]
