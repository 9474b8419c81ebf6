"""The headers of pages for staff: a policy that lets the admin's own scripts run, and no caching."""

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP

POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}


def private(view):
    """Return the view with the headers of the admin: its content policy unless it chose its own, no caching."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any):
        response = view(request, *args, **kwargs)
        if not hasattr(response, "_csp_config"):
            response._csp_config = POLICY
        add_never_cache_headers(response)
        # Under the public 'no-referrer' browsers post forms with 'Origin: null', which the CSRF check refuses.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return inner
