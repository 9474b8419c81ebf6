"""Keeps what was typed at the desk where the session ended, or another one began, before a button was pressed."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from inquiries.desk.access import OURS
from newsroom.guard.origin import is_foreign

SIGN_IN = {"username", "password", "next"}  # fields of the sign-in form itself
View = Callable[..., HttpResponse]


def keeps_what_was_typed(view: View) -> View:
    """Return the view of a form of the desk, where whoever is signed out signs in on its own page and goes on."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            raise PermissionDenied
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        page = _sign_in(request)
        if not (page.status_code == 302 and request.user.is_authenticated):
            return page
        request.__dict__.pop("_is_officer", None)  # what was found while nobody was signed in
        # The form of signing in had a token of its own, which was looked at.
        request._is_signed_in_here = True
        request._dont_enforce_csrf_checks = True
        response = view(request, *args, **kwargs)
        response.cookies.update(page.cookies)
        return response

    return inner


def is_from_another_session(request: HttpRequest) -> bool:
    """Return whether a form's token is not that of this session; what another site sent gets none of our pages."""
    if getattr(request, "_is_signed_in_here", False):
        return False
    check = CsrfViewMiddleware(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _nothing, (), {}) is not None


def _nothing(request: HttpRequest) -> None:
    """Stand for a view that is not exempt from the check."""


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Return the answer of the sign-in form, which carries what was sent along."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in OURS | SIGN_IN
    ]
    context = {"kept": kept, "title": _("Sign in to go on")}
    if "username" not in request.POST:
        return _empty_form(request, context)
    response = admin.site.login(request, context)
    if response.status_code == 429:  # the page for everybody would lose what waits here
        response = _empty_form(request, context | {"is_locked": True})
        response.status_code = 429
    return response


def _empty_form(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    request.method = "GET"  # else the form complains that nothing was typed into it
    try:
        return admin.site.login(request, context).render()
    finally:
        request.method = "POST"
