"""Security headers on every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("browsing-topics", "camera", "geolocation", "microphone", "payment", "usb")
)

# Of public pages; newsroom.guard.staffpages has that of the admin.
POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],  # Lighthouse reads robots.txt from within the page
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

DEFAULTS = {
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    # A withdrawn page must not live on in a browser's cache: it has to revalidate.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    # Browsers look up the hosts of links before anybody follows one: whoever watches the line sees these names.
    "X-DNS-Prefetch-Control": "off",
}


def add_security_headers(response: HttpResponse) -> HttpResponse:
    """Add the headers that the response does not have yet; return it."""
    for name, value in DEFAULTS.items():
        response.headers.setdefault(name, value)
    return response


class SecurityHeaders:
    """Middleware that adds the headers that no view and no other middleware has set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return add_security_headers(self.get_response(request))
