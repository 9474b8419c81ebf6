"""Repeats a throttle's refusal from memory for some seconds, to all POSTs of a network to the same path.

A client beyond a limit can still send as fast as we answer. A repeated refusal costs a dictionary lookup instead of
the middleware, the cache and the view, so that others hardly notice. A view opts in by `close_door(response)`.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import HttpResponse

from newsroom.guard import requestlog
from newsroom.guard.compression import accepted
from newsroom.guard.requestids import Trace
from newsroom.guard.throttle import network_in

CLOSED_FOR = 5  # seconds until the throttle itself is asked again
MOST = 1_000  # stored refusals; beyond it all are dropped, and throttles refuse anew


class Refusal(NamedTuple):
    """A refusal as it was sent."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


def close_door(response: HttpResponse) -> HttpResponse:
    """Mark a refusal as one to repeat for the visitor's network and that path; return it."""
    response.closes_door = True  # type: ignore[attr-defined]  # Door reads it
    return response


class Door:
    """A WSGI application that wraps the site's, and repeats its refusals for CLOSED_FOR seconds.

    `is_known` says by the Cookie header whether a browser is one of our staff's, which is not refused for what
    strangers in its network do.
    """

    def __init__(self, application: WSGIApplication, is_known: Callable[[str], bool]) -> None:
        self.application = application
        self.is_known = is_known
        self.key = secrets.token_bytes(32)  # known to this process alone
        self.closed: dict[bytes, tuple[float, Refusal]] = {}  # by hash of the sender; until when

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self.application(environ, start_response)
        sender = self._hashed(environ)
        until, refusal = self.closed.get(sender, (0.0, None))
        if refusal and time.monotonic() < until:
            requestlog.write(Trace("POST"), int(refusal.status[:3]), 0)
            start_response(refusal.status, list(refusal.headers))
            return [refusal.content]
        response = self.application(environ, start_response)
        if isinstance(response, HttpResponse) and getattr(response, "closes_door", False):
            status = f"{response.status_code} {response.reason_phrase}"
            self._close(sender, Refusal(status, list(response.items()), response.content))
        return response

    def _close(self, sender: bytes, refusal: Refusal) -> None:
        now = time.monotonic()
        for other in [other for other, (until, _refusal) in list(self.closed.items()) if until <= now]:
            self.closed.pop(other, None)
        if len(self.closed) >= MOST:
            self.closed.clear()
        self.closed[sender] = now + CLOSED_FOR, refusal

    def _hashed(self, environ: WSGIEnvironment) -> bytes:
        """Return the keyed hash of what a refusal holds for: network, path, compression and known browser."""
        network = network_in(environ)
        # A refusal is stored as it was sent, compressed or not.
        takes_gzip = "gzip" in accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        is_known = self.is_known(environ.get("HTTP_COOKIE", ""))
        text = f"{network} {environ.get('PATH_INFO', '')} {takes_gzip} {is_known}"
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=self.key).digest()
