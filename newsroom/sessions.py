"""Ends the sessions of an account: by a button of its owner, by an administrator, and where the account changes."""

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

# A new password ends the others by itself: Django binds every session to it.
ENDED_BY = ["username", "email", "is_active", "is_staff"]


def sign_out(user: User, keep: str = "") -> int:
    """End every session of an account but the one with the key `keep`; return how many were ended."""
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
    """End the sessions of an account whose name, address or rights change (a receiver of pre_save)."""
    names = ENDED_BY if update_fields is None else [name for name in ENDED_BY if name in update_fields]
    if raw or instance.pk is None or not names:
        return
    before = User.objects.filter(pk=instance.pk).values(*names).first()
    if before and any(before[name] != getattr(instance, name) for name in names):
        sign_out(instance, keep=getattr(instance, "kept_session", ""))


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of the person who asks, this one too."""
    count = sign_out(request.user)
    request.session.flush()
    text = ngettext(
        "You are signed out. %(count)s session of yours was ended.",
        "You are signed out on every device. %(count)s sessions of yours were ended.",
        count,
    )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("admin:login"))


def sign_out_all(request: HttpRequest, users: Iterable[User]) -> None:
    """End the sessions of these accounts, and say how many; one's own stays."""
    keep = request.session.session_key or ""
    count = sum(sign_out(user, keep=keep if user == request.user else "") for user in users)
    text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, (text if count else _("None of them was signed in.")) % {"count": count})
