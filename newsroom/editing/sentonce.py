"""Makes the admin act once on a form that is sent twice, by a double click or a second try."""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from newsroom.editing.refusals import TYPED_TOO
from newsroom.guard.turns import Busy

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:
    ModelAdmin = object  # a mixin: StaffAdmin brings the class itself

ONCE = "_once"  # the hidden field with the number of a form as it was shown
KEPT = 600  # seconds that the outcome of a form is known
LONGEST = 60  # seconds that a second press waits for the first
PAUSE = 0.1  # seconds
MOST_WAITING = 2  # presses in a process
WORKING = ""  # stands for the outcome until there is one
_room = threading.BoundedSemaphore(MOST_WAITING)


def once(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the view's response; a form that was sent before leads where the first one led, and saves nothing.

    Whoever did not get the answer may have typed on: with other words it is no second press.
    """
    number = _number(request)
    if not number:
        return view()
    key, words = f"sent:{request.user.pk}:{number}", digest_of(request)
    if not cache.add(key, WORKING, LONGEST):
        outcome = _outcome_of(key)
        if outcome and outcome[2:] == (words,):  # an outcome of a former release has none
            address, told, _words = outcome
            for level, text in told:
                messages.add_message(request, level, text)
            return HttpResponseRedirect(address)
        cache.set(key, WORKING, LONGEST)
    try:
        response = view()
    except BaseException:
        cache.delete(key)
        raise
    if response.status_code == 302:
        told = [
            (one.level, one.message)
            for one in getattr(messages.get_messages(request), "_queued_messages", [])
        ]
        cache.set(key, (response.headers["Location"], told, words), KEPT)
    else:
        cache.delete(key)  # it was refused: corrected, it can be sent again
    return response


def new_number() -> str:
    """Return the number of a form that is shown now."""
    return uuid.uuid4().hex


def digest_of(request: HttpRequest) -> str:
    """Return what tells one sending of a form from another with other words or files, whichever button was pressed."""
    fields = [
        (name, values)
        for name, values in request.POST.lists()
        if name == TYPED_TOO or not (name.startswith("_") or name == "csrfmiddlewaretoken")
    ]
    files = [(name, [(file.name, file.size) for file in several]) for name, several in request.FILES.lists()]
    return hashlib.sha256(json.dumps([sorted(fields), sorted(files)]).encode()).hexdigest()


def _number(request: HttpRequest) -> str:
    if request.method != "POST":
        return ""
    try:
        return uuid.UUID(request.POST.get(ONCE, "")).hex
    except ValueError:
        return ""


def _outcome_of(key: str) -> tuple[str, list[Any], str] | None:
    """Wait for the first press; return where it led, or None where it was refused or took too long.

    Raises Busy where as many wait already as may: each holds one of the few threads that show pages.
    """
    if not _room.acquire(blocking=False):
        raise Busy
    try:
        until = time.monotonic() + LONGEST
        while (outcome := cache.get(key)) == WORKING and time.monotonic() < until:
            time.sleep(PAUSE)
    finally:
        _room.release()
    found: tuple[str, list[Any], str] | None = outcome or None
    return found


class SentOnce(ModelAdmin):
    """A ModelAdmin whose forms can be sent twice without harm."""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return once(request, lambda: super(SentOnce, self).add_view(request, form_url, extra_context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        view = super().change_view
        return once(request, lambda: view(request, object_id, form_url, extra_context))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the page a number of its own."""
        context["once_name"], context["once"] = ONCE, new_number()
        return super().render_change_form(request, context, *args, **kwargs)
