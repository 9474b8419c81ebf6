"""Shows a stranger's text so that no link can be clicked and every invisible character is marked."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

LINK = re.compile(r"(?:https?|ftp)://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
JOINERS = {"\u200c", "\u200d"}  # part of the spelling between letters of some scripts, and in emoji
KEPT_CONTROLS = {"\n", "\r", "\t"}
BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f"}  # drawn as nothing


def visible(text: str) -> SafeString:
    """Return the text as HTML in which invisible characters are marked and every link tells its host."""
    pieces, at = [], 0
    for match in LINK.finditer(text):
        pieces.append(_with_marks(text, at, match.start()))
        pieces.append(format_html('<span class="their-link">{}</span>', _with_marks(text, *match.span())))
        pieces.append(format_html(' <span class="host">[{}]</span>', _host_label(match[0])))
        at = match.end()
    pieces.append(_with_marks(text, at, len(text)))
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped


def _with_marks(text: str, start: int, end: int) -> SafeString:
    return mark_safe("".join(_shown(text, at) for at in range(start, end)))  # noqa: S308 - escaped one by one


def _shown(text: str, at: int) -> SafeString:
    character = text[at]
    if not _is_invisible(text, at):
        return conditional_escape(character)
    name = unicodedata.name(character, "")
    return format_html('<span class="invisible" title="{}">{}</span>', name, f"U+{ord(character):04X}")


def _is_invisible(text: str, at: int) -> bool:
    """Return whether the character at this place would not be seen; joiners within a word belong to its spelling."""
    character = text[at]
    if character in JOINERS:
        return not (_is_joined(text[at - 1 : at]) and _is_joined(text[at + 1 : at + 2]))
    if character in BLANK_LETTERS:
        return True
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}:
        return character not in KEPT_CONTROLS
    return category == "Zs" and character not in {" ", "\u00a0", "\u3000"}


def _is_joined(neighbour: str) -> bool:
    """Return whether a joiner beside this character belongs to the spelling."""
    return bool(neighbour) and (neighbour > "\u024f") and unicodedata.category(neighbour)[0] in "LMS"


def _host_label(link: str) -> str:
    try:
        host = urlsplit(link if "://" in link else f"http://{link}").hostname or ""
    except ValueError:
        host = ""
    if not host:
        return _("no host")
    try:
        plain = host.encode("ascii").decode()
    except UnicodeEncodeError:
        try:
            plain = host.encode("idna").decode()
        except UnicodeError:
            plain = host.encode("unicode_escape").decode()
    return _("host: %(host)s") % {"host": plain}
