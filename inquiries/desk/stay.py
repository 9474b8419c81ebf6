"""Keeps what was typed at the desk where the session ended, or another one began, before a button was pressed."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext as _

from inquiries.desk.access import IS_OFFICER, OURS, DeskView
from newsroom.guard.origin import is_foreign

SIGN_IN = {"username", "password", "next"}  # fields of the sign-in form itself
SIGNED_IN_HERE = "_is_signed_in_here"  # attribute of a request: it brought name and password with the form


def keeps_what_was_typed(view: DeskView) -> DeskView:
    """Return the view of a form that whoever was signed out meanwhile can send all the same, after signing in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and is_foreign(request):
            raise PermissionDenied
        if request.method != "POST" or _is_signed_in(request):
            return view(request, *args, **kwargs)
        page = _sign_in(request)
        if not (page.status_code == 302 and _is_signed_in(request)):
            return page
        state = vars(request)
        state.pop(IS_OFFICER, None)  # it was asked while nobody was signed in
        # The sign-in form had a CSRF token of its own, which was checked.
        state |= {SIGNED_IN_HERE: True, "_dont_enforce_csrf_checks": True}
        response = view(request, *args, **kwargs)
        response.cookies.update(page.cookies)
        return response

    return inner


def is_from_another_session(request: HttpRequest) -> bool:
    """Return whether the CSRF token of a form is not that of this session."""
    if getattr(request, SIGNED_IN_HERE, False):
        return False
    check = CsrfViewMiddleware(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _nothing, (), {}) is not None


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stand for a view that is not exempt from the check."""
    return HttpResponse()


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Return the answer of the sign-in form, which carries along what was sent."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in OURS | SIGN_IN
    ]
    context: dict[str, object] = {"kept": kept, "title": _("Sign in to go on")}
    if "username" not in request.POST:
        return _empty_form(request, context)
    response = admin.site.login(request, context)
    if response.status_code == 429:  # that page would lose what was typed
        response = _empty_form(request, context | {"is_locked": True})
        response.status_code = 429
    return response


def _empty_form(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    request.method = "GET"  # else the form shows errors about its empty fields
    try:
        page = admin.site.login(request, context)
        return page.render() if isinstance(page, SimpleTemplateResponse) else page
    finally:
        request.method = "POST"
