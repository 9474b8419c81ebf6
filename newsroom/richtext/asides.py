"""Which words of pasted mark-up a writer had deleted, hidden or written as a comment: they never enter a text.

Words that are struck out for readers to see stay struck out. static/js/editor-asides.js judges the same in the browser.
"""

import re

HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*(?:all|screen)"
    r"|opacity\s*:\s*[-+]?(?:0+\.?0*|\.0+)(?:e\d+)?%?\s*(?:;|!|$)"
    r"|color\s*:\s*(?:transparent|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)\s*(?:;|!|$)|(?:rgb|hsl)a?\((?:[^(),]*,){3}\s*[0.]+%?\s*\)|(?:rgb|hsl)a?\([^(),/]*/\s*[0.]+%?\s*\)))",
    re.IGNORECASE,
)
COMMENTED = re.compile(r"/\*(?:[^*]|\*(?!/))*(?:\*/|$)")
ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
STRIKES = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
PROGRAMS_ASIDES = re.compile(
    r"\bmso(?:del|movefrom|com(?:txt|off|anchor))|\bTrackChangeTextDeletion", re.IGNORECASE
)  # classes of Word
COMMENT = re.compile(r"mso-element\s*:\s*comment", re.IGNORECASE)


def is_put_aside(name: str, attributes: dict[str, str]) -> bool:
    """Return whether the words of an element were deleted, hidden or a comment where it was written."""
    style = as_browsers_read(attributes.get("style", ""))
    return (
        name == "del"
        or "hidden" in attributes
        or bool(HIDES.search(style) or COMMENT.search(style))
        or bool(PROGRAMS_ASIDES.search(attributes.get("class", "")))
    )


def is_struck(attributes: dict[str, str]) -> bool:
    """Return whether the words of an element are struck out by its style."""
    return bool(STRIKES.search(as_browsers_read(attributes.get("style", ""))))


def as_browsers_read(style: str) -> str:
    """Return declarations without comments and escapes (CSS Syntax Level 3, sections 4.3.2 and 4.3.7)."""
    return ESCAPED.sub(_letter, COMMENTED.sub("", style)) if "\\" in style or "/*" in style else style


def _letter(escape: re.Match[str]) -> str:
    if escape[2]:
        return escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
