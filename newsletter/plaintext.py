"""Rich text as plain text for reading: wrapped lines, and links with their address behind them, pictures in words."""

import re
import textwrap

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

WIDTH = 72
BULLET = re.compile(r"\s*(?:[*+o-]|\d+\.)\s+|\s*")
GAPS = re.compile(r"\n{3,}")


def _link_starts(state, attributes):
    state.link_target = attributes.get("href", "")


def _link_ends(state):
    if state.link_target and not state.link_target.startswith("#"):
        state.tags[-1].write(f" <{state.link_target}>")


_config = ParserConfig(
    css=CSS_PROFILES["strict"],
    display_images=True,
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping(
        start_tag_mapping={"a": _link_starts}, end_tag_mapping={"a": _link_ends}
    ),
)


def from_html(html):
    """Return sanitised HTML as plain text."""
    lines = get_text(html, _config).strip().splitlines() if html.strip() else []
    return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line):
    hanging = " " * len(BULLET.match(line)[0])
    wrapper = textwrap.TextWrapper(
        WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.fill(line.rstrip())


def tidy(text):
    """Return the text without trailing spaces, with one empty line at most between two others."""
    return GAPS.sub("\n\n", "\n".join(line.rstrip() for line in text.strip().splitlines())) + "\n"
