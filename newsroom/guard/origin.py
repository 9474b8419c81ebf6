"""Protects anonymous forms against cross-site requests without a cookie.

Such a form acts for nobody who is signed in, so a CSRF token would protect nothing of a session. What is left to stop
is a page of another site that makes its readers' browsers send our forms. Browsers say where a request comes from in
Sec-Fetch-Site (W3C Fetch Metadata) and Origin (RFC 6454):

- Sec-Fetch-Site must be 'same-origin', or 'none' for a request that the user started by hand.
- Origin must be ours. From pages with Referrer-Policy: no-referrer, as our public pages are, browsers post
  'Origin: null', our own forms too: it says nothing, and counts as absent.
- Without both, or with 'Origin: null' alone (Safari before 16.4, old phones, text browsers, programs), the form is
  accepted: those who need this site most may have no newer browser.

Where a press of a button is a consent that we may have to prove, absence is not enough: proven_form() requires that
the browser names our own page as the source.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

type View = Callable[..., HttpResponse]  # a view takes the parameters of its path

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_foreign(request: HttpRequest) -> bool:
    """Return whether the browser says that another site sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and not _is_own(origin, request):
        return True
    return site is not None and site not in {"same-origin", "none"}


def _is_own(origin: str | None, request: HttpRequest) -> bool:
    own = urlsplit(settings.SITE_URL)
    return origin in {f"{own.scheme}://{own.netloc}", f"{request.scheme}://{request.get_host()}"}


def is_own_page(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of ours sent this request; older browsers say it in Referer alone."""
    if is_foreign(request):
        return False
    referer = urlsplit(request.headers.get("Referer", ""))
    return (
        request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") not in {None, "null"}
        or _is_own(f"{referer.scheme}://{referer.netloc}", request)
    )


def anonymous_form(view: View) -> View:
    """Return the view without a CSRF token; a form from another site gets 403 and a page that helps."""
    return _guarded(view, lambda request: not is_foreign(request))


def proven_form(view: View) -> View:
    """Return the view without a CSRF token; it accepts a form only if the browser says that our own page sent it."""
    return _guarded(view, is_own_page)


def _guarded(view: View, is_accepted: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_accepted(request):
            return refusal(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(inner)


def refusal(request: HttpRequest) -> HttpResponse:
    """Return the 403 page, which says how to send a form that seems to come from another site."""
    response = render(request, "newsroom/foreign_form.html", status=403)
    response.headers["Cache-Control"] = "no-store"
    return response
