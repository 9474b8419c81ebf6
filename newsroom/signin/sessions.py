"""Ends the sessions of an account: by its owner, by an administrator, and when the account changes."""

import time
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from newsroom.guard.staffpages import signed_in
from newsroom.outbox import clock
from newsroom.signin import browsers
from newsroom.signin.sessionstore import BEGAN, SEEN

FORGET_EVERY = 24 * 3600  # seconds
BROWSER = "browser"  # of a session: browser and system in words
# A new password ends the other sessions by itself: Django binds every session to it.
ENDED_BY = ["username", "email", "is_active", "is_staff"]


def forget_expired() -> None:
    """Delete the sessions that have ended, unless the clock has jumped: it would sign everybody out."""
    if clock.may_purge():
        Session.objects.filter(expire_date__lte=timezone.now()).delete()


def begin(sender: type, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Note in a new session since when it runs, and in which browser; a receiver of user_logged_in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
    request.session[BROWSER] = browsers.words_for(request.META.get("HTTP_USER_AGENT", ""))


def note_who_changes(account: User, by: User) -> None:
    """Note on the account object who changes it, for the notices that inquiries/officers/accountchanges.py posts."""
    account.changed_by = by.get_username()  # type: ignore[attr-defined]  # no field: it lasts for the request


def sign_out(user: User, keep: str = "") -> int:
    """End all sessions of an account except the one with the key `keep`; return how many."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    theirs = [
        session.pk
        for session in Session.objects.exclude(pk=keep).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def end_on_change(
    sender: type,
    instance: User,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **kwargs: object,
) -> None:
    """End the sessions of an account whose user name, address or rights change; a receiver of pre_save."""
    names = ENDED_BY if update_fields is None else [name for name in ENDED_BY if name in update_fields]
    if raw or instance.pk is None or not names:
        return
    before = User.objects.filter(pk=instance.pk).values(*names).first()
    if before and any(before[name] != getattr(instance, name) for name in names):
        sign_out(instance, keep=getattr(instance, "kept_session", ""))


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of the signed-in person, this one too."""
    count = sign_out(signed_in(request))
    request.session.flush()
    text = ngettext(
        "You are signed out. %(count)s session of yours was ended.",
        "You are signed out on every device. %(count)s sessions of yours were ended.",
        count,
    )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("admin:login"))


def sign_out_all(request: HttpRequest, users: Iterable[User]) -> None:
    """End the sessions of these accounts and say how many; one's own session stays."""
    keep = request.session.session_key or ""
    count = sum(sign_out(user, keep=keep if user == request.user else "") for user in users)
    text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, (text if count else _("None of them was signed in.")) % {"count": count})
