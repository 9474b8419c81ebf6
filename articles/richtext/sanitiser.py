"""The sanitiser: nothing but what the allow-list holds comes out, and every word that a browser shows."""

import html as html_text
import re
from functools import lru_cache

import nh3
from django.utils.html import escape, strip_tags

from .allowlist import ATTRIBUTES, SCHEMES, TAGS, permitted
from .shape import RENAMED, reshape
from .tree import TooDeep, parse, write

# Elements whose text no browser shows.
UNSEEN = {
    "script", "style", "template", "title", "iframe", "noembed", "noframes", "noscript", "audio", "video",
    "canvas", "object", "datalist", "meter", "progress", "rp", "desc", "metadata",
}  # fmt: skip
# Drawings and formulas: nh3 would drop their words with them.
FOREIGN = {
    "svg", "g", "switch", "text", "tspan", "textPath", "foreignObject", "math", "mrow", "mi", "mn", "mo", "ms", "mtext",
    "mfrac", "msup", "msub", "msubsup", "msqrt", "mroot", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
    "mstyle", "mpadded", "menclose", "semantics",
}  # fmt: skip
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ROUNDS = 12  # of cleaning until nothing changes; two or three are usual

# Reads whatever somebody wrote, as a browser would.
_reader = nh3.Cleaner(
    tags=TAGS | set(RENAMED) | FOREIGN,
    clean_content_tags=UNSEEN,
    attributes={tag: names - {"rel"} for tag, names in ATTRIBUTES.items()}
    | {"a": ATTRIBUTES["a"] - {"rel"} | {"name"}, "h1": {"lang", "dir"}, "div": {"lang", "dir"}},
    attribute_filter=permitted,
    url_schemes=SCHEMES,
    link_rel=None,
)
# Has the last word: lets nothing through but the allow-list.
_gate = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=UNSEEN,
    attributes=ATTRIBUTES,
    attribute_filter=permitted,
    url_schemes=SCHEMES,
    link_rel=None,
)


def sanitise(html):
    """Return the HTML with nothing but what the allow-list holds; never raises, and twice is as once."""
    text = UNSTORABLE.sub("", html if isinstance(html, str) else "")
    try:
        for _round in range(ROUNDS):
            cleaned = _clean(text)
            if cleaned == text:
                return cleaned
            text = cleaned
    except TooDeep:
        text = _reader.clean(text)
    return _words_alone(text)


@lru_cache(maxsize=256)
def safe(html):
    """Return stored rich text so that a page may show it, even where something else than a field wrote it.

    What a field stored passes the gate unchanged; that costs one parsing, and the next time nothing.
    """
    text = html if isinstance(html, str) else ""
    return text if not UNSTORABLE.search(text) and _gate.clean(text) == text else sanitise(text)


def _clean(html):
    root = parse(_reader.clean(html), FOREIGN)
    reshape(root)
    return _gate.clean(write(root)).strip()


def _words_alone(html):
    """Return the words as plain paragraphs: for mark-up so tangled that it never settles."""
    spaced = re.sub(r"<br>|</?(?:p|h[1-6]|li|tr|td|th|div|blockquote|ul|ol|table)\b[^>]*>", "\n", html)
    lines = [line.strip() for line in html_text.unescape(strip_tags(spaced)).splitlines()]
    return "\n".join(f"<p>{_quoted(UNSTORABLE.sub('', line))}</p>" for line in lines if line)


def _quoted(text):
    return escape(text).replace("&#x27;", "'").replace("&quot;", '"').replace("\xa0", "&nbsp;")
