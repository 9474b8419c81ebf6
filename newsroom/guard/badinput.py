"""Refuses requests that no browser of a reader sends, before they reach a view or the database."""

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy

from newsroom.guard.turns import Busy

LONGEST_PATH = 2_000  # bytes, percent-encoded
LONGEST_QUERY = 8_000  # bytes, percent-encoded


def refusal(status):
    """Return the plain page for a refused request; it needs no database and no valid host."""
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(settings.SECURE_CSP)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_bad_number(exception: Exception) -> bool:
    """Return whether a request held what no database and no calendar takes for a number.

    A net for lists and actions of the admin, which ask the database for whatever key or year came along; forms say
    it beside the field.
    """
    if isinstance(exception, OverflowError):
        return True
    if isinstance(exception, DataError):
        return "out of range" in str(exception)
    said = str(exception)
    return isinstance(exception, ValueError) and ("expected a number" in said or "is out of range" in said)


def _is_storable(encoded) -> bool:
    raw = unquote_to_bytes(encoded)
    if b"\0" in raw:
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:  # lone surrogates end here too
        return False
    return True


class RefuseBadInput:
    """Answers 400, 413 or 414 to text that no database can store, and to what is too long."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) > LONGEST_PATH or len(query) > LONGEST_QUERY:
            return refusal(414)
        # PATH_INFO came from bytes; a replacement character stands where they were no UTF-8.
        path = request.path_info
        if "\0" in path or "\ufffd" in path or any("\ud800" <= c <= "\udfff" for c in path):
            return refusal(400)
        if not _is_storable(query.replace("+", " ").encode("latin-1", "replace")):
            return refusal(400)
        try:
            request.get_host()
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            multipart = request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
        except (DisallowedHost, ValueError):
            return refusal(400)
        if length < 0:
            return refusal(400)
        if length > (settings.LARGEST_UPLOAD if multipart else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return refusal(413)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception):
        """Answer 413 where a body turned out larger than it said, 429 where too many want the same at once,
        and 400 to a number that nothing can hold.
        """
        if isinstance(exception, RequestDataTooBig):
            return refusal(413)
        if isinstance(exception, Busy):
            response = refusal(429)
            response.headers["Retry-After"] = "10"
            return response
        if is_bad_number(exception):
            return refusal(400)
        return None
