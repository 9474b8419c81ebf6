"""The sanitiser: nothing but what the allow-list holds comes out, and every word that a browser shows.

`reader` reads what somebody wrote, `shape` makes it ours, and nh3, a parser of the browser's kind, has the last word.
"""

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import nh3

from .allowlist import ATTRIBUTES, SCHEMES, TAGS, VOID, permitted
from .limits import problem_of_shape, problem_of_size
from .names import UNSEEN
from .reader import DEEPEST, Reader
from .shape import reshape
from .tree import write

# What no text may hold: a stored NUL stops PostgreSQL, half a character stops every writer, and the last are
# characters for use within a program, which nh3 gets for & and hard spaces: their escapes take it quadratic time.
UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
AMPERSAND, HARD_SPACE = "\ufdd0", "\ufdd1"
# A tag that is not closed is passed over in one go: from each of its letters on, the rest would be read again.
TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9-]*+)(?:"[^"]*+"|[^"<>])*+(>?)')
ROUNDS = 12  # of cleaning until nothing changes; two or three are usual
MOST_KNOWN = 32  # texts that this process knows to be clean, so that a form and its row are cleaned once


def _permitted(tag: str, name: str, value: str) -> str | None:
    meant = value.replace(AMPERSAND, "&").replace(HARD_SPACE, "\xa0")
    found = permitted(tag, name, meant)
    return value if found == meant else found


# Has the last word: lets nothing through but the allow-list.
_gate = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=UNSEEN,
    attributes=ATTRIBUTES,
    attribute_filter=_permitted,
    url_schemes=SCHEMES,
    link_rel=None,
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it may be stored, and what is too much of it for an editor to save."""

    text: str
    problem: str = ""


_known: OrderedDict[str, Cleaned] = OrderedDict()
_lock = threading.Lock()


def sanitise(html: object) -> str:
    """Return the HTML with nothing but what the allow-list holds; never raises, and twice is as once."""
    return _cleaned(html if isinstance(html, str) else "").text


def problem_of(html: object) -> str:
    """Return what is too much of the HTML, in a sentence for its editor, or nothing."""
    return _cleaned(html if isinstance(html, str) else "").problem


def _cleaned(given: str) -> Cleaned:
    with _lock:
        if given in _known:
            _known.move_to_end(given)
            return _known[given]
    text = UNSTORABLE.sub("", given)
    problem = problem_of_size(given)
    for _round in range(ROUNDS):
        reader = Reader(text)
        cleaned = _clean(reader)
        problem = problem or problem_of_shape(reader) or problem_of_size(cleaned)
        if cleaned == text:
            break
        text = cleaned
    else:
        text = _words_alone(text)
    with _lock:
        _known[given] = Cleaned(text, problem)
        _known.setdefault(text, Cleaned(text))  # what a form has cleaned, its row gets
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    return Cleaned(text, problem)


@lru_cache(maxsize=256)
def safe(html: object) -> str:
    """Return stored rich text so that a page may show it, even where something else than a field wrote it.

    What a field stored passes the gate unchanged; that costs one parsing, and the next time nothing.
    """
    text = html if isinstance(html, str) else ""
    return (
        text if not UNSTORABLE.search(text) and _is_even(text) and _passed(text) == text else sanitise(text)
    )


def without_tags(html: str) -> str:
    """Return the escaped words of mark-up that safe() or sanitise() returned."""
    return TAG.sub("", html)


def _clean(reader: Reader) -> str:
    root = reader.read()
    reshape(root)
    return _passed(write(root)).strip()


def _passed(html: str) -> str:
    """Return what the gate lets through of mark-up in our writing."""
    waiting = html.replace("&amp;", AMPERSAND).replace("&nbsp;", HARD_SPACE)
    return _gate.clean(waiting).replace(AMPERSAND, "&amp;").replace(HARD_SPACE, "&nbsp;")


def _is_even(html: str) -> bool:
    """Return whether every element is closed where it should be, and none lies too deep for the gate."""
    path: list[str] = []
    for closing, name, end in TAG.findall(html):
        if not end:
            return False
        if closing:
            if not path or path.pop() != name:
                return False
        elif name not in VOID:
            path.append(name)
            if len(path) > 4 * DEEPEST:
                return False
    return not path


def _words_alone(html: str) -> str:
    """Return the words of clean mark-up as plain paragraphs: for what never settles."""
    spaced = re.sub(
        r"<br>|</?(?:p|h[1-6]|li|tr|td|th|blockquote|ul|ol|table|caption|figcaption)\b[^>]*>", "\n", html
    )
    lines = (line.strip() for line in without_tags(spaced).split("\n"))
    return "\n".join(f"<p>{line}</p>" for line in lines if line)
