"""Rich text as plain text: wrapped lines, links followed by their URL, alternative texts of pictures."""

import re
import string
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

WIDTH = 72
BULLET = re.compile(r"\s*(?:[*+o-]|\d+\.)\s+|\s+[a-zA-Z]{1,8}\.\s+|\s*")
ROMAN = [("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10),
         ("ix", 9), ("v", 5), ("iv", 4), ("i", 1)]  # fmt: skip
GAPS = re.compile(r"\n{3,}")


@dataclass(slots=True)
class _Count:
    """The counter of a numbered list."""

    number: int
    kind: str

    def marker(self) -> str:
        """Return the marker of the next item."""
        number, self.number = self.number, self.number + 1
        if self.kind in {"a", "A"} and number > 0:
            written = _letters(number)
        elif self.kind in {"i", "I"} and 0 < number < 4000:
            written = "".join(sign * times for sign, times in _roman(number))
        else:
            return f"{number}. "
        return f"{written.upper() if self.kind.isupper() else written}. "


def _letters(number: int) -> str:
    written = ""
    while number:
        number, rest = divmod(number - 1, 26)
        written = string.ascii_lowercase[rest] + written
    return written


def _roman(number: int) -> Iterator[tuple[str, int]]:
    for sign, value in ROMAN:
        times, number = divmod(number, value)
        yield sign, times


def _link_starts(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    state.link_target = attributes.get("href", "")


def _link_ends(state: HtmlDocumentState) -> None:
    if state.link_target and not state.link_target.startswith("#"):
        state.tags[-1].write(f" <{state.link_target}>")


def _strike_starts(state: HtmlDocumentState, _attributes: dict[str, str]) -> None:
    state.tags[-1].write(_("[struck out:") + " ")


def _strike_ends(state: HtmlDocumentState) -> None:
    state.tags[-1].write("]")


def _list_starts(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    state.li_counter.append(_Count(int(attributes.get("start", "1")), attributes.get("type", "")))


def _item_starts(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    marker = state.li_counter[-1] if state.li_counter else "* "
    if isinstance(marker, _Count):
        marker.number = int(attributes.get("value", marker.number))
        marker = marker.marker()
    state.tags[-1].list_bullet = marker
    state.tags[-1].write("")


_config = ParserConfig(
    css=CSS_PROFILES["strict"],
    display_images=True,
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
        start_tag_mapping={"a": _link_starts, "s": _strike_starts, "ol": _list_starts, "li": _item_starts},
        end_tag_mapping={"a": _link_ends, "s": _strike_ends},
    ),
)


def from_html(html: str) -> str:
    """Return sanitised HTML as plain text."""
    lines = get_text(html, _config).strip().splitlines() if html.strip() else []
    return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    bullet = BULLET.match(line)  # it matches at least the empty text
    hanging = " " * len(bullet[0] if bullet else "")
    wrapper = textwrap.TextWrapper(
        WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.fill(line.rstrip())


def tidy(text: str) -> str:
    """Return the text without trailing spaces and without two empty lines in a row."""
    return GAPS.sub("\n\n", "\n".join(line.rstrip() for line in text.strip().splitlines())) + "\n"
