"""Names each request by an id, and logs a line of each where LOG_REQUESTS is on."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from .requestids import HEADER, Trace, current

log = logging.getLogger("newsroom.requests")


def is_wanted() -> bool:
    """Return whether lines of requests are logged."""
    return log.isEnabledFor(logging.INFO)


def write(trace: Trace, status: int, seconds: float) -> None:
    """Log the line of a request, where that is wanted."""
    if is_wanted():
        words = {"status": status, "ms": round(seconds * 1000)}
        route = trace.route or "-"
        log.info("%s %s %s %s ms", trace.method, route, status, words["ms"], extra=words)


def write_ready(method: str, route: str, status: int, seconds: float) -> None:
    """Log the line of a request that was answered from memory, with an id of its own; ask is_wanted() before."""
    trace = Trace(method, route)
    token = current.set(trace)
    write(trace, status, seconds)
    current.reset(token)


class TraceRequests:
    """Middleware around all others, so that their refusals and log lines have the id too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace, began = Trace(request.method or ""), time.monotonic()
        token = current.set(trace)
        try:
            response = self.get_response(request)
            if response.status_code >= 400:
                response.headers[HEADER] = trace.id
            write(trace, response.status_code, time.monotonic() - began)
        finally:
            current.reset(token)
        return response

    # Any, as Django's own: views take what their routes give them.
    def process_view(self, request: HttpRequest, *_args: Any) -> None:
        """Note the name of the route."""
        trace, match = current.get(), request.resolver_match
        if trace is not None and match is not None:
            trace.route = match.view_name
