"""Who is asking, and how: what proxies say of a visitor counts only where it is a proxy that we trust."""

import ipaddress
import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PROTOCOL = "HTTP_X_FORWARDED_PROTO"
OVER_AFTER = 3600  # seconds without another unreadable address until the next one is told again
MOST_PROXIES = 100  # that are remembered to have been told of
_PORT = r"(?::[\w.-]{1,40})?"
ADDRESS = re.compile(
    rf'"?(?:\[(?P<bracketed>[\da-fA-F:.]+)(?:%[\w.-]+)?\]{_PORT}|(?P<plain>[\d.]+){_PORT}'
    r'|(?P<bare>[\da-fA-F:.]+)(?:%[\w.-]+)?)"?'
)

logger = logging.getLogger(__name__)
_unreadable_at: dict[str, float] = {}  # proxy to the last time


@lru_cache(maxsize=4)
def _trusted(words: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(word, strict=False) for word in words]


def is_trusted(address: str) -> bool:
    """Return whether this is the address of a proxy that TRUSTED_PROXIES names."""
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    asked = getattr(asked, "ipv4_mapped", None) or asked  # how a socket for IPv6 sees a proxy of IPv4
    return any(asked in network for network in _trusted(tuple(settings.TRUSTED_PROXIES)))


def client_address(request: Any) -> str:
    """Return the visitor's network address; what proxies say counts only where TRUSTED_PROXIES wrote it.

    Where a trusted proxy names nobody that can be read, its visitors count as the proxy itself: together, since words
    that anybody could vary would give each attempt a counter of its own. The log says so.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = _hops(request.META)
    while is_trusted(address):
        if hops is not None and not hops:
            break  # all are ours
        visitor = readable(hops.pop()) if hops else ""
        if not visitor:
            _tell_of_unreadable(address)
            break
        address = visitor
    return address


def readable(hop: str) -> str:
    """Return the address that a proxy has written, with or without port, brackets and quotes; '' for all else."""
    match = ADDRESS.fullmatch(hop.strip())
    if match is None:
        return ""
    found = match["bracketed"] or match["plain"] or match["bare"]
    for text in (
        found,
        found.rpartition(":")[0],
    ):  # a proxy may add the port to an IPv6 address without brackets
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        return str(getattr(address, "ipv4_mapped", None) or address)
    return ""


def _hops(meta: dict[str, Any]) -> list[str] | None:
    """Return what proxies have said of the visitor, the nearest last; None where they have said nothing.

    `Forwarded` is read where there is no X-Forwarded-For. Nothing in either holds a comma, so that an open quote of a
    visitor swallows nothing.
    """
    if said := meta.get("HTTP_X_FORWARDED_FOR", "").strip():
        return str(said).split(",")
    if said := meta.get("HTTP_FORWARDED", "").strip():
        return [_named_in(element) for element in str(said).split(",")]
    return None


def _named_in(element: str) -> str:
    """Return whom an element of `Forwarded` names; '' where it names nobody, or two."""
    pairs = [pair.partition("=") for pair in element.split(";")]
    named = [value for name, _equals, value in pairs if name.strip().lower() == "for"]
    return named[0] if len(named) == 1 else ""


def _tell_of_unreadable(proxy: str) -> None:
    """Log that a proxy does not say who is asking: once, until an hour has passed without that."""
    now = time.monotonic()
    if now - _unreadable_at.get(proxy, float("-inf")) > OVER_AFTER:
        logger.error(
            "A proxy in TRUSTED_PROXIES does not say who is asking, in X-Forwarded-For or Forwarded: its visitors are "
            "counted together, and a few of them can use up the limits of all. See docs/operators.md on proxies."
        )
    if len(_unreadable_at) >= MOST_PROXIES:
        _unreadable_at.clear()
    _unreadable_at[proxy] = now


class BelieveOnlyOurProxies:
    """Takes X-Forwarded-Proto out of what did not come from TRUSTED_PROXIES, before anything asks for the scheme.

    Where the proxy added its word to the visitor's own, with a comma, the proxy's is the last.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.pop(PROTOCOL, "")
        if said and is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META[PROTOCOL] = said.rpartition(",")[2].strip()
        return self.get_response(request)
