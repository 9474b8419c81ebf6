"""Access to the desk: for members of one group who were let in, and with their password after 15 idle minutes."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from inquiries.models import Admission
from inquiries.officers.accountchanges import SERVER, let_in
from inquiries.officers.membership import is_let_in, is_member, members_here
from newsroom.conditions.commands import runs_by
from newsroom.guard.encryption import Unreadable
from newsroom.guard.staffpages import signed_in
from newsroom.guard.turns import Busy

type DeskView = Callable[..., HttpResponseBase]  # a view takes what its path names

IDLE = 15 * 60  # seconds
SEEN_AT = "desk_seen_at"  # in the session: when a page of the desk was last used, and nothing else
OURS = {
    "csrfmiddlewaretoken",
    "desk_password",
    "desk_asked",
    "desk_code",
}  # fields of the forms of this module
IS_OFFICER = "_is_officer"  # attribute of a request: for whom the database was asked, and its answer


def start_the_clock(sender: type, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Count signing in as the first use of the desk (a receiver of user_logged_in)."""
    request.session[SEEN_AT] = time.time()


def is_officer_here(request: HttpRequest) -> bool:
    """Return whether the person who asks is an officer; the database is asked once a request and account."""
    asked_for, answer = getattr(request, IS_OFFICER, (None, False))
    if asked_for != request.user:
        answer = any(is_let_in(one) for one in members_here(request) if one.pk == request.user.pk)
        setattr(request, IS_OFFICER, (request.user, answer))
    return bool(answer)


def officers_only(view: DeskView) -> DeskView:
    """Return the view for officers only: others get a 403, officers the question for their password when idle.

    A member whose account nobody has let in, or whose address or password has changed since, gets a page that says how
    to be let in. Where a form was sent to the view, that page and the one for the password carry its fields along.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_member(request.user):
            raise PermissionDenied
        if not is_officer_here(request):
            if not _brings_a_code(request):
                return _say_closed(request)
            if request.POST.get("desk_asked") == "GET":
                return HttpResponseRedirect(request.get_full_path())
        if time.time() - request.session.get(SEEN_AT, 0) > IDLE:
            refusal = _look_at_password(request)
            if refusal is not None:
                return _ask_for_password(request, *refusal)
            request.session[SEEN_AT] = time.time()
            if request.POST.get("desk_asked") == "GET":
                return HttpResponseRedirect(request.get_full_path())
        request.session[SEEN_AT] = time.time()
        try:
            return view(request, *args, **kwargs)
        except Unreadable:
            context = admin.site.each_context(request) | {"title": _("Inquiries can’t be read")}
            return render(request, "admin/inquiries/unreadable.html", context, status=503)

    return sensitive_post_parameters()(inner)


def _look_at_password(request: HttpRequest) -> tuple[str, int] | None:
    """Return None where the right password was sent, else the error above the form and the status."""
    password = request.POST.get("desk_password")
    if not password:
        return "", 200
    try:
        found = authenticate(request, username=request.user.get_username(), password=password)
    except Busy:
        return _("Too many people are signing in at this moment. Wait ten seconds and try again."), 429
    if found == request.user:
        return None
    if getattr(request, "axes_locked_out", False):
        # The middleware of django-axes would answer with its own page, which loses what was typed.
        vars(request)["axes_locked_out"] = False
        return _("The password was wrong too often. Leave this page open and try again in 15 minutes."), 429
    return _("That was not your password."), 200


def _brings_a_code(request: HttpRequest) -> bool:
    """Return whether a valid code was sent; it opens the desk to the account from now on."""
    user = User.objects.get(pk=signed_in(request).pk)
    if not Admission.of(user).takes_code(user, request.POST.get("desk_code", "")):
        return False
    let_in(user, SERVER)
    setattr(request, IS_OFFICER, (request.user, True))
    return True


def _waiting_form(request: HttpRequest) -> dict[str, object]:
    """Return what the template needs to carry a form along that was sent while the desk was closed."""
    waiting = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in OURS and request.method == "POST"
    ]
    return {"waiting": waiting, "asked": request.POST.get("desk_asked", request.method)}


def _say_closed(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    context = {
        **admin.site.each_context(request),
        **_waiting_form(request),
        "title": _("The desk is closed to you"),
        "wrong": "desk_code" in request.POST,
        "reason": Admission.of(user).reason(user),
        "command": f"{runs_by()} let_officer_in",
        "username": user.get_username(),
    }
    return render(request, "admin/inquiries/closed.html", context, status=403)


def _ask_for_password(request: HttpRequest, refusal: str, status: int) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        **_waiting_form(request),
        "title": _("Your password, please"),
        "refusal": refusal,
    }
    return render(request, "admin/inquiries/password.html", context, status=status)
