"""Anonymous forms without a cookie: what another site sends in a visitor's name is refused.

Such a form acts for nobody who is signed in, so there is no cookie to borrow and none is needed. What is left
to stop is a foreign page that makes its readers' browsers send our forms. A browser says where a form comes
from in Sec-Fetch-Site and Origin:

- Sec-Fetch-Site must be 'same-origin', or 'none' for what a person started by hand.
- Origin must be ours. Pages with Referrer-Policy: no-referrer, as our public pages are, make browsers post
  with 'Origin: null', our own forms too: that says nothing, and counts as absent.
- Neither is there, or only 'Origin: null' (Safari before 16.4): an old phone, a text browser, a program.
  Accepted, for those who need this site most have no newer one.

Where a press of a button is a consent that we may have to show, absence is not enough: proven_form() wants a browser
to say that our own page sent it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

type View = Callable[..., HttpResponse]  # a view takes what its path names

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_foreign(request: HttpRequest):
    """Return whether the browser says that another site sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and not _is_own(origin, request):
        return True
    return site is not None and site not in {"same-origin", "none"}


def _is_own(origin, request: HttpRequest):
    own = urlsplit(settings.SITE_URL)
    return origin in {f"{own.scheme}://{own.netloc}", f"{request.scheme}://{request.get_host()}"}


def is_own_page(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of ours sent this request; older ones do in Referer alone."""
    if is_foreign(request):
        return False
    referer = urlsplit(request.headers.get("Referer", ""))
    return (
        request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") not in {None, "null"}
        or _is_own(f"{referer.scheme}://{referer.netloc}", request)
    )


def anonymous_form(view: View) -> View:
    """Return the view of a form without a CSRF cookie; what comes from another site gets a 403 that helps."""
    return _guarded(view, lambda request: not is_foreign(request))


def proven_form(view: View) -> View:
    """Return the view of a form that acts only where a browser says that our own page sent it."""
    return _guarded(view, is_own_page)


def _guarded(view: View, is_accepted: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS and not is_accepted(request):
            return refusal(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(inner)


def refusal(request: HttpRequest) -> HttpResponse:
    """Return the page that says how to send a form that seems to come from another site."""
    response = render(request, "newsroom/foreign_form.html", status=403)
    response.headers["Cache-Control"] = "no-store"
    return response
