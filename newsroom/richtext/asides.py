"""Which words of pasted mark-up a writer had deleted, hidden or written as a comment: they never enter a text.

Words that are struck out for readers to see stay struck out; what a style hides, `looks` judges.
static/js/editor-asides.js judges the same in the browser.
"""

import re

from .looks import as_browsers_read

PROGRAMS_ASIDES = re.compile(
    r"\bmso(?:del|movefrom|com(?:txt|off|anchor))|\bTrackChangeTextDeletion", re.IGNORECASE
)  # classes of Word
COMMENT = re.compile(r"mso-element\s*:\s*comment", re.IGNORECASE)


def is_put_aside(name: str, attributes: dict[str, str]) -> bool:
    """Return whether the words of an element were deleted, hidden or a comment where it was written."""
    return (
        name == "del"
        or (name == "dialog" and "open" not in attributes)
        or bool(attributes.keys() & {"hidden", "popover"})
        or bool(COMMENT.search(as_browsers_read(attributes.get("style", ""))))
        or bool(PROGRAMS_ASIDES.search(attributes.get("class", "")))
    )
