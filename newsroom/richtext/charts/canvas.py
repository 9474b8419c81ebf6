"""Writes SVG: places across are parts of the width, so that letters keep their size on every screen; heights are px."""

import unicodedata
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from django.utils.html import escape

WIDTH = 290  # px across, on the narrowest screens
LETTER = 7.6  # px, of the chart's text
LINE = 18  # px between lines of text
GAP = 4  # px between a mark and its words
LONGEST = 36  # letters of a label that fit into the width


def letters(words: str) -> int:
    """Return how wide words are, in letters of a Latin script."""
    wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in words)
    return wide - sum(unicodedata.category(one) in {"Mn", "Me", "Cf"} for one in words)


def room_for(words: str) -> float:
    """Return the part of the width that words take, from 0 to 1, on the narrowest screens."""
    return letters(words) * LETTER / WIDTH


def shortened(words: str, most: int = LONGEST) -> str:
    """Return words that are no wider than so many letters."""
    if letters(words) <= most:
        return words
    while letters(words) > most - 1:
        words = words[:-1]
    return f"{words.rstrip()}…"


def px(number: float) -> str:
    """Return a number as SVG writes it, with two digits after the point at most."""
    written = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


@dataclass(slots=True)
class Canvas:
    """What is drawn so far; in a language that is read from the right, the chart begins there."""

    is_rtl: bool = False
    height: float = 0
    marks: list[str] = field(default_factory=list)

    def across(self, part: float) -> str:
        """Return a place across, of which 0 is the beginning of the lines and 1 their end."""
        return f"{px(100 * (1 - part if self.is_rtl else part))}%"

    def bar(self, start: float, end: float, y: float, height: float, name: str) -> None:
        """Draw a bar between two places."""
        first, last = sorted((start, end))
        x = self.across(last if self.is_rtl else first)
        self._add(
            "rect", {"x": x, "y": px(y), "width": f"{px(100 * (last - first))}%", "height": px(height)}, name
        )

    def line(self, start: float, end: float, y: float, below: float, name: str) -> None:
        """Draw a straight line."""
        self._add(
            "line", {"x1": self.across(start), "y1": px(y), "x2": self.across(end), "y2": px(below)}, name
        )

    def dot(self, place: float, y: float, name: str) -> None:
        """Draw a dot."""
        self._add("circle", {"cx": self.across(place), "cy": px(y), "r": "4"}, name)

    def words(self, place: float, y: float, words: str, name: str, *, anchor: str = "start") -> None:
        """Write words in the direction of the chart's language."""
        if words:
            at = {"x": self.across(place), "y": px(y)}
            self._add("text", at | ({"text-anchor": anchor} if anchor != "start" else {}), name, words)

    def number(self, place: float, y: float, written: str, *, side: int = 0, name: str = "") -> None:
        """Write a number beside a place: after it (side 1), before it (-1) or across it (0); its minus stays first."""
        side = -side if self.is_rtl else side
        at = {"x": self.across(place), "y": px(y), "direction": "ltr"}
        at |= {"text-anchor": {1: "start", 0: "middle", -1: "end"}[side]} | (
            {"dx": str(GAP * side)} if side else {}
        )
        self._add("text", at, name, written)

    def path(self, points: list[tuple[float, float]], name: str) -> None:
        """Draw a line through points; the first of each is a place across, the second a height in px."""
        steps = " ".join(f"{px(1000 * (1 - part if self.is_rtl else part))},{px(y)}" for part, y in points)
        self._add("polyline", {"points": steps, "vector-effect": "non-scaling-stroke"}, name)

    def stretch(self, height: float) -> str:
        """Return the beginning of a drawing whose places across are thousandths of the width."""
        return f'<svg width="100%" height="{px(height)}" viewBox="0 0 1000 {px(height)}" preserveAspectRatio="none">'

    def _add(self, tag: str, attributes: dict[str, str], name: str, words: str = "") -> None:
        named = {**attributes, "class": name} if name else attributes
        written = "".join(f" {key}={quoteattr(value)}" for key, value in named.items())
        self.marks.append(f"<{tag}{written}>{escape(words)}</{tag}>" if words else f"<{tag}{written}/>")
