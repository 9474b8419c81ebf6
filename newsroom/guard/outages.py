"""What visitors, staff and the log are told while the database or the cache can't be used.

A fault of ours answers 500 and leaves a traceback; an outage answers 503 with a page that needs neither of the two,
and leaves one line when it begins and one when it is over, however many ask meanwhile.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy

from newsroom.guard.writers import TooManyWrite

TRY_AGAIN = 30  # seconds that a browser or a program is asked to wait
TRY_AGAIN_TO_WRITE = 10  # seconds
SLOW = 1  # second after which an attempt to reach the database has cost much
PROBE_EVERY = 2  # seconds between two attempts to reach a database that is away, in one process
DISC_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
SQLITE_ERROR = 1  # its number for mistakes in a statement, such as a table that is not there
# Reading goes on: SQLite is busy, locked, read-only or full; PostgreSQL has waited for a lock, has a full disc, breaks
# a tie between two writers or is a copy that can't be written.
READ_ONLY = {5, 6, 8, 13, "55P03", "53100", "40001", "40P01", "25006"}
OUTAGES = (OperationalError, InterfaceError)

log = logging.getLogger(__name__)


class State:
    """Whether a part that the site needs is away, told in the log when that changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.since: float | None = None
        self._next_probe = 0.0
        self._lock = threading.Lock()

    def begin(self, reason: str, *, pause: bool = False) -> None:
        """Note that the part can't be used, and that it is not to be asked for a while where there is a pause.

        Only the first of many is a line in the log.
        """
        with self._lock:
            now = time.monotonic()
            self._next_probe = now + PROBE_EVERY if pause else 0.0
            if self.since is not None:
                return
            self.since = now
        log.error("The %s can't be used: %s. Nothing more is said until it can.", self.name, reason)

    def end(self) -> None:
        """Note that the part can be used; cheap where it could before."""
        if self.since is None:
            return
        with self._lock:
            since, self.since = self.since, None
        if since is not None:
            log.warning("The %s can be used again, after %.0f s.", self.name, time.monotonic() - since)

    def is_worth_a_try(self) -> bool:
        """Return whether to ask the part: always while it answers, now and then while it is away."""
        if self.since is None:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._next_probe:
                return False
            if self._next_probe:
                self._next_probe = now + PROBE_EVERY
            return True


DATABASE = State("database")
WRITING = State("database for writing")


def reason_of(error: BaseException | None) -> str:
    """Return in words why this error is an outage, or nothing where it is a fault of ours.

    Only kinds and codes: the words of a database can hold values.
    """
    if isinstance(error, TooManyWrite):
        return "others have waited for it for long"
    if isinstance(error, OSError) and error.errno in DISC_IS_FULL:
        return "the disc is full"
    code = _code_of(error)
    if code == SQLITE_ERROR or not (isinstance(error, OUTAGES) or code in READ_ONLY):
        return ""
    name = getattr(error.__cause__, "sqlite_errorname", None) or code
    return f"{type(error.__cause__ or error).__name__}{f' ({name})' if name else ''}"


def _code_of(error: BaseException | None) -> int | str | None:
    """Return the code that the driver gave an error: SQLite's number or PostgreSQL's five characters."""
    cause = error.__cause__ if error else None
    number = getattr(cause, "sqlite_errorcode", None)
    return number & 0xFF if number is not None else getattr(cause, "sqlstate", None)


def note(error: BaseException, seconds: float = 0) -> State | None:
    """Note an outage that took so many seconds; return what is away, or None where the error is a fault of ours."""
    reason = reason_of(error)
    if not reason:
        return None
    is_full = isinstance(error, OSError)
    if is_full or isinstance(error, TooManyWrite) or _code_of(error) in READ_ONLY:
        WRITING.begin(reason)
        return WRITING
    # Who is refused at once may ask again at once; where nobody answers, each attempt would hold a thread for long.
    DATABASE.begin(reason, pause=connection.connection is None and seconds > SLOW)
    return DATABASE


def page(state: State) -> HttpResponse:
    """Return the answer for a visitor while a part is away; it asks that part for nothing."""
    name = "503" if state is WRITING else "newsroom/no_database"
    response = HttpResponse(render_to_string(f"{name}.html"), status=503)
    response.headers["Retry-After"] = str(TRY_AGAIN_TO_WRITE if state is WRITING else TRY_AGAIN)
    response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(settings.SECURE_CSP)
    response.headers["Cache-Control"] = "no-store"
    return response


def answer_to(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Return the answer to an outage, which is noted, or None where the error is a fault of ours."""
    now = time.monotonic()
    state = note(error, now - getattr(request, "came_at", now)) if error else None
    return page(state) if state else None


def told_of_success(wrote: bool) -> None:
    """Note that the database has answered a statement."""
    DATABASE.end()
    if wrote:
        WRITING.end()


class AnswerWithoutDatabase:
    """Answers 503 where a view meets an outage, and at once while the database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.came_at = time.monotonic()  # type: ignore[attr-defined]
        without = request.path_info == "/healthz" or request.path_info.startswith(settings.MEDIA_URL)
        if not without and not DATABASE.is_worth_a_try():
            return page(DATABASE)
        response = self.get_response(request)
        if response.status_code == 503:  # where a view has met the outage itself, to keep what was typed
            response.headers.setdefault("Retry-After", str(TRY_AGAIN))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer to an outage."""
        return answer_to(request, exception)


class NotOfOutages(logging.Filter):
    """Drops the line a request that Django writes for each answer 503: the outage itself was noted."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 0) != 503
