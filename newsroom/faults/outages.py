"""Answers and log lines while the database, the cache or the store of files can't be used.

A fault of ours answers 500 and leaves a traceback; an outage answers 503 with a page that needs neither database nor
cache, and leaves one log line when it begins and one when it ends, however many requests meet it.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from newsroom.faults import faultstyle
from newsroom.faults.writers import TooManyWrite
from newsroom.guard.origin import is_foreign
from newsroom.guard.proxies import HEALTH
from newsroom.guard.secretfields import is_password, is_secret

TRY_AGAIN = 30  # seconds, for Retry-After
TRY_AGAIN_TO_WRITE = 10  # seconds
SLOW = 1  # seconds from which a failed attempt to reach the database counts as slow
PROBE_EVERY = 2  # seconds between two attempts to reach a database that is away, per process
DISC_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
SQLITE_ERROR = 1  # SQLite's code for a faulty statement, such as one that names a missing table
# Codes with which reading still works. SQLite: busy, locked, read-only, full. PostgreSQL: lock timeout, disk full,
# serialisation failure, deadlock, read-only transaction (as on a replica).
READ_ONLY = {5, 6, 8, 13, "55P03", "53100", "40001", "40P01", "25006"}
OUTAGES = (OperationalError, InterfaceError)

TOLD_BY_WATCH, MISSED_BY_WATCH = {"while_watched": False}, {"while_watched": True}  # see logs.OneTeller

tell_of: list[
    Callable[[str], bool]
] = []  # functions that say whether the log was told of a condition of late

log = logging.getLogger(__name__)


class Availability:
    """Whether a service that the site needs can be used; changes are logged."""

    def __init__(self, name: str, condition: str = "") -> None:
        self.name = name
        self.condition = condition or name
        self.since: float | None = None
        self._next_probe = 0.0
        self._lock = threading.Lock()

    def begin(self, reason: str, *, pause: bool = False) -> None:
        """Note that the service can't be used; with a pause, is_worth_a_try() says no for PROBE_EVERY seconds.

        Only the first of many calls leaves a line in the log.
        """
        with self._lock:
            now = time.monotonic()
            self._next_probe = now + PROBE_EVERY if pause else 0.0
            if self.since is not None:
                return
            self.since = now
        log.error(
            "The %s can't be used: %s. Nothing more is said until it can.",
            self.name,
            reason,
            extra=TOLD_BY_WATCH,
        )

    def end(self) -> None:
        """Note that the service can be used; cheap where nothing has changed."""
        if self.since is None:
            return
        with self._lock:
            since, self.since = self.since, None
        if since is None:
            return
        seconds = time.monotonic() - since
        log.warning("The %s can be used again, after %.0f s.", self.name, seconds, extra=TOLD_BY_WATCH)
        if seconds < settings.WATCH_EVERY and not any(asked(self.condition) for asked in tell_of):
            log.warning("The %s could not be used for some seconds.", self.name, extra=MISSED_BY_WATCH)

    def is_worth_a_try(self) -> bool:
        """Return whether to use the service: always while it works, once every PROBE_EVERY seconds while it does not."""
        if self.since is None:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._next_probe:
                return False
            if self._next_probe:
                self._next_probe = now + PROBE_EVERY
            return True


DATABASE = Availability("database")
WRITING = Availability("database for writing", "writing")


class FilesAway(OSError):
    """A store of files can't be reached, or refuses us; who raises it has noted that at its Availability."""

    def __init__(self, availability: Availability, reason: str) -> None:
        super().__init__(f"The {availability.name} can't be used: {reason}")
        self.availability, self.reason = availability, reason


def reason_of(error: BaseException | None) -> str:
    """Return in words why this error is an outage, or "" where it is a fault of ours.

    It names types and codes alone: the message of a database can hold values.
    """
    if error is None:
        return ""
    if isinstance(error, TooManyWrite):
        return "others have waited for it for long"
    if isinstance(error, OSError) and error.errno in DISC_IS_FULL:
        return "the disc is full"
    code = _code_of(error)
    if code == SQLITE_ERROR or not (isinstance(error, OUTAGES) or code in READ_ONLY):
        return ""
    name = getattr(error.__cause__, "sqlite_errorname", None) or code
    return f"{type(error.__cause__ or error).__name__}{f' ({name})' if name else ''}"


def _code_of(error: BaseException) -> int | str | None:
    """Return the driver's code: SQLite's primary result code, or PostgreSQL's SQLSTATE."""
    cause = error.__cause__
    number = getattr(cause, "sqlite_errorcode", None)
    return number & 0xFF if number is not None else getattr(cause, "sqlstate", None)


def note(error: BaseException, seconds: float = 0) -> Availability | None:
    """Note an outage and the seconds until it showed; return what is away, or None where it is a fault of ours."""
    if isinstance(error, FilesAway):
        return error.availability
    reason = reason_of(error)
    if not reason:
        return None
    is_full = isinstance(error, OSError)
    if is_full or isinstance(error, TooManyWrite) or _code_of(error) in READ_ONLY:
        WRITING.begin(reason)
        return WRITING
    # A connection that is refused fails fast and may be tried again; a slow failure would hold a thread each time.
    DATABASE.begin(reason, pause=connection.connection is None and seconds > SLOW)
    return DATABASE


def page(state: Availability, request: HttpRequest) -> HttpResponse:
    """Return the 503 page for an outage, with the form that was sent; it uses neither database nor cache."""
    name = {WRITING: "503", DATABASE: "newsroom/no_database"}.get(state, "newsroom/no_files")
    kept = fields_to_send_again(request)
    response = HttpResponse(render_to_string(f"{name}.html", {"kept": kept}), status=503)
    if kept:  # with the policy of other pages a browser sends 'Origin: null', which some forms refuse
        response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Retry-After"] = str(TRY_AGAIN_TO_WRITE if state is WRITING else TRY_AGAIN)
    response.headers["Cache-Control"] = "no-store"
    return faultstyle.allow(response)


def fields_to_send_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form that its sender can send again, without codes; none of one with a password or file.

    None of a form of another site either.
    """
    if request.method != "POST" or is_foreign(request):
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_files = bool(request.FILES)
    except (SuspiciousOperation, MultiPartParserError, OSError):  # a body that no form has
        return []
    if has_files or any(is_password(name) for name, _value in fields):
        return []
    return [(name, value) for name, value in fields if not is_secret(name)]


def answer_to(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Note an outage and return its 503 page; None where the error is a fault of ours."""
    now = time.monotonic()
    state = note(error, now - getattr(request, "came_at", now)) if error else None
    return page(state, request) if state else None


def note_success(wrote: bool) -> None:
    """Note that a statement succeeded, and whether it may have written."""
    DATABASE.end()
    if wrote:
        WRITING.end()


class AnswerWithoutDatabase:
    """Middleware that answers 503 to an outage in a view, and before the view while the database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.came_at = time.monotonic()  # type: ignore[attr-defined]  # answer_to() reads it
        path = request.path_info
        needs_no_database = path in HEALTH or path.startswith(("/leave/", settings.MEDIA_URL))
        if not needs_no_database and not DATABASE.is_worth_a_try():
            return page(DATABASE, request)
        response = self.get_response(request)
        if response.status_code == 503:  # a view that handled the outage itself, to keep what was typed
            response.headers.setdefault("Retry-After", str(TRY_AGAIN))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the 503 page for an outage; None for a fault of ours."""
        return answer_to(request, exception)


class NotOfOutages(logging.Filter):
    """Drops the line that Django logs for each 503 response: the outage itself is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 0) != 503
