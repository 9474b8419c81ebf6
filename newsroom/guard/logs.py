"""The configuration of our logs, and a formatter that keeps tokens out of them: a link sent by mail is a key."""

import logging
import os
import re
from typing import Any

# A signed token in a path, and the address where a new password is set.
TOKENS = re.compile(r"(?<=/)[\w-]+\.[\w.-]{20,}|(?<=/admin/password/)[\w-]+/[\w-]+")

CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "newsroom.guard.logs.DiscreetFormatter",
            "format": "{levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {
        "once_a_minute": {"()": "newsroom.guard.loglimit.OncePerMinute"},
        "one_teller": {"()": "newsroom.guard.logs.OneTeller"},
        "not_of_outages": {"()": "newsroom.guard.outages.NotOfOutages"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_teller", "not_of_outages", "once_a_minute"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A wrong Host header is noise from scanners, and it is answered with 400.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # So are made-up parameters of the lists of the admin: 400 as well.
        "django.security.DisallowedModelAdminLookup": {"handlers": [], "propagate": False},
        "django.security.DisallowedModelAdminToField": {"handlers": [], "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}


class OneTeller(logging.Filter):
    """Drops what the watch of this machine tells too: lines whose while_watched differs from whether there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        while_watched = getattr(record, "while_watched", None)
        return while_watched is None or while_watched == bool(os.environ.get("NEWSROOM_WATCHED"))


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, with each token replaced by '[token]'."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKENS.sub("[token]", super().format(record))
