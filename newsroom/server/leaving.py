"""How a web worker ends without losing a visitor whose connection it has taken.

On SIGTERM granian closes each connection on which nothing was read yet, though a request may wait there or be on its way
(hyper, `disable_keep_alive` in proto/h1/dispatch.rs). So the worker first stops taking connections, which wait for the
next worker then, and goes on until those that it has are read.
"""

import asyncio
import fcntl
import os
import signal
import socket
import struct
import termios
import time
from contextlib import suppress
from pathlib import Path

from newsroom.server.listening import LISTENER

EVERY = 0.05  # seconds between two looks at the connections
LONGEST = 3  # seconds: a browser may connect in advance, and send nothing
OPEN = Path("/proc/self/fd")
ESTABLISHED = 1  # as the first byte of `struct tcp_info` says (include/uapi/linux/tcp.h)
RECEIVED = 128  # where that structure has the bytes received, in 8 bytes


def prepare(loop: asyncio.AbstractEventLoop) -> None:
    """Let SIGTERM end this worker in that order; SIGINT, which granian understands alike, ends it at once."""
    loop.add_signal_handler(signal.SIGTERM, _begin, loop)


def _begin(loop: asyncio.AbstractEventLoop) -> None:
    loop.remove_signal_handler(signal.SIGTERM)  # said twice, it ends at once
    _take_no_more()
    loop.call_later(EVERY, _end, loop, time.monotonic() + LONGEST)


def _end(loop: asyncio.AbstractEventLoop, deadline: float) -> None:
    if _waits_to_be_read() and time.monotonic() < deadline:
        loop.call_later(EVERY, _end, loop, deadline)
    else:
        os.kill(os.getpid(), signal.SIGINT)


def _take_no_more() -> None:
    """Put a socket to which nobody comes in the place of each at which this process listens.

    Others that share those go on listening.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=1) as alone:
        alone.setblocking(False)
        for descriptor in os.environ.get(LISTENER, "").split():
            os.dup2(alone.fileno(), int(descriptor))


def _waits_to_be_read() -> bool:
    """Return whether nothing was read yet from a connection of this process; False where the system can't tell."""
    with suppress(OSError):
        return any(_is_unread(int(one.name)) for one in OPEN.iterdir())
    return False


def _is_unread(descriptor: int) -> bool:
    with suppress(OSError, struct.error), socket.socket(fileno=os.dup(descriptor)) as one:
        state = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, RECEIVED + 8)
        (received,) = struct.unpack_from("Q", state, RECEIVED)
        return state[0] == ESTABLISHED and received == _waiting(one)
    return False


def _waiting(one: socket.socket) -> int:
    """Return how many bytes have come and were not read."""
    (number,) = struct.unpack("i", fcntl.ioctl(one, termios.FIONREAD, b"\0" * 4))
    return int(number)
