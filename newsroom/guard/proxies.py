"""Who is asking: the network address of the visitor, through the proxies that we trust."""

import ipaddress

from django.conf import settings


def _is_trusted(address):
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asked in ipaddress.ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES)


def client_address(request):
    """Return the visitor's network address; X-Forwarded-For counts only where TRUSTED_PROXIES wrote it."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _is_trusted(address):
        address = hops.pop()
    return address
