"""Mark-up as tokens, found where a browser finds them (HTML Standard, section 13.2.5), in one pass.

Every pattern eats what it matches for good, so that the time grows with the length and with nothing else.
"""

import html as html_text
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

from .names import RAW

TAG_NAME = re.compile(r"[a-zA-Z][^\t\n\f\r />]*+")
ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*+(?:
        (?P<end>>)
      | (?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*+)
        (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+
          (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<open>["'])|(?P<bare>[^\t\n\f\r >]*+)))?
    )""",
    re.VERBOSE,
)
# A reference that an attribute may hold: without a semicolon none that a letter, a digit or '=' follows.
REFERENCE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]*+(?:;|(?![=;])))")
COMMENT_END = re.compile(r"--!?>")
LONGEST_ATTRIBUTE = 2000  # characters; addresses that browsers take are shorter

REFERENCES_IN_RAW = {"title", "textarea"}


class Token(NamedTuple):
    """A run of text (kind 'text'), or a tag (kind 'start' or 'end') with its attributes."""

    kind: str
    text: str  # of a text its words, of a tag its name in lower case
    attributes: dict[str, str]
    is_closed: bool = False  # the tag ends in />


class Tokens:
    """The tokens of mark-up; whoever reads them says when the reading is inside a drawing or a formula."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.position = 0
        self.is_foreign = False

    def __iter__(self) -> Iterator[Token]:
        html = self.html
        while self.position < len(html):
            start = self.position
            bracket = html.find("<", start)
            if bracket < 0:
                self.position = len(html)
                yield _text(html[start:])
                return
            if bracket > start:
                self.position = bracket
                yield _text(html[start:bracket])
            yield from self._mark(bracket)

    def _mark(self, start: int) -> Iterator[Token]:
        html = self.html
        after = html[start + 1 : start + 2]
        if after == "!":
            yield from self._declaration(start)
        elif after == "?":
            self._skip_past(">", start)
        elif after == "/":
            if html[start + 2 : start + 3].isascii() and html[start + 2 : start + 3].isalpha():
                yield from self._tag("end", start + 2)
            elif start + 2 >= len(html):
                self.position = len(html)
                yield _text(html[start:])
            else:
                self._skip_past(">", start)
        elif after.isascii() and after.isalpha():
            yield from self._tag("start", start + 1)
        else:
            self.position = start + 1
            yield Token("text", "<", {})

    def _declaration(self, start: int) -> Iterator[Token]:
        html = self.html
        if html.startswith("<!--", start):
            if html.startswith((">", "->"), start + 4):
                self._skip_past(">", start)
                return
            end = COMMENT_END.search(html, start + 4)
            self.position = end.end() if end else len(html)
        elif self.is_foreign and html.startswith("<![CDATA[", start):
            end_of_data = html.find("]]>", start)
            stop = end_of_data if end_of_data >= 0 else len(html)
            self.position = min(stop + 3, len(html))
            yield Token("text", html[start + 9 : stop], {})
        else:
            self._skip_past(">", start)

    def _skip_past(self, mark: str, start: int) -> None:
        end = self.html.find(mark, start)
        self.position = end + len(mark) if end >= 0 else len(self.html)

    def _tag(self, kind: str, start: int) -> Iterator[Token]:
        html = self.html
        found = TAG_NAME.match(html, start)
        name = found[0].lower() if found else ""
        position = found.end() if found else start
        attributes: dict[str, str] = {}
        while True:
            part = ATTRIBUTE.match(html, position)
            if part is None or part["open"]:  # the text ends within the tag: a browser shows nothing of it
                self.position = len(html)
                return
            position = part.end()
            if part["end"]:
                break
            value = part["double"] or part["single"] or part["bare"] or ""
            if len(value) <= LONGEST_ATTRIBUTE:
                attributes.setdefault(part["name"].lower(), value)
        self.position = position
        token = Token(kind, name, attributes, html[position - 2 : position - 1] == "/")
        yield token
        if kind == "start" and not self.is_foreign:
            yield from self._raw(name)

    def _raw(self, name: str) -> Iterator[Token]:
        """Yield the content of an element that holds text alone, and its end."""
        html, start = self.html, self.position
        if name == "plaintext":
            self.position = len(html)
            yield Token("text", html[start:], {})
            return
        if name not in RAW:
            return
        end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, start)
        self.position = end.start() if end else len(html)
        words = html[start : self.position]
        yield _text(words) if name in REFERENCES_IN_RAW else Token("text", words, {})


def _text(words: str) -> Token:
    return Token("text", html_text.unescape(words) if "&" in words else words, {})


def attribute_value(value: str) -> str:
    """Return what an attribute says, its references read as a browser reads them there."""
    return REFERENCE.sub(_reference, value) if "&" in value else value


def _reference(match: re.Match[str]) -> str:
    found = match[0]
    if found[1] != "#" and not found.endswith(";") and found[1:] not in html5:
        return found
    return html_text.unescape(found)
