"""The configuration of our logs, and formatters that keep secrets and visitors out of them.

Lines for people hold no token: a link sent by mail is a key. Lines of JSON, which may be sent to other machines, hold
no address, no query and no words of a visitor either: of a request its route's name, of an error its type and place.
"""

import datetime as dt
import json
import logging
import os
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from django.conf import settings

from newsroom.guard.requestids import current

# A signed token in a path, those of the inquiries, and the address where a new password is set.
TOKENS = re.compile(
    r"(?<=/)[\w-]+\.[\w.-]{20,}|(?<=/inquiries/draft/)[\w=-]+|(?<=/inquiries/received/)[\w=-]+"
    r"|(?<=/admin/password/)[\w-]+/[\w-]+"
)
MAIL_ADDRESS = re.compile(r"[^\s<>\"'`(),;]+@[^\s<>\"'`(),;]+")
MOST_FRAMES = 30  # of a traceback, the innermost
# Errors whose words name our code and no value.
TELLING = (AttributeError, NameError, ImportError, RecursionError, NotImplementedError)


def configuration(log_format: str, log_requests: bool) -> dict[str, Any]:  # Any: as logging.config takes it
    """Return the configuration of the logs in "lines" or in "json", with a line of each request or without."""
    lines = {
        "()": "newsroom.logs.logs.DiscreetFormatter",
        "format": "{levelname} {name} {message}",
        "style": "{",
    }
    formatter = {"()": "newsroom.logs.logs.JSONFormatter"} if log_format == "json" else lines
    stream = {"class": "logging.StreamHandler", "formatter": "line"}
    quiet = {"handlers": [], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {
            "once_a_minute": {"()": "newsroom.logs.loglimit.OncePerMinute"},
            "one_teller": {"()": "newsroom.logs.logs.OneTeller"},
            "not_of_outages": {"()": "newsroom.faults.outages.NotOfOutages"},
        },
        "handlers": {
            "stderr": {**stream, "filters": ["one_teller", "not_of_outages", "once_a_minute"]},
            "requests": stream,
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "newsroom.requests": {
                "handlers": ["requests"],
                "level": "INFO" if log_requests else "WARNING",
                "propagate": False,
            },
            "newsroom.started": {"handlers": ["requests"], "level": "INFO", "propagate": False},
            "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # A wrong Host header is noise from scanners, and it is answered with 400.
            "django.security.DisallowedHost": quiet,
            # So are made-up parameters of the lists of the admin: 400 as well.
            "django.security.DisallowedModelAdminLookup": quiet,
            "django.security.DisallowedModelAdminToField": quiet,
            "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }


def is_json() -> bool:
    """Return whether the lines of the logs are objects."""
    return "JSONFormatter" in settings.LOGGING["formatters"]["line"]["()"]


def tell_what_nobody_catches() -> None:
    """Let an error that ends this process or a thread of it be an object too: a traceback holds values in its words."""
    if not is_json():
        return

    def tell(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None = None
    ) -> None:
        if error is not None:
            logging.getLogger("newsroom.uncaught").critical(
                "Nobody caught an error.", exc_info=(kind, error, trace)
            )

    sys.excepthook = tell
    threading.excepthook = lambda met: tell(met.exc_type, met.exc_value, met.exc_traceback)


class OneTeller(logging.Filter):
    """Drops what the watch of this machine tells too: lines whose while_watched differs from whether there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        while_watched = getattr(record, "while_watched", None)
        return while_watched is None or while_watched == bool(os.environ.get("NEWSROOM_WATCHED"))


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, with each token replaced by '[token]', and the id of the request."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKENS.sub("[token]", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        trace = current.get()
        line = super().formatMessage(record)
        return f"{line} [{trace.id}]" if trace else line


class JSONFormatter(logging.Formatter):
    """Formats a record as one line of JSON, with nothing in it that a visitor has chosen."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        entry: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said_by(record),
        }
        if trace := current.get():
            entry |= {"request": trace.id, "method": trace.method, "route": trace.route}
        for name, source in (("status", "status"), ("status", "status_code"), ("ms", "ms")):
            if (value := getattr(record, source, None)) is not None:
                entry[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            entry |= _of_error(record.exc_info[1], record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False)


def _said_by(record: logging.LogRecord) -> str:
    """Return the message; of Django's about a request, which quote the visitor, what happened alone."""
    if record.name.startswith("django.security"):
        reason = (
            str(record.args[0]).partition(" - ")[0] if isinstance(record.args, tuple) and record.args else ""
        )
        return (
            f"{record.name.rpartition('.')[2]}: {reason}"
            if record.name.endswith(".csrf")
            else record.name[16:]
        )
    if record.name.startswith("django.") and hasattr(record, "request"):
        return str(record.args[0]) if isinstance(record.args, tuple) and record.args else "A request failed"
    return MAIL_ADDRESS.sub("[address]", TOKENS.sub("[token]", record.getMessage()))


def _of_error(error: BaseException, trace: TracebackType | None) -> dict[str, object]:
    """Return type and place of an error, and its words where they name our code alone."""
    said = type(error).__qualname__
    if isinstance(error, TELLING):
        said = f"{said}: {error}"
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    told: dict[str, object] = {
        "error": said,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if error.__cause__ is not None:
        told["because"] = type(error.__cause__).__qualname__
    return told
