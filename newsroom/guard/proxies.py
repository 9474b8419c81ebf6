"""Who is asking, and how: what proxies say of a visitor counts only where it is a proxy that we trust."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PROTOCOL = "HTTP_X_FORWARDED_PROTO"


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
    """Return the visitor's network address; X-Forwarded-For counts only where TRUSTED_PROXIES wrote it."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and is_trusted(address):
        address = hops.pop()
    return address


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
