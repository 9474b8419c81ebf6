"""The visitor's address and scheme behind proxies: only what TRUSTED_PROXIES say is believed."""

import ipaddress
import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

HEALTH = {"/healthz", "/healthz/state"}  # what is answered beside all other pages, and asked by any Host
PROTOCOL = "HTTP_X_FORWARDED_PROTO"
OVER_AFTER = 3600  # seconds without an unreadable address until the next one is logged again
# Where a proxy of ours can stand: this machine and private networks (RFC 1918, 4193, 6598).
NEAR = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
)
MOST_PROXIES = 100  # that are remembered as logged
_PORT = r"(?::[\w.-]{1,40})?"
ADDRESS = re.compile(
    rf'"?(?:\[(?P<bracketed>[\da-fA-F:.]+)(?:%[\w.-]+)?\]{_PORT}|(?P<plain>[\d.]+){_PORT}'
    r'|(?P<bare>[\da-fA-F:.]+)(?:%[\w.-]+)?)"?'
)

logger = logging.getLogger(__name__)
_unreadable_at: dict[str, float] = {}  # when a proxy last sent an unreadable address


@lru_cache(maxsize=4)
def _trusted(words: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(word, strict=False) for word in words]


def is_trusted(address: str) -> bool:
    """Return whether this is the address of a proxy that TRUSTED_PROXIES names."""
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    asked = getattr(asked, "ipv4_mapped", None) or asked  # as an IPv6 socket shows an IPv4 proxy
    return any(asked in network for network in _trusted(tuple(settings.TRUSTED_PROXIES)))


def client_address(request: HttpRequest) -> str:
    """Return the visitor's IP address, as address_in() tells it."""
    return address_in(request.META)


def address_in(environ: WSGIEnvironment) -> str:
    """Return the visitor's IP address in a WSGI environment; headers count only where TRUSTED_PROXIES wrote them.

    Where a trusted proxy names no readable address, its visitors count as the proxy itself: together, since text that
    anybody could vary would give each attempt a counter of its own. The log says so.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    hops = _hops(environ)
    while is_trusted(address):
        if hops is not None and not hops:
            break  # all hops are our own proxies
        visitor = readable(hops.pop()) if hops else ""
        if not visitor:
            _log_unreadable(address)
            break
        address = visitor
    return address


def readable(hop: str) -> str:
    """Return the IP address in a hop, which may have port, brackets and quotes; "" for anything else."""
    match = ADDRESS.fullmatch(hop.strip())
    if match is None:
        return ""
    found = match["bracketed"] or match["plain"] or match["bare"]
    # A proxy may append the port to an IPv6 address without brackets.
    for text in (found, found.rpartition(":")[0]):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        return str(getattr(address, "ipv4_mapped", None) or address)
    return ""


def _hops(environ: WSGIEnvironment) -> list[str] | None:
    """Return the hops in X-Forwarded-For, else in Forwarded (RFC 7239), the nearest last; None without both.

    Both are split at each comma, even inside quotes: an unclosed quote sent by a visitor then hides no hop.
    """
    if said := environ.get("HTTP_X_FORWARDED_FOR", "").strip():
        return str(said).split(",")
    if said := environ.get("HTTP_FORWARDED", "").strip():
        return [_named_in(element) for element in str(said).split(",")]
    return None


def _named_in(element: str) -> str:
    """Return the value of for= in an element of Forwarded; "" where there is none, or more than one."""
    pairs = [pair.partition("=") for pair in element.split(";")]
    named = [value for name, _equals, value in pairs if name.strip().lower() == "for"]
    return named[0] if len(named) == 1 else ""


def _log_unreadable(proxy: str) -> None:
    """Log that a proxy does not say who is asking; again only after OVER_AFTER seconds without that."""
    now = time.monotonic()
    if now - _unreadable_at.get(proxy, float("-inf")) > OVER_AFTER:
        logger.error(
            "A proxy in TRUSTED_PROXIES does not say who is asking, in X-Forwarded-For or Forwarded: its visitors are "
            "counted together, and a few of them can use up the limits of all. See docs/operators.md on proxies."
        )
    if len(_unreadable_at) >= MOST_PROXIES:
        _unreadable_at.clear()
    _unreadable_at[proxy] = now


def _is_near(address: str) -> bool:
    """Return whether an address is of this machine or a private network, as that of a proxy of ours can be."""
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    asked = getattr(asked, "ipv4_mapped", None) or asked
    return any(asked in network for network in _trusted(NEAR))


def missing_setting(environ: WSGIEnvironment, said: str) -> str:
    """Return in words why a request by https can't be told from one by http, or "" where it can.

    Sent to https, the browser would come back the same way for ever. `said` is X-Forwarded-Proto as it came. A visitor
    may have written it, once proxies are named and this is none of them.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    is_ours, is_near = is_trusted(address), _is_near(address)
    is_https = said.rpartition(",")[2].strip() == "https"
    if is_https and not is_ours and (is_near or not settings.TRUSTED_PROXIES):
        # An address from outside may be a visitor's, which no log holds.
        wanted = address if is_near else "the address of your proxy"
        return (
            "A proxy says that visitors come by https, and TRUSTED_PROXIES does not name it. "
            f"Set TRUSTED_PROXIES={wanted}"
        )
    if not said and (is_ours or is_near) and _hops(environ) is not None:
        return (
            "A proxy names the visitor and not the scheme. "
            "Let it send X-Forwarded-Proto (nginx: proxy_set_header X-Forwarded-Proto $scheme)"
        )
    return ""


FROM_THIS_MACHINE = "newsroom.from_this_machine"  # in the META of questions about the health
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", PROTOCOL, "HTTP_X_REAL_IP", "HTTP_VIA")


def is_from_this_machine(environ: WSGIEnvironment) -> bool:
    """Return whether a program of this machine asks, and no proxy for a visitor."""
    try:
        address = ipaddress.ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback and not any(environ.get(name) for name in FORWARDED)


class BelieveOnlyOurProxies:
    """Middleware that drops X-Forwarded-Proto unless it comes from TRUSTED_PROXIES.

    Where a proxy appended its value to the visitor's own, with a comma, the last one is the proxy's. Where the site
    lives at https and a setting hides that the visitor came by it, the answer is one line, for visitors and for the
    log, and no redirect to where the visitor already is.
    Monitoring on this machine may ask for the health by any Host, or by none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in HEALTH:
            request.META[FROM_THIS_MACHINE] = is_from_this_machine(request.META)
            if request.META[FROM_THIS_MACHINE]:
                request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        said = request.META.pop(PROTOCOL, "")
        if settings.SECURE_SSL_REDIRECT and request.path_info not in HEALTH:
            missing = missing_setting(request.META, said)
            if missing:
                logger.error("%s, and restart: until then nobody can read the site.", missing)
                return self._not_ready()
        if said and is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META[PROTOCOL] = said.rpartition(",")[2].strip()
        return self.get_response(request)

    def _not_ready(self) -> HttpResponse:
        """Return the answer while nobody can read the site: plain text that needs nothing of it."""
        told = _(
            "This site is not set up yet: its server and the proxy in front of it do not agree. "
            "Who runs it finds in its log what to set (TRUSTED_PROXIES, X-Forwarded-Proto)."
        )
        headers = {"Retry-After": "60", "Cache-Control": "no-store"}
        return HttpResponse(
            f"{told}\n", status=503, content_type="text/plain; charset=utf-8", headers=headers
        )
