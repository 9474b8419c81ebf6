"""Rich text as lines that a reader sees: words, pictures by their description, rows of tables, where links lead."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from newsroom.editing.worddiff import Line
from newsroom.pictures.models import Image
from newsroom.richtext.sanitiser import safe

BLOCKS = {"p", "h2", "h3", "h4", "li", "blockquote", "caption", "tr"}
PICTURE, RULE = "picture", "hr"


class _Lines(HTMLParser):
    """Collects the lines of clean mark-up."""

    def __init__(self, pictures: Mapping[str, Image]) -> None:
        super().__init__()
        self.pictures = pictures
        self.lines: list[Line] = []
        self.kind, self.words = "p", ""
        self.links: list[str] = []

    def end_line(self, kind: str = "p") -> None:
        text = " ".join(self.words.split())
        if text:
            self.lines.append(Line(self.kind, text))
        self.kind, self.words = kind, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in BLOCKS:
            if not (tag == "p" and self.kind != "p" and not self.words.strip()):  # a paragraph in a quotation
                self.end_line(tag)
        elif tag in {"td", "th"}:
            self.words += " | " if self.words.strip() else ""
        elif tag == "a":
            self.links.append(named.get("href") or "")
        elif tag == "br":
            self.end_line(self.kind)
        elif tag == "hr":
            self.end_line()
            self.lines.append(Line(RULE, "———"))
        elif tag == "figure" and named.get("data-picture"):
            self.end_line()
            self.lines.append(Line(PICTURE, self._picture(str(named["data-picture"]))))
        elif tag == "table":
            self.end_line()
            self.lines += [Line("p", text) for text in _said_of_chart(named)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            address = self.links.pop()
            self.words += f" (→ {address})" if address else ""
        elif tag in BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        self.words += data

    def _picture(self, key: str) -> str:
        image = self.pictures.get(key)
        if image is None:
            return _("[Picture that is not in the library any more, or not shown]")
        return _("[Picture: %(words)s]") % {"words": image}


def _said_of_chart(named: Mapping[str, str | None]) -> Iterator[str]:
    """Yield what a table says of its chart and its source."""
    if kind := named.get("data-chart"):
        yield _("[Chart: %(kind)s]") % {"kind": " ".join([kind, named.get("data-columns") or ""]).strip()}
    if source := named.get("data-source"):
        yield _("[Source: %(source)s]") % {"source": source}


def lines_of(html: str, pictures: Mapping[str, Image]) -> list[Line]:
    """Return stored rich text as lines; of pictures those are named that are given by UUID."""
    reader = _Lines(pictures)
    reader.feed(safe(html))
    reader.close()
    reader.end_line()
    return reader.lines
