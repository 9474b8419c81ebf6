"""Tells the script of a form where a save leads, which a browser keeps from scripts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ASKED = "X-Save"  # the header of a script that saves a form, and stays in it until that is done
LEADS_TO = "X-Location"


def leads_scripts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view with its redirects as answers without content where a script saves a form."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 302 or not request.headers.get(ASKED):
            return response
        answer = HttpResponse(status=204, headers={LEADS_TO: str(response.headers["Location"])})
        answer.cookies = response.cookies
        return answer

    return inner
