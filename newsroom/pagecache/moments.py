"""What is to happen at a time, as apps offer it in `at_its_time`: done by whichever web process finds it first.

The thread that asks for the content version asks for it, too; it is done in another one, since that must not wait.
"""

import logging
import threading
from collections.abc import Callable
from functools import cache

from django.db import connection

from newsroom.offers import offered

type Moment = tuple[Callable[[], bool], Callable[[], None]]

log = logging.getLogger(__name__)

_at_work: dict[Moment, threading.Thread] = {}


@cache
def moments() -> tuple[Moment, ...]:
    """Return what apps offer: a function that says whether anything is due, and one that does it."""
    return tuple(offered("at_its_time"))


def look() -> None:
    """Begin what is due, unless this process is at it."""
    for moment in moments():
        thread = _at_work.get(moment)
        if (thread is None or not thread.is_alive()) and moment[0]():
            _at_work[moment] = threading.Thread(
                target=_act, args=[moment[1]], name="at its time", daemon=True
            )
            _at_work[moment].start()


def _act(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:  # it is due still, and tried again
        log.exception("What was due could not be done")
    finally:
        connection.close()
