"""A text as the checks read it: its paragraphs, headings, links and tables, in one pass over its mark-up."""

import re
from dataclasses import dataclass, field

from newsroom.richtext.tokens import Tokens, attribute_value

BLOCKS = {
    "p", "div", "li", "ul", "ol", "blockquote", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot",
    "tr", "th", "td", "hr", "br", "dl", "dt", "dd", "pre", "section", "article",
}  # fmt: skip
LEVELS = {f"h{level}": level for level in range(1, 7)}
UNREAD = {"script", "style", "template", "title", "noscript"}
SHOWN = {("abbr", "title"), ("table", "data-source")}  # attributes whose words readers see
QUOTED = {"blockquote", "cite"}
UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Link:
    """A link with its address, None where it has none."""

    address: str | None
    words: str = ""


@dataclass
class Table:
    """A table: whether it has header cells, and its first words."""

    has_headers: bool = False
    words: str = ""


@dataclass
class Text:
    """What stands in a text."""

    paragraphs: list[str] = field(default_factory=list)
    own_words: list[str] = field(default_factory=list)  # paragraphs without what is quoted
    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)  # their UUIDs


class Reading:
    """Reads a text."""

    def __init__(self, html: str) -> None:
        self.text = Text()
        self.words: list[str] = []
        self.own: list[str] = []
        self.quotes = self.unread = 0
        self.heading: int | None = None
        self.link: Link | None = None
        self.tables: list[Table] = []
        for token in Tokens(html):
            if token.kind == "text":
                self._say(token.text)
            elif token.kind == "start":
                self._start(token.text, token.attributes)
            else:
                self._end(token.text)
        self._break()

    def _say(self, words: str) -> None:
        if self.unread:
            return
        self.words.append(words)
        if not self.quotes:
            self.own.append(words)
        if self.link is not None:
            self.link.words += words

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in BLOCKS or name in LEVELS:
            self._break()
        self.heading = LEVELS.get(name, self.heading)
        if name in QUOTED:
            self.quotes += 1
        elif name in UNREAD:
            self.unread += 1
        elif name == "a":
            address = attributes.get("href")
            self.link = Link(None if address is None else attribute_value(address).strip())
            if address is not None or not {"id", "name"} & attributes.keys():
                self.text.links.append(self.link)
        elif name == "table":
            self.tables.append(Table())
        elif name == "th" and self.tables:
            self.tables[-1].has_headers = True
        words = (attribute_value(attributes[one]) for tag, one in SHOWN if tag == name and one in attributes)
        self.text.paragraphs += filter(str.strip, words)
        found = UUID.fullmatch(attributes.get("data-picture", ""))
        if found:
            self.text.pictures.append(found[0])

    def _end(self, name: str) -> None:
        if name in LEVELS:
            level, words = self.heading or LEVELS[name], "".join(self.words)
            self._break()
            self.text.headings.append((level, " ".join(words.split())))
            self.heading = None
        elif name in BLOCKS:
            self._break()
        if name in QUOTED:
            self.quotes = max(0, self.quotes - 1)
        elif name in UNREAD:
            self.unread = max(0, self.unread - 1)
        elif name == "a":
            self.link = None
        elif name == "table" and self.tables:
            self.text.tables.append(self.tables.pop())

    def _break(self) -> None:
        """End a paragraph."""
        words = "".join(self.words)
        if words.strip():
            self.text.paragraphs.append(words)
            own = "".join(self.own)
            if own.strip():
                self.text.own_words.append(own)
            for table in self.tables:
                table.words = table.words or words.strip()
        self.words.clear()
        self.own.clear()


def read(html: str) -> Text:
    """Return what stands in a text."""
    return Reading(html).text
