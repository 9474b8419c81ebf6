"""Refuses at the door, for some seconds, what a throttle has refused a whole network just now.

Whoever is beyond a limit can still send as fast as we answer. Each refusal then costs a look into memory instead of
the way through middleware, cache and view, so that others hardly notice. A view opts in by `close_door(response)`.
"""

import hashlib
import secrets
import time
from types import SimpleNamespace

from newsroom.guard import devices
from newsroom.guard.compression import accepted
from newsroom.guard.throttle import network

CLOSED_FOR = 5  # seconds; then the throttle itself is asked again
MOST = 1_000  # doors; where more are closed, all are opened, and the throttle closes them again


def close_door(response):
    """Mark a refusal as one for all that its visitor's network sends to that path; return it."""
    response.closes_door = True
    return response


class Door:
    """The site as a WSGI application, with refusals that stand for some seconds in front of it."""

    def __init__(self, application) -> None:
        self.application = application
        self.key = secrets.token_bytes(32)  # of this process, and kept nowhere else
        self.closed = {}  # hash of network and path to (until when, the refusal)

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return self.application(environ, start_response)
        whom = self._hashed(environ)
        until, refusal = self.closed.get(whom, (0, None))
        if time.monotonic() < until:
            status, headers, content = refusal
            start_response(status, list(headers))
            return [content]
        response = self.application(environ, start_response)
        if getattr(response, "closes_door", False):
            status = f"{response.status_code} {response.reason_phrase}"
            self._close(whom, (status, list(response.items()), response.content))
        return response

    def _close(self, whom, refusal) -> None:
        now = time.monotonic()
        for other in [other for other, (until, _refusal) in list(self.closed.items()) if until <= now]:
            self.closed.pop(other, None)
        if len(self.closed) >= MOST:
            self.closed.clear()
        self.closed[whom] = now + CLOSED_FOR, refusal

    def _hashed(self, environ):
        whom = network(SimpleNamespace(META=environ))
        # A refusal is kept as it was sent.
        takes_gzip = "gzip" in accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        # A browser of our staff is not kept out for what strangers in its network do.
        is_known = devices.is_signed(devices.in_header(environ.get("HTTP_COOKIE", "")))
        text = f"{whom} {environ.get('PATH_INFO', '')} {takes_gzip} {is_known}"
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self.key).digest()
