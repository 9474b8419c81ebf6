"""Mark-up as the text that a reader sees, for comparing two versions by eye."""

import re
from html import unescape

BLOCK_ENDS = re.compile(r"</(?:p|h[1-6]|li|blockquote|tr|figcaption|table)>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def plain(text: str) -> str:
    """Return a text without its mark-up, a line for each block; what holds no mark-up stays as it is."""
    if not TAG.search(text):
        return text
    lines = unescape(TAG.sub("", BLOCK_ENDS.sub("\n", text))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
