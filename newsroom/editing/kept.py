"""Keeps what was typed into a form of the admin where the session ended, or another one began, before it was sent."""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from newsroom.editing.refusals import refusal
from newsroom.guard.origin import View, is_foreign, is_own_page
from newsroom.guard.secretfields import is_secret
from newsroom.guard.staffpages import private
from newsroom.guard.turns import Busy

KEPT = "_kept_"  # begins the names of fields that wait behind the sign-in form, which has fields of its own
SIGNED_IN_HERE = "_is_signed_in_here"  # attribute of a request: it brought name and password with the form


def keeps_what_was_typed(view: View) -> View:
    """Return the view of a form that whoever was signed out meanwhile can send all the same, after signing in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            return _say_foreign(request)
        if request.method != "POST" or _is_signed_in(request) or not _is_of_ours(request):
            return view(request, *args, **kwargs)
        fields, is_waiting = _fields_of(request)
        if not fields:
            return view(request, *args, **kwargs)
        page = _sign_in(request, fields, is_waiting)
        if not (page.status_code == 302 and _is_signed_in(request)):
            return page
        _bring_back(request, fields)
        response = view(request, *args, **kwargs)
        response.cookies.update(page.cookies)
        return response

    return inner


class _Check(CsrfViewMiddleware):
    """Looks at the CSRF token of a request, and makes no page for it."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def is_from_another_session(request: HttpRequest) -> bool:
    """Return whether the CSRF token of a form is not that of this session."""
    if getattr(request, SIGNED_IN_HERE, False):
        return False
    check = _Check(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _nothing, (), {}) is not None


def offer_again(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is of another session: our own page gets it back, to be sent with a new one.

    It is Django's CSRF_FAILURE_VIEW. The token changes whenever somebody signs in, in another tab too. Where the browser
    does not say that a page of ours sent it, its text is shown and no more: a forged form is not one press away.
    """
    fields, _is_waiting = _fields_of(request) if request.method == "POST" else ([], False)
    if not request.path.startswith(reverse("admin:index")):
        return csrf_failure(request, reason)
    if request.path == reverse("admin:login"):
        told = _("This page was open for too long, or you signed in in another tab. Open it again.")
        return private(lambda request: refusal(request, 403, _("Open it again"), told))(request)
    if not (fields and is_own_page(request)):
        return private(_say_foreign)(request)
    who = request.user.get_username()
    own = {"title": _("Send it once more"), "kept": fields, "files": bool(request.FILES), "who": who}
    context = admin.site.each_context(request) | own
    return private(lambda request: render(request, "admin/send_again.html", context, status=403))(request)


def _say_foreign(request: HttpRequest) -> HttpResponse:
    """Refuse a form that another site may have sent; who is signed in gets its text, to read and to copy."""
    if not admin.site.has_permission(request):
        raise PermissionDenied
    told = _(
        "It can’t be told that a page of this site sent this form, so nothing was done. If you sent it, copy what you"
        " need, open the page again and send it from there."
    )
    return refusal(request, 403, _("Nothing was done"), told)


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _is_of_ours(request: HttpRequest) -> bool:
    """Return whether a page of ours sent the form, by its CSRF token or what the browser says.

    The check of the middleware is not enough: a page of the desk leaves it out, to do it itself.
    """
    return is_own_page(request) or not is_from_another_session(request)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stand for a view that is not exempt from the check."""
    return HttpResponse()


def _fields_of(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """Return the fields of the form without passwords and codes, and whether they waited behind the sign-in form."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    waiting = [(name.removeprefix(KEPT), value) for name, value in sent if name.startswith(KEPT)]
    kept = [
        (name, value)
        for name, value in waiting or sent
        if name != "csrfmiddlewaretoken" and not is_secret(name)
    ]
    return kept, bool(waiting)


def _sign_in(request: HttpRequest, fields: list[tuple[str, str]], is_waiting: bool) -> HttpResponse:
    """Return the answer of the sign-in form, which carries along what was sent."""
    kept = [(f"{KEPT}{name}", value) for name, value in fields]
    context = {"kept": kept, "files": bool(request.FILES), "title": _("Sign in to go on")}
    if not is_waiting:
        return _empty_form(request, context)
    try:
        response = admin.site.login(request, context)
    except Busy:
        return _empty_form(request, context | {"is_busy": True}, 429)
    if response.status_code == 429:  # that page would lose what was typed
        return _empty_form(request, context | {"is_locked": True}, 429)
    return response


def _empty_form(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    request.method = "GET"  # else the form shows errors about its empty fields
    try:
        page = admin.site.login(request, context)
        page.status_code = status
        return page.render() if isinstance(page, SimpleTemplateResponse) else page
    finally:
        request.method = "POST"


def _bring_back(request: HttpRequest, fields: list[tuple[str, str]]) -> None:
    """Make the request the one that was sent before its sender signed in."""
    form = QueryDict(mutable=True)
    for name, value in fields:
        form.appendlist(name, value)
    form._mutable = False
    # The sign-in form had a CSRF token of its own, which was checked.
    vars(request).update({SIGNED_IN_HERE: True, "_dont_enforce_csrf_checks": True, "_post": form})
    vars(request)["_files"] = MultiValueDict()
