"""The admin page of one's own second factor: set it up, renew recovery codes, turn it off."""

import time

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from newsroom.guard.staffpages import signed_in
from newsroom.signin import arrivals, attempts, signinform, using
from newsroom.signin.secondfactor import codes, factors, setup
from newsroom.signin.sessionstore import BEGAN

FRESH = 10 * 60  # seconds for which the password that somebody signed in with counts as typed just now


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor_page(request: HttpRequest) -> HttpResponse:
    """Show the second factor of the person; a POST sets it up, renews its recovery codes, or turns it off."""
    user = signed_in(request)
    if request.method != "POST":
        shown = arrivals.take_codes(request) if request.method == "GET" else []
        return _page(request, user, shown=shown)
    if factors.of(user) is None:
        return _set_up(request, user)
    return _change(request, user)


def _page(
    request: HttpRequest, user: User, problem: str = "", shown: list[str] | None = None, status: int = 200
) -> HttpResponse:
    factor = factors.of(user)
    context = admin.site.each_context(request) | {
        "title": _("Your sign-in"),
        "factor": factor,
        "codes_left": factors.codes_left(user) if factor else 0,
        "offer": None if factor else setup.offer(user, request.POST.get(signinform.SECRET, "")),
        "wants_password": not _is_fresh(request),
        "is_required": settings.REQUIRE_2FA,
        "problem": problem,
        "shown": shown or [],
        "own_sessions": using.sessions_of(request, user),
    }
    return render(request, "admin/second_factor.html", context, status=status)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    """Store the new app where its first code is right, and the password was typed a moment ago or now."""
    if not _is_fresh(request):
        if attempts.is_locked(request, user.get_username()):
            return attempts.locked_out(request, credentials={"username": user.get_username()})
        if not user.check_password(request.POST.get("password", "")):
            attempts.count_failure(request, user.get_username())
            return _page(request, user, _("The password was not right."))
    proven = setup.prove(user, request.POST.get(signinform.SECRET, ""), request.POST.get(signinform.CODE, ""))
    if proven is None:
        return _page(request, user, _("That code was not right. Wait for the next one."))
    keep = request.session.session_key or ""
    if made := factors.set_up(user, proven.secret, proven.step, keep=keep):
        arrivals.keep_codes(request, made)
    return _again(request, _("From now on signing in takes a code of your app."))


def _change(request: HttpRequest, user: User) -> HttpResponse:
    """Renew the recovery codes, or take the app away, where a code of it is right."""
    answer = codes.check(request, user, request.POST.get(signinform.CODE, ""))
    if answer is codes.Answer.LOCKED:
        return _page(request, user, _("The code was wrong too often. Try again later."), status=429)
    if answer is codes.Answer.WRONG:
        return _page(
            request, user, _("That code was not right, or it was used already. Wait for the next one.")
        )
    if "codes" in request.POST:
        if made := factors.new_codes(user):
            arrivals.keep_codes(request, made)
        return _again(request, _("The former recovery codes are no good any more."))
    factors.turn_off(user)
    return _again(request, _("The app is taken away. Set up another one now."))


def _again(request: HttpRequest, told: str) -> HttpResponse:
    messages.success(request, told)
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _is_fresh(request: HttpRequest) -> bool:
    return time.time() - request.session.get(BEGAN, 0) < FRESH
