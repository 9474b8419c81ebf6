"""Limits on the size of a text that an editor saves, far above the size of any real piece."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .place import MOST_INLINE
from .reader import DEEPEST, Reader

LONGEST = 500_000  # characters, with the mark-up
MOST_ELEMENTS = 20_000


def is_too_long(html: object) -> bool:
    """Return whether this is mark-up that has more characters than an editor may save."""
    return isinstance(html, str) and len(html) > LONGEST


def problem_of_size(html: str) -> str:
    """Return what is wrong with the size of mark-up, in a sentence for its editor, or nothing."""
    if len(html) <= LONGEST:
        return ""
    return _(
        "This text is too long: it has %(length)s characters with its formatting, and %(most)s fit. Split it into "
        "several pieces, or put the whole as a document into the resources."
    ) % {
        "length": number_format(len(html), force_grouping=True),
        "most": number_format(LONGEST, force_grouping=True),
    }


def problem_of_shape(reader: Reader) -> str:
    """Return what is wrong with the shape of what was read, in a sentence for its editor, or nothing."""
    if reader.elements > MOST_ELEMENTS:
        return _(
            "This text has more than %(most)s paragraphs, line breaks, links and the like. Split it into several "
            "pieces."
        ) % {"most": number_format(MOST_ELEMENTS, force_grouping=True)}
    if reader.is_too_deep:
        return _(
            "Lists, quotes or tables stand within each other here more than %(blocks)s deep, or formats more than "
            "%(formats)s deep. The box below shows the text without what lay deeper. Check it and save again."
        ) % {"blocks": DEEPEST, "formats": MOST_INLINE}
    return ""
