"""Reads the site's variables from a file, such as /etc/newsroom.env, as systemd's EnvironmentFile does.

So `manage.py` finds in a terminal what the service finds when systemd starts it.
"""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from io import StringIO
from itertools import chain, takewhile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAMED_BY = "NEWSROOM_ENV"
USUAL = Path("/etc/newsroom.env")

ALIKE = 0.85  # of two names, as difflib measures it: MAIL_URL and EMAIL_URL have 0.94
BLANKS = " \t\r"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_from_file: dict[str, Path] = {}  # the variables that have the value of the file


def _in_double_quotes(characters: Iterator[str]) -> str:
    """Return the text up to the closing quote; a backslash escapes what a shell would read, and joins lines."""
    written = ""
    for character in characters:
        if character == '"':
            break
        if character == "\\":
            following = next(characters, "")
            character = following.strip("\n") if following in '"\\`$\n' else character + following
        written += character
    return written


def _value(characters: Iterator[str]) -> str:
    """Return the value that begins here and read its line to the end, by the grammar of systemd.exec(5).

    Quotes count before other text, and are text after it.
    """
    written, kept, is_plain = "", 0, False  # kept: the length that blanks at the end are cut to
    for character in characters:
        if character == "\n":
            break
        if character in BLANKS and not is_plain:
            continue
        if character in "'\"" and not is_plain:
            written += (
                "".join(takewhile("'".__ne__, characters))
                if character == "'"
                else _in_double_quotes(characters)
            )
            kept = len(written)
            continue
        is_plain = True
        is_escaped = character == "\\"
        written += next(characters, "").strip("\n") if is_escaped else character
        if is_escaped or character not in BLANKS:
            kept = len(written)
    return written[:kept]


def parsed(text: str, origin: str) -> dict[str, str]:
    """Return the variables in the text of a file; raises ImproperlyConfigured, with origin and line, for a bad name.

    Lines without "=" and those that begin with "#" or ";" are skipped.
    """
    found: dict[str, str] = {}
    lines = enumerate(StringIO(text), 1)
    for number, line in lines:
        name, equals, value = line.partition("=")
        if not equals or line.lstrip().startswith(("#", ";")):
            continue
        if not _NAME.fullmatch(name.strip()):
            raise ImproperlyConfigured(
                f"{origin}, line {number}: write NAME=value there, without 'export' and without blanks in the name."
            )
        found[name.strip()] = _value(chain(value, chain.from_iterable(line for _number, line in lines)))
    return found


def _read(path: Path) -> dict[str, str]:
    """Return the variables in a file; raises OSError, and ImproperlyConfigured where it is no such text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{path} is no text in UTF-8.") from None
    if "\0" in text:
        raise ImproperlyConfigured(f"{path} holds a NUL character, so it is no text.")
    return parsed(text, str(path))


def _owner_of(path: Path) -> str:
    """Return the name of the site's user: the group that may read the file, or `newsroom`."""
    try:
        group = path.group()
    except (OSError, KeyError):
        return "newsroom"
    return "newsroom" if group == "root" else group


def load(is_real_site: bool) -> None:
    """Set the variables that the environment does not have yet, from the file that NEWSROOM_ENV names.

    Without that a real site reads /etc/newsroom.env where it exists. Raises ImproperlyConfigured, in one line, where
    the file can't be read.
    """
    named = os.environ.get(NAMED_BY, "").strip()
    path = Path(named) if named else USUAL
    if not named and not is_real_site:
        return
    try:
        for name, value in _read(path).items():
            if os.environ.setdefault(name, value) == value:  # systemd may have set it before
                _from_file[name] = path
    except FileNotFoundError:
        if named:
            raise ImproperlyConfigured(f"{NAMED_BY} is {named}, and there is no such file.") from None
    except PermissionError:
        if not named and os.environ.get("SECRET_KEY"):
            return  # as under systemd, which has read it already
        command = shlex.join([sys.executable, *sys.argv])
        raise ImproperlyConfigured(
            f"{path} can't be read by this user. Run this as the site's user: sudo -u {_owner_of(path)} {command}"
        ) from None
    except OSError as error:
        raise ImproperlyConfigured(f"{path} can't be read: {error.strerror}.") from None


def misspelt(asked: set[str]) -> Iterator[tuple[str, str, Path]]:
    """Yield the variables of the file that nobody asked for though they look like one, that one, and the file."""
    for name, path in sorted(_from_file.items()):
        for meant in [] if name in asked else get_close_matches(name, asked, 1, ALIKE):
            yield name, meant, path


def to_be_read_anew() -> dict[str, str]:
    """Return the environment without what came from the file, for a process that reads the file as it is now."""
    try:
        for path in set(_from_file.values()):
            _read(path)
    except (OSError, ImproperlyConfigured):
        return dict(os.environ)
    return {name: value for name, value in os.environ.items() if name not in _from_file}
