"""Finders of links: those that are no address, and those of our own that lead nowhere."""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from newsroom.othersites.addresses import is_web_address
from newsroom.richtext.allowlist import permitted

from .finding import DEAD_LINK, NO_ADDRESS, NOT_YET, OWN_LINK, Finding
from .reading import Link


def no_addresses(links: Iterable[Link]) -> Iterator[Finding]:
    """Yield links that lead nowhere since what they hold is no address."""
    for link in links:
        if link.address is None or not link.address or not is_address(link.address):
            told = (
                _("This link is no address: %(address)s.") % {"address": link.address}
                if link.address
                else _("This link has no address.")
            )
            yield Finding(
                NO_ADDRESS,
                told,
                excerpt=link.words.strip() or link.address or "",
                leads_to=link.address or "",
            )


def is_address(address: str) -> bool:
    """Return whether a browser, a mail program or a telephone can follow an address."""
    if address.startswith("#"):
        return len(address) > 1
    kept = permitted("a", "href", address)
    if kept is None:
        return False
    try:
        scheme = urlsplit(kept).scheme.lower()
        if scheme in {"http", "https"}:
            is_web_address(kept)
        elif scheme == "mailto":
            validate_email(unquote(kept.partition(":")[2].partition("?")[0]))
        elif scheme == "tel":
            return any(letter.isdigit() for letter in kept)
    except (ValidationError, ValueError):
        return False
    return True


def own_paths(links: Iterable[Link], site: str) -> dict[str, str]:
    """Return the paths of our own pages that a text links to, each with the words of its first link."""
    found: dict[str, str] = {}
    for link in links:
        address = link.address or ""
        if site and address.startswith(f"{site.rstrip('/')}/"):
            address = address[len(site.rstrip("/")) :]
        if address.startswith("/") and not address.startswith("//"):
            path = unquote(address.partition("#")[0].partition("?")[0])
            found.setdefault(path, link.words.strip() or path)
    return found


def other_addresses(links: Iterable[Link]) -> dict[str, str]:
    """Return the addresses at other sites that a text links to, each with the words of its first link."""
    found: dict[str, str] = {}
    for link in links:
        if link.address and link.address.lower().startswith(("http://", "https://")):
            found.setdefault(link.address, link.words.strip() or link.address)
    return found


def leading_nowhere(path: str, words: str) -> Finding:
    """Return that a link of our own leads nowhere."""
    told = _("There is no page at %(path)s that visitors can read.") % {"path": path}
    return Finding(OWN_LINK, told, excerpt=words, leads_to=path)


def waiting(path: str, words: str) -> Finding:
    """Return that a link of our own leads to what is not public yet."""
    told = _("What stands at %(path)s is not public yet: until it is, visitors find nothing there.")
    return Finding(NOT_YET, told % {"path": path}, excerpt=words)


def dead(address: str, words: str) -> Finding:
    """Return that a page of another site is gone."""
    told = _("This page does not answer any more: %(address)s.") % {"address": address}
    return Finding(DEAD_LINK, told, excerpt=words)
