"""Mark-up as the text that a reader sees, to show two versions beside each other."""

import re
from html import unescape

BLOCK_ENDS = re.compile(r"</(?:p|h[1-6]|li|blockquote|tr|figcaption|table)>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def plain(text: str) -> str:
    """Return a text without its mark-up, a line for each block; text without mark-up stays as it is."""
    if not TAG.search(text):
        return text
    lines = unescape(TAG.sub("", BLOCK_ENDS.sub("\n", text))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def apart(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the lines that they share at beginning and end, but one line of context each."""
    ones, others = one.split("\n"), other.split("\n")
    start = end = 0
    shorter = min(len(ones), len(others))
    while start < shorter and ones[start] == others[start]:
        start += 1
    while end < shorter - start and ones[-1 - end] == others[-1 - end]:
        end += 1
    return _middle(ones, start, end), _middle(others, start, end)


def _middle(lines: list[str], start: int, end: int) -> str:
    first, last = max(start - 1, 0), min(len(lines) - end + 1, len(lines))
    return "\n".join(["…"] * (first > 0) + lines[first:last] + ["…"] * (last < len(lines)))
