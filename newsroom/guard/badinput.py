"""Refuses malformed and oversized requests before they reach a view or the database."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy
from django.utils.translation import gettext as _

from newsroom.guard.turns import Busy

LONGEST_PATH = 2_000  # bytes, percent-encoded
LONGEST_QUERY = 8_000  # bytes, percent-encoded


def refusal(status: int) -> HttpResponse:
    """Return the plain error page for a status; it needs no database and no valid Host header."""
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(settings.SECURE_CSP)
    response.headers["Cache-Control"] = "no-store"
    return response


def wrong_host(request: HttpRequest) -> HttpResponse:
    """Return the refusal of a Host that is not the site's; who asks on the server itself is told how to ask.

    A proxy asks from there too, so the words hold nothing that a stranger may not know.
    """
    name, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
    if not (_is_this_machine(name) and _is_this_machine(request.META.get("REMOTE_ADDR", ""))):
        return refusal(400)
    told = _(
        "This site answers to its name alone, the host in SITE_URL. On the server ask with\n"
        "  curl -H 'Host: NAME' -H 'X-Forwarded-Proto: https' http://127.0.0.1:{port}/\n"
        "or through the proxy with\n"
        "  curl --resolve NAME:443:127.0.0.1 https://NAME/\n"
        "A proxy has to pass the visitor's Host on (nginx: proxy_set_header Host $host)."
    ).format(port=settings.PORT)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(f"{told}\n", status=400, content_type="text/plain; charset=utf-8", headers=headers)


def _is_this_machine(name: str) -> bool:
    """Return whether a host name or address is one by which this machine calls itself."""
    bare = name.strip("[]").lower()
    return bare in {"localhost", "::1", "::ffff:127.0.0.1"} or bare.startswith("127.")


def is_bad_number(exception: Exception) -> bool:
    """Return whether an exception says that a number in the request is malformed or out of range.

    For lists and actions of the admin, which pass keys and years to the database unchecked; forms show such an
    error beside the field.
    """
    if isinstance(exception, OverflowError):
        return True
    if isinstance(exception, DataError):
        return "out of range" in str(exception)
    said = str(exception)
    return isinstance(exception, ValueError) and ("expected a number" in said or "is out of range" in said)


def is_storable(encoded: bytes) -> bool:
    """Return whether percent-encoded text is UTF-8 without NUL, which PostgreSQL refuses."""
    raw = unquote_to_bytes(encoded)
    if b"\0" in raw:
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:  # lone surrogates end here too
        return False
    return True


class RefuseBadInput:
    """Answers 400 to text that no database can store, 413 to a body and 414 to an address that is too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) > LONGEST_PATH or len(query) > LONGEST_QUERY:
            return refusal(414)
        # Django decodes PATH_INFO with a replacement character for each byte that is not UTF-8.
        path = request.path_info
        if "\0" in path or "\ufffd" in path or any("\ud800" <= c <= "\udfff" for c in path):
            return refusal(400)
        if not is_storable(query.replace("+", " ").encode("latin-1", "replace")):
            return refusal(400)
        try:
            request.get_host()
        except DisallowedHost:
            return wrong_host(request)
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            multipart = request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
        except ValueError:
            return refusal(400)
        if length < 0:
            return refusal(400)
        if length > (settings.LARGEST_UPLOAD if multipart else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return refusal(413)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 413 to a body larger than declared, 429 when a queue is full, 400 to a bad number; else None."""
        if isinstance(exception, RequestDataTooBig):
            return refusal(413)
        if isinstance(exception, Busy):
            response = refusal(429)
            response.headers["Retry-After"] = "10"
            return response
        if is_bad_number(exception):
            return refusal(400)
        return None
