"""Notes that a session is used, lists one's own sessions, and ends one of them."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsroom.guard.origin import View
from newsroom.guard.staffpages import signed_in
from newsroom.signin.sessions import BROWSER
from newsroom.signin.sessionstore import BEGAN, SEEN, is_over

EVERY = 120  # seconds between two notes


@dataclass(frozen=True)
class OwnSession:
    """A session of the person, as the page shows it."""

    number: str  # stands for its key, which opens it
    browser: str
    seen_at: datetime | None
    is_this: bool


def note_use(request: HttpRequest) -> None:
    """Note in the session of whoever is signed in that it is used."""
    now = int(time.time())
    if request.user.is_authenticated and now - request.session.get(SEEN, 0) >= EVERY:
        request.session[SEEN] = now
        request.session.setdefault(BEGAN, now)


def notes_use(view: View) -> View:
    """Return the view, which notes that the session is used."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_use(request)
        return view(request, *args, **kwargs)

    return inner


def sessions_of(request: HttpRequest, user: User) -> list[OwnSession]:
    """Return the sessions of the person, this one first, then by last use."""
    found = [
        OwnSession(
            _number(session.pk),
            str(data.get(BROWSER, "")),
            datetime.fromtimestamp(data[SEEN], UTC) if SEEN in data else None,
            session.pk == request.session.session_key,
        )
        for session, data in _theirs(user)
    ]
    return sorted(found, key=lambda one: (one.is_this, one.seen_at is not None, one.seen_at), reverse=True)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session of the person."""
    wanted = request.POST.get("session", "")
    keys = [session.pk for session, _data in _theirs(signed_in(request))]
    ended = [key for key in keys if constant_time_compare(_number(key), wanted)]
    Session.objects.filter(pk__in=ended).delete()
    if request.session.session_key in ended:
        request.session.flush()
        return HttpResponseRedirect(reverse("admin:login"))
    messages.success(request, _("That session is ended.") if ended else _("That session had ended already."))
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _theirs(user: User) -> list[tuple[Session, dict[str, Any]]]:  # Any: whatever a session holds
    running = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    decoded = ((session, session.get_decoded()) for session in running)
    return [pair for pair in decoded if pair[1].get(SESSION_KEY) == str(user.pk) and not is_over(pair[1])]


def _number(key: str) -> str:
    return hashlib.sha256(f"session {key}".encode()).hexdigest()[:24]
