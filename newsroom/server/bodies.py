"""Receives request bodies before a thread works on them, so that a slow sender occupies no thread.

The event loop of the process reads them. A form stays in memory, because what somebody in need writes must not reach a
disk; an upload goes to an unlinked file once it exceeds MOST_IN_MEMORY.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from django.conf import settings

from newsroom.guard.throttle import network_in

GRACE = 20  # seconds that any sender may take
SLOWEST = 1_000  # bytes per second, on average, after the grace: a phone with one bar on an old network
LONGEST_SILENCE = 60  # seconds between two pieces: a phone in a tunnel
MOST_IN_MEMORY = 512 * 1024  # bytes of an upload that stay in memory
LONGEST_DRAIN = 60 * 1024 * 1024  # bytes of a refused body that are read and dropped
MEGABYTE = 1024 * 1024


class Refused(Exception):
    """A request that is refused with this status before a thread works on it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class SenderGone(Exception):
    """The connection broke before the whole body was received, so nobody waits for an answer."""


class Allowance:
    """A quota for all senders together, and a smaller one for each network."""

    def __init__(self, most: int, most_of_network: int) -> None:
        self.most = most
        self.most_of_network = most_of_network
        self.taken = 0
        self.taken_by: Counter[str] = Counter()

    def take(self, network: str, amount: int) -> None:
        """Take an amount for a network; raises Refused where it exceeds a quota."""
        if self.taken + amount > self.most or self.taken_by[network] + amount > self.most_of_network:
            raise Refused(503)
        self.taken += amount
        self.taken_by[network] += amount

    def give_back(self, network: str, amount: int) -> None:
        """Give an amount back."""
        self.taken -= amount
        self.taken_by[network] -= amount
        if not self.taken_by[network]:
            del self.taken_by[network]


def largest_body(content_type: str) -> int:
    """Return how many bytes the body of a request of this type may have."""
    if content_type.lower().startswith("multipart/form-data"):
        return int(settings.LARGEST_UPLOAD)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def length_of_body(environ: WSGIEnvironment) -> int:
    """Return the Content-Length of a request, or 0; raises Refused where it is missing, malformed or too large."""
    if (
        "HTTP_TRANSFER_ENCODING" in environ
    ):  # without a length, WSGI can't tell a broken connection from the end
        raise Refused(411)
    declared = environ.get("CONTENT_LENGTH") or "0"
    if not (declared.isascii() and declared.isdecimal()):
        raise Refused(400)
    length = int(declared)
    if length > largest_body(environ.get("CONTENT_TYPE", "")):
        raise Refused(413)
    return length


class Pace:
    """Checks that a body arrives fast enough: without a long pause, and above an average rate."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.received = 0

    async def next_of(self, pieces: AsyncIterator[bytes]) -> bytes:
        """Return the next piece; raises Refused where it is too slow, SenderGone where the connection has ended."""
        patience = GRACE + self.received / SLOWEST - (time.monotonic() - self.began)
        try:
            async with asyncio.timeout(min(patience, LONGEST_SILENCE)):
                piece = await pieces.__anext__()
        except TimeoutError:
            raise Refused(408) from None
        except (StopAsyncIteration, RuntimeError):
            raise SenderGone from None
        if not piece:  # granian's sign for a connection that broke
            raise SenderGone
        self.received += len(piece)
        return piece


class Body:
    """A body that is being received, and its share of the quotas until it is closed."""

    def __init__(self, reception: "Reception", network: str, length: int, may_use_disc: bool) -> None:
        self.reception = reception
        self.network = network
        self.length = length
        self.may_use_disc = may_use_disc
        self.memory = bytearray()
        self.in_file = 0
        self.file: BinaryIO | None = None
        reception.places.take(network, 1)

    async def fill(self, pieces: AsyncIterator[bytes]) -> None:
        """Receive the whole body; raises Refused where it is too slow or over quota, SenderGone where it breaks off."""
        pace = Pace()
        while pace.received < self.length:
            piece = await pace.next_of(pieces)
            self.reception.memory.take(self.network, len(piece))
            self.memory += piece
            if self.may_use_disc and len(self.memory) > MOST_IN_MEMORY:
                await self._move_to_file()

    async def _move_to_file(self) -> None:
        if self.file is None:
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 - close() closes it
        moved = len(self.memory)
        self.reception.disc.take(self.network, moved)
        self.in_file += moved
        try:
            await asyncio.to_thread(self.file.write, bytes(self.memory))
        except OSError:  # the disc is full
            raise Refused(503) from None
        self.memory.clear()
        self.reception.memory.give_back(self.network, moved)

    def opened(self) -> BinaryIO:
        """Return the whole body as a file to read."""
        if self.file is None:
            return BytesIO(bytes(self.memory))
        self.file.write(self.memory)
        self.file.seek(0)
        return self.file

    def close(self) -> None:
        """Drop the body, and give its share of the quotas back."""
        self.reception.places.give_back(self.network, 1)
        self.reception.memory.give_back(self.network, len(self.memory))
        self.reception.disc.give_back(self.network, self.in_file)
        if self.file is not None:
            self.file.close()


class Reception:
    """The bodies that one process receives at once: quotas of their number and bytes, for each network too."""

    def __init__(self) -> None:
        self.places = Allowance(1_000, 250)
        self.memory = Allowance(128 * MEGABYTE, 32 * MEGABYTE)
        self.disc = Allowance(2_048 * MEGABYTE, 512 * MEGABYTE)

    def begin(self, environ: WSGIEnvironment, length: int) -> Body:
        """Return the Body of a request, to be filled; raises Refused where a quota is reached."""
        may_use_disc = environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
        return Body(self, network_in(environ), length, may_use_disc)


async def drain(pieces: AsyncIterator[bytes], length: int) -> None:
    """Read a refused body to its end: a browser that is still sending shows no response."""
    pace = Pace()
    with suppress(Refused, SenderGone):
        while pace.received < min(length, LONGEST_DRAIN):
            await pace.next_of(pieces)
