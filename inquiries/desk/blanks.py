"""Canned answers: blanks such as [[name]] are replaced as plain text, never by a template engine."""

import re

from django.utils.translation import gettext as _

BLANK = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")


def filled(text: str, inquiry, officer):
    """Return the text with the blanks that we know filled in, and the others left to the officer."""
    known = {
        "name": inquiry.words["name"] or _("reader"),
        "reference": inquiry.words["reference"],
        "officer": officer.get_full_name() or officer.get_username(),
    }
    return BLANK.sub(lambda match: known.get(match[1].strip().casefold(), match[0]), text)


def open_blanks(text: str):
    """Return the blanks that nobody has filled in yet."""
    return [match[0] for match in BLANK.finditer(text)]
