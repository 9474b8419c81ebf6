"""The handlers of error pages: 400, 410, 500 and 503."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from newsroom.faults import faultstyle, outages
from newsroom.guard.badinput import refusal


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 with the plain error page."""
    return refusal(400)


def gone(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer 410: the page was public once, and was withdrawn."""
    response = render(request, "410.html", context, status=410)
    response.headers["Cache-Control"] = "no-store"
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the exception under way is an outage, else 500."""
    return outages.answer_to(request, sys.exc_info()[1]) or faultstyle.allow(server_error(request))
