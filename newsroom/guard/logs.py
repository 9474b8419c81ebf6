"""What our own logs may say: a link that somebody got by mail is a key, and must not lie in a log."""

import logging
import re

# A signed token as a part of a path, and the address of a new password.
TOKENS = re.compile(r"(?<=/)[\w-]+\.[\w.-]{20,}|(?<=/admin/password/)[\w-]+/[\w-]+")


class DiscreetFormatter(logging.Formatter):
    """Writes a line, its traceback included, without the tokens in it."""

    def format(self, record):
        return TOKENS.sub("[token]", super().format(record))
