"""The door of the desk: members of one group that were let in, and their password again after 15 idle minutes."""

import time
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from inquiries.membership import SERVER, let_in
from inquiries.models import Admission
from inquiries.officers import is_member, is_officer
from newsroom.guard.encryption import Unreadable
from newsroom.guard.turns import Busy

IDLE = 15 * 60  # seconds
SEEN_AT = "desk_seen_at"  # in the session: when a page of the desk was last used, and nothing else
OURS = {"csrfmiddlewaretoken", "desk_password", "desk_asked", "desk_code"}


def start_the_clock(sender, request: HttpRequest, user, **kwargs: Any) -> None:
    """Count the signing-in as the first use (a receiver of user_logged_in)."""
    request.session[SEEN_AT] = time.time()


def is_officer_here(request: HttpRequest):
    """Return whether the person who asks is an officer; the database is asked once for each request."""
    if not hasattr(request, "_is_officer"):
        request._is_officer = is_officer(request.user)
    return request._is_officer


def officers_only(view):
    """Return the view behind the door: 403 for others, the password after 15 idle minutes.

    To a member whose account is not as it was let in, the door says how to be let in. A form that was sent
    meanwhile waits behind both with everything that was typed.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any):
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
    """Return None where the right password was sent, else what to say above the form, and the status."""
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
        request.axes_locked_out = False  # the page for everybody would lose what waits here
        return _("The password was wrong too often. Leave this page open and try again in 15 minutes."), 429
    return _("That was not your password."), 200


def _brings_a_code(request: HttpRequest) -> bool:
    """Return whether the code that came along opens the desk; then it is open from now on."""
    user = User.objects.get(pk=request.user.pk)
    if not Admission.of(user).takes_code(user, request.POST.get("desk_code", "")):
        return False
    let_in(user, SERVER)
    request._is_officer = True
    return True


def _waiting_form(request: HttpRequest) -> dict[str, object]:
    """Return what the template needs to keep a form that was sent to a closed door."""
    waiting = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in OURS and request.method == "POST"
    ]
    return {"waiting": waiting, "asked": request.POST.get("desk_asked", request.method)}


def _say_closed(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        **_waiting_form(request),
        "title": _("The desk is closed to you"),
        "wrong": "desk_code" in request.POST,
        "reason": Admission.of(request.user).reason(request.user),
        "username": request.user.get_username(),
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
