"""What the script of a form asks: keep what was typed, say who else has it open, and who is signed in.

It answers in JSON, also where the session has ended: then the page asks for the password, and nothing is lost.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsroom.editing.kept import is_from_another_session
from newsroom.guard.origin import View, is_foreign, is_own_page
from newsroom.guard.staffpages import private, signed_in
from newsroom.signin.using import note_use

from . import presence, texts
from .places import Place

LONGEST_NUMBER = 200


@dataclass(frozen=True)
class Sent:
    """What the script of a page has sent."""

    page: str
    taken: list[str]
    who: str  # the account that the page was shown to
    fields: list[tuple[str, str]] | None  # None: a sign of life; empty: what was typed was taken back
    has_left: bool


def read(request: HttpRequest) -> Sent | None:
    """Return what was sent, or None where it is malformed."""
    try:
        data = json.loads(request.body)
        fields = data["fields"]
        sent = Sent(
            _text(data["page"])[:LONGEST_NUMBER],
            [_text(one)[:LONGEST_NUMBER] for one in data["taken"]][: texts.MOST * 2],
            _text(data["who"]),
            None if fields is None else [(_text(name), _text(value)) for name, value in fields],
            bool(data.get("left")),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return sent if len(sent.fields or ()) <= texts.MOST_FIELDS else None


def _text(value: object) -> str:
    """Return a value of JSON as text that can be stored: half a surrogate can't."""
    return str(value).encode(errors="replace").decode()


def state(word: str, **values: object) -> JsonResponse:
    """Return an answer in one word, with what the script needs beside it."""
    return JsonResponse({"state": word} | values)


def refused() -> JsonResponse:
    """Return the answer to somebody who may not use the form."""
    return JsonResponse({"state": "refused"}, status=403)


def malformed() -> JsonResponse:
    """Return the answer to what no script of ours sends."""
    return JsonResponse({"state": "refused"}, status=400)


def for_scripts(view: Callable[..., HttpResponse]) -> View:
    """Return a view for the script of a form: only for the account that the page was shown to.

    The view is handed None for what is malformed: first it refuses those who may not use the form.

    A page of ours whose CSRF token is of a former session gets the present one: the browser says where it comes from.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_of_former_session = is_from_another_session(request)
        if is_foreign(request) or (is_of_former_session and not is_own_page(request)):
            return refused()
        if not admin.site.has_permission(request):
            return state("signed-out", token=get_token(request))
        sent = read(request)
        user = signed_in(request)
        if sent is not None and sent.who != str(user.pk):
            return state("other", name=user.get_username(), who=str(user.pk), token=get_token(request))
        response = view(request, sent, *args, **kwargs)
        if is_of_former_session and isinstance(response, JsonResponse):
            response = JsonResponse(json.loads(response.content) | {"token": get_token(request)})
        return response

    return csrf_exempt(private(require_POST(inner)))


def answer(request: HttpRequest, sent: Sent, place: Place, form: str, **more: object) -> JsonResponse:
    """Keep what was sent, or note the sign of life; say when, who else has the form open, and what is said with it."""
    if sent.fields:
        note_use(request)  # a form that lies open is no use of the session
        place.keep(texts.typed(sent.page, sent.fields), sent.taken)
    elif sent.fields is not None:
        place.drop([sent.page])
    user = signed_in(request)
    if sent.has_left:
        presence.left(form, user)
        return state("kept")
    at = time_format(timezone.localtime(), "H:i:s")
    others = presence.seen(form, user)
    return state("kept", at=at, others=" ".join(map(str, others)), **more)
