"""What a writer had put aside stays aside: deleted and hidden words are no part of a text.

Words that are struck out for readers to see stay struck out. Of what is pasted, static/js/editor-asides.js says it.
"""

import re

HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*(?:all|screen)"
    r"|opacity\s*:\s*0(?:\.0*)?%?\s*(?:;|!|$)|color\s*:\s*transparent)",
    re.IGNORECASE,
)
STRIKES = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
PROGRAMS_ASIDES = re.compile(
    r"\bmso(?:del|movefrom|com(?:txt|off|anchor))|\bTrackChangeTextDeletion", re.IGNORECASE
)  # classes of Word
COMMENT = re.compile(r"mso-element\s*:\s*comment", re.IGNORECASE)


def is_put_aside(name: str, attributes: dict[str, str]) -> bool:
    """Return whether the words of an element were deleted, hidden or a comment where it was written."""
    style = attributes.get("style", "")
    return (
        name == "del"
        or "hidden" in attributes
        or bool(HIDES.search(style) or COMMENT.search(style))
        or bool(PROGRAMS_ASIDES.search(attributes.get("class", "")))
    )


def is_struck(attributes: dict[str, str]) -> bool:
    """Return whether the words of an element are struck out by its style."""
    return bool(STRIKES.search(attributes.get("style", "")))
