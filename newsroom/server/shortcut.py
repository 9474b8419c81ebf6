"""Answers what is ready in the thread in which granian hands requests over, so that the event loop never sees them.

granian gives each request to a function of its scheduler, in a thread of Rust that does nothing else; the function has
the event loop run the application. To wake the loop costs more than a kept answer does, so that is sent at once.
granian has no public place for this. A test holds its locked version to it; with another one that names the function
otherwise, every request would take the way through the event loop, which knows the same answers.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from granian import _futures

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

    type Answering = Callable[[Scope, HTTPProtocol], bool]
    type Schedule = Callable[["Watcher"], None]

log = logging.getLogger(__name__)


class Watcher(Protocol):
    """A request as granian's scheduler gets it."""

    scope: "Scope"
    proto: "HTTPProtocol"


def install(answers: "Answering") -> None:
    """Ask answers(scope, protocol) first from now on; the event loop gets what it returns False for."""
    make = _futures._cbsched_aioschedule

    def make_with_shortcut(*parts: Any) -> "Schedule":  # Any: granian's own, which are handed on
        hand_over: Schedule = make(*parts)

        def schedule(watcher: Watcher) -> None:
            try:
                if answers(watcher.scope, watcher.proto):
                    return
            except Exception:  # granian looks at no error here, and the visitor would wait for ever
                log.exception("A kept answer could not be sent")
            hand_over(watcher)

        return schedule

    _futures._cbsched_aioschedule = make_with_shortcut
