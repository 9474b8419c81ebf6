"""The contents of a text: its headings, by which a reader finds a place in it."""

import html as html_text
import re
from typing import NamedTuple

from .sanitiser import safe, without_tags

FEWEST = 4  # headings that are worth a list
HEADING = re.compile(r'<h(?P<level>[23])(?=[^>]* id="(?P<id>[^"]+)")[^>]*>(?P<words>.*?)</h(?P=level)>')


class Entry(NamedTuple):
    """A heading, where it is, and the headings in its section."""

    words: str
    id: str
    inside: "tuple[Entry, ...]" = ()


def contents_of(html: str) -> tuple[Entry, ...]:
    """Return the headings of stored rich text with those of each section; none where they are fewer than FEWEST."""
    text = safe(html)
    found = list(HEADING.finditer(text))
    if len(found) < FEWEST:
        return ()
    entries: list[Entry] = []
    for match in found:
        words = " ".join(html_text.unescape(without_tags(match["words"].replace("<br>", " "))).split())
        entry = Entry(words, html_text.unescape(match["id"]))
        if match["level"] == "3" and entries:
            entries[-1] = entries[-1]._replace(inside=(*entries[-1].inside, entry))
        else:
            entries.append(entry)
    return tuple(entries)
