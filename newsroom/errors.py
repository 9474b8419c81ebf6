"""The pages for what went wrong."""

from django.shortcuts import render

from newsroom.guard.badinput import refusal


def bad_request(request, exception=None):
    """Answer 400 with the plain page."""
    return refusal(400)


def gone(request, context):
    """Answer 410: it stood here once, and it was taken down."""
    response = render(request, "410.html", context, status=410)
    response.headers["Cache-Control"] = "no-store"
    return response
