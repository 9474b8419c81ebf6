"""Files that may be read for so long and no longer: decoders in C can't be ended, but they come back for more."""

import time
from typing import Any


class TookTooLong(Exception):
    """What a file holds took its reader more time than it may take."""


class TimedFile:
    """An open file whose thread may work for so many seconds of the processor while it reads."""

    def __init__(self, file: Any, seconds: float) -> None:
        self.file = file
        self.until = time.thread_time() + seconds

    def read(self, *size: int) -> bytes:
        """Return the next bytes; raises TookTooLong once the time is over."""
        if time.thread_time() > self.until:
            raise TookTooLong
        content: bytes = self.file.read(*size)
        return content

    def __getattr__(self, name: str) -> Any:
        if name in {"fileno", "getvalue"}:  # by which a decoder would read past this
            raise AttributeError(name)
        return getattr(self.file, name)
