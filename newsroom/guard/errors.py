"""The pages for what went wrong."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from newsroom.guard import outages
from newsroom.guard.badinput import refusal


def bad_request(request: HttpRequest, exception=None):
    """Answer 400 with the plain page."""
    return refusal(400)


def gone(request: HttpRequest, context):
    """Answer 410: it stood here once, and it was taken down."""
    response = render(request, "410.html", context, status=410)
    response.headers["Cache-Control"] = "no-store"
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """Answer 503 to an outage that no view has met itself, else 500."""
    return outages.answer_to(request, sys.exc_info()[1]) or server_error(request)
