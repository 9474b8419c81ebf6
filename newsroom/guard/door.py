"""Refuses at the door, for some seconds, what a throttle has refused a whole network just now.

Whoever is beyond a limit can still send as fast as we answer. Each refusal then costs a look into memory instead of
the way through middleware, cache and view, so that others hardly notice. A view opts in by `close_door(response)`.
"""

import hashlib
import secrets
import time
from contextlib import suppress

from django.http import HttpResponse

from newsroom.guard.throttle import network

CLOSED_FOR = 5  # seconds; then the throttle itself is asked again
MOST = 1_000  # doors; where more are closed, all are opened, and the throttle closes them again
LONGEST_BODY = 64 * 1024  # bytes that are read before a refusal, so that the connection can be kept

_key = secrets.token_bytes(32)  # of this process, and kept nowhere else
_closed = {}  # hash of network and path to (until when, the refusal)


def close_door(response):
    """Mark a refusal as one for all that its visitor's network sends to that path; return it."""
    response.closes_door = True
    return response


def open_all():
    """Forget every refusal."""
    _closed.clear()


class Door:
    """Answers with the same refusal for some seconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST":
            return self.get_response(request)
        whom = _hashed(request)
        until, refusal = _closed.get(whom, (0, None))
        if time.monotonic() < until:
            with suppress(OSError):  # the sender has gone
                request.read(LONGEST_BODY)
            content, status, headers = refusal
            return HttpResponse(content, status=status, headers=headers)
        response = self.get_response(request)
        if getattr(response, "closes_door", False):
            _close(whom, response)
        return response


def _close(whom, response):
    now = time.monotonic()
    for other in [other for other, (until, _refusal) in list(_closed.items()) if until <= now]:
        _closed.pop(other, None)
    if len(_closed) >= MOST:
        open_all()
    _closed[whom] = now + CLOSED_FOR, (response.content, response.status_code, dict(response.headers))


def _hashed(request):
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")  # a refusal is kept as it was sent
    return hashlib.blake2b(f"{network(request)} {request.path_info} {takes_gzip}".encode(), key=_key).digest()
