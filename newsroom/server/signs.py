"""Signs of life of a web worker: its event loop writes the worker's process id into the pipe of the supervisor.

The supervisor asks the port for a page, too, but of several workers any one answers that.
"""

import asyncio
import os
import stat
from contextlib import suppress

from newsroom.server.children import PIPE

EVERY = 5  # seconds


def give(loop: asyncio.AbstractEventLoop) -> None:
    """Give a sign now, and again and again as long as the event loop runs."""
    pipe = int(os.environ.get(PIPE, "-1"))
    with suppress(OSError):  # the supervisor has ended, or has not read for long
        if pipe >= 0 and stat.S_ISFIFO(os.fstat(pipe).st_mode):
            os.write(pipe, f"{os.getpid()}\n".encode())
    loop.call_later(EVERY, give, loop)
