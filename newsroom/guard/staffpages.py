"""Pages for staff: their headers (a policy that lets the admin's own scripts run, no caching), and who is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP

if TYPE_CHECKING:
    from django.contrib.auth.models import User

POLICY: dict[str, list[str]] = {
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


def signed_in(request: HttpRequest) -> "User":
    """Return the account that is signed in; raises PermissionDenied for a visitor."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def private[Response: HttpResponseBase](view: Callable[..., Response]) -> Callable[..., Response]:
    """Return the view with the headers of the admin: POLICY unless it sets its own, and no caching."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        response = view(request, *args, **kwargs)
        if not hasattr(response, "_csp_config"):
            response._csp_config = POLICY  # type: ignore[attr-defined]  # as Django's csp_override sets it
        add_never_cache_headers(response)
        # Under the public 'no-referrer' browsers post forms with 'Origin: null', which the CSRF check refuses.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return inner
