"""Anonymous forms without a cookie: what another site sends in a visitor's name is refused.

Such a form acts for nobody who is signed in, so there is no cookie to borrow and none is needed. What is left
to stop is a foreign page that makes its readers' browsers send our forms. A browser says where a form comes
from in Sec-Fetch-Site and Origin:

- Sec-Fetch-Site must be 'same-origin', or 'none' for what a person started by hand.
- Origin must be ours. Pages with Referrer-Policy: no-referrer, as our public pages are, make browsers post
  with 'Origin: null', our own forms too: that says nothing, and counts as absent.
- Neither is there, or only 'Origin: null' (Safari before 16.4): an old phone, a text browser, a program.
  Accepted, for those who need this site most have no newer one.
"""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_foreign(request):
    """Return whether the browser says that another site sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and not _is_own(origin, request):
        return True
    return site is not None and site not in {"same-origin", "none"}


def _is_own(origin, request):
    own = urlsplit(settings.SITE_URL)
    return origin in {f"{own.scheme}://{own.netloc}", f"{request.scheme}://{request.get_host()}"}


def anonymous_form(view):
    """Return the view of a form without a CSRF cookie; what comes from another site gets a 403 that helps."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.method not in SAFE_METHODS and is_foreign(request):
            response = render(request, "newsroom/foreign_form.html", status=403)
            response.headers["Cache-Control"] = "no-store"
            return response
        return view(request, *args, **kwargs)

    return csrf_exempt(inner)
