"""Refusals in the look of the admin: why, in a sentence, and what was typed, to be copied."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsroom.guard.secretfields import is_secret

View = Callable[..., HttpResponse]

LONGEST_WORD = 60  # letters
TYPED_TOO = "_comment"  # of the fields whose names begin as those that pages send by themselves


def says_why(view: View) -> View:
    """Return the view of the admin with a page that says why it refuses, and that holds what was typed."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied:
            if not admin.site.has_permission(request):
                raise
            told = _(
                "Your account does not have the right to it, or no more. Ask an administrator if you need it."
            )
            return refusal(request, 403, _("You may not open this page"), told)
        except Http404:
            if not admin.site.has_permission(request):
                raise
            told = _("It was deleted, or the address is mistyped.")
            return refusal(request, 404, _("There is no such page"), told)

    return inner


def refusal(request: HttpRequest, status: int, title: str, told: str) -> HttpResponse:
    """Return a page that says why, with what was sent, to read and to copy: nothing on it sends that again."""
    own = {"title": title, "told": told, "typed": _typed(request) if request.method == "POST" else []}
    return render(request, "admin/refused.html", admin.site.each_context(request) | own, status=status)


def _typed(request: HttpRequest) -> list[str]:
    """Return the texts of a form but secrets, what its page sends by itself, and single words.

    Lao, Thai and Chinese write no spaces between words.
    """
    texts = [
        str(value)
        for name, value in request.POST.items()
        if name != "csrfmiddlewaretoken" and not is_secret(name)
        if not name.startswith("_") or name == TYPED_TOO
    ]
    return [text for text in texts if " " in text.strip() or len(text) > LONGEST_WORD or not text.isascii()]
