"""From granian to Django: the event loop receives a request, one of a few threads answers it, granian sends that.

What the page cache keeps is answered by the event loop itself, and waits for no thread.

A thread is occupied only while it makes a page. Before that, `newsroom.server.bodies` has received the whole body;
after it, granian has the whole response, or the name of its file, so slow readers occupy no thread either.
"""

import asyncio
import logging
import os
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from wsgiref.types import WSGIEnvironment

from newsroom.guard import outages, requestlog
from newsroom.guard.badinput import refusal
from newsroom.guard.headers import add_security_headers
from newsroom.guard.proxies import HEALTH
from newsroom.guard.requestids import HEADER, Trace
from newsroom.pagecache.asked import Asked, of_scope
from newsroom.pagecache.declared import route_of
from newsroom.pagecache.entries import Answer, Headers, Key
from newsroom.pagecache.figures import here
from newsroom.pagecache.front import Making, PageCache
from newsroom.server import signs
from newsroom.server.bodies import Body, Reception, Refused, SenderGone, drain, length_of_body
from newsroom.server.pagethreads import AllBusy, PageThreads

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

LARGEST_BY_HAND = 64 * 1024  # bytes up to which a file is read here, which is faster
LARGEST_IN_MEMORY = 1024 * 1024  # bytes of a response; a longer one is sent from a file
LONGEST_OPENING = 60  # seconds within which granian has opened a file that it was given
LONGEST_HEALTH = 3  # seconds that a question about the health waits for its thread
LONGEST_QUEUE = 20  # seconds that a request waits for a thread
MOST_UNSENT = 128 * 1024  # bytes of a response in the kernel's send buffer, which it doubles
LONGEST_STALL = 120_000  # milliseconds that a client may acknowledge nothing
RETRY_AFTER = {503: "30"}  # seconds

log = logging.getLogger(__name__)


class SentFile:
    """A response body that is a file (wsgi.file_wrapper, PEP 3333)."""

    def __init__(self, file: BinaryIO, block_size: int = 65536) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(self.block_size):
            yield piece

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def path(self) -> str | None:
        """Return the path of the file, or None where it has none or another file is there now."""
        name = getattr(self.file, "name", None)
        if not isinstance(name, str) or not Path(name).is_absolute():
            return None
        try:
            same = os.path.samestat(os.fstat(self.file.fileno()), Path(name).stat())
        except (OSError, AttributeError):
            return None
        return name if same else None


def environ_of(scope: "Scope") -> WSGIEnvironment:
    """Return the WSGI environment of a request; headers with an underscore are dropped: they could pose as others."""
    server, _colon, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": SentFile,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        separator = ";" if name == "cookie" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    return environ


def bound_connections() -> bool:
    """Bound send buffer and stall time of connections; return whether this process listens yet.

    granian has no setting for either; accepted connections inherit the options of the listening socket.
    """
    listens = False
    for descriptor in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        with suppress(OSError):  # the descriptor that listed them is closed
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                with socket.socket(fileno=os.dup(descriptor)) as found:
                    if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        listens = True
                        found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNSENT)
                        if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux
                            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, LONGEST_STALL)
    return listens


@cache
def refused(status: int) -> tuple[Headers, bytes]:
    """Return headers and page of a refusal that closes its connection; cached."""
    response = add_security_headers(refusal(status))
    response.headers["Connection"] = "close"
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return list(response.items()), response.content


class Gateway:
    """An RSGI application that wraps the site's WSGI application, behind the page cache."""

    def __init__(self, pages: PageCache, threads: int) -> None:
        self.pages = pages
        self.application = pages.application
        self.threads = PageThreads(threads, LONGEST_QUEUE)
        self.health_thread = PageThreads(1, LONGEST_HEALTH)
        self.reception = Reception()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give signs of life, and bound connections as soon as granian listens, which it does after this call."""
        signs.give(loop)
        self._bound(loop)

    def _bound(self, loop: asyncio.AbstractEventLoop) -> None:
        if not bound_connections():
            loop.call_later(0.02, self._bound, loop)

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request: from the page cache, or as Django does."""
        began = time.monotonic()
        body: Body | None = None
        environ: WSGIEnvironment = {}
        try:
            if self.pages.is_on and (asked := of_scope(scope)):
                answer, is_logged = self.pages.ready(asked), False
                if answer is None:
                    answer, is_logged = await self._made(asked)
                if answer:
                    protocol.response_bytes(*answer)
                    if not is_logged:
                        seconds = time.monotonic() - began
                        requestlog.write_ready(asked.method, route_of(asked.path), answer.status, seconds)
                    return
            here.passed += 1
            environ = environ_of(scope)
            if length := length_of_body(environ):
                body = self.reception.begin(environ, length)
                await body.fill(protocol.__aiter__())
                environ["wsgi.input"] = body.opened()
            await self._work(environ, protocol)
        except Refused as reason:
            trace, (headers, page) = Trace(scope.method), refused(reason.status)
            requestlog.write(trace, reason.status, time.monotonic() - began)
            protocol.response_bytes(reason.status, [*headers, (HEADER, trace.id)], page)
            if reason.status == 413:
                await drain(protocol.__aiter__(), int(environ["CONTENT_LENGTH"]))
        except SenderGone:
            protocol.response_bytes(400, *refused(400))  # the connection has ended
        finally:
            if body is not None:
                body.close()

    async def _made(self, asked: Asked) -> tuple[Answer | None, bool]:
        """Return an answer that a thread makes for all who ask, and whether that left a line in the log.

        Without one, Django has to answer this visitor alone.
        Others than who asked first get the former one for a moment, and then wait. Raises Refused as _work() does.
        """
        while key := self.pages.key_of(asked):
            making, is_mine = self.pages.claim(key)
            if not is_mine and (former := self.pages.former(key)):
                return self.pages.answer(former, asked), False
            try:
                if is_mine:
                    await self._make(key, making)
                async with asyncio.timeout(LONGEST_QUEUE):
                    entry = await asyncio.shield(asyncio.wrap_future(making))
            except (AllBusy, TimeoutError):
                raise Refused(503) from None
            except Exception:  # Django says to each of them what is wrong
                if is_mine:
                    log.exception("A page could not be made for all")
                return None, False
            if entry is None or is_mine or self.pages.holds(entry):
                return self.pages.answer(entry, asked) if entry else None, is_mine
        return None, False

    async def _make(self, key: Key, making: Making) -> None:
        try:
            await self.threads.call(self.pages.make, key, making)
        finally:
            self.pages.give_up(key, making, AllBusy())  # where no thread was free

    async def _work(self, environ: WSGIEnvironment, protocol: "HTTPProtocol") -> None:
        """Let a thread answer; raises Refused where all are busy for LONGEST_QUEUE seconds, as when a database hangs."""
        # Health is told while every thread waits for a database that hangs.
        threads = self.health_thread if environ["PATH_INFO"] in HEALTH else self.threads
        try:
            file = await threads.call(self._answer, environ, protocol)
        except AllBusy:
            raise Refused(503) from None
        if file is not None:
            asyncio.get_running_loop().call_later(LONGEST_OPENING, file.close)

    def _answer(self, environ: WSGIEnvironment, protocol: "HTTPProtocol") -> BinaryIO | None:
        """Run the application in this thread, and pass its response to granian; return what send() returns."""
        status: int = 500
        headers: Headers = []

        def start_response(line: str, fields: Headers, _exc_info: object = None) -> None:
            nonlocal status, headers
            status, headers = int(line.split(" ", 1)[0]), fields

        try:
            # It is given no write(), which Django does not use.
            answer = self.application(environ, start_response)  # type: ignore[arg-type]
            try:
                return send(protocol, status, headers, answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        except Exception as error:
            status = 503 if outages.note(error) else 500
            if status == 500:
                log.exception("An answer could not be made")
            protocol.response_bytes(status, *refused(status))  # ignored where a response was sent already
            return None


def send(protocol: "HTTPProtocol", status: int, headers: Headers, answer: Iterable[bytes]) -> BinaryIO | None:
    """Pass a whole response to granian; return a file that must stay open until granian has opened it, or None."""
    if isinstance(answer, SentFile):
        length = int(dict(headers).get("Content-Length", "0"))
        if length > LARGEST_BY_HAND and (path := answer.path()):
            start = answer.file.tell()
            protocol.response_file_range(status, headers, path, start, start + length)
            return None
    pieces, size = [], 0
    answering = iter(answer)
    for piece in answering:
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_IN_MEMORY:
            return _send_by_file(protocol, status, headers, pieces, answering)
    protocol.response_bytes(status, headers, b"".join(pieces))
    return None


def _send_by_file(
    protocol: "HTTPProtocol", status: int, headers: Headers, begun: list[bytes], rest: Iterator[bytes]
) -> BinaryIO:
    """Send a long response from an unlinked file, so that a slow reader occupies no memory; return the file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - granian reads it after this function has ended
    for piece in begun:
        file.write(piece)
    for piece in rest:
        file.write(piece)
    file.flush()
    size = file.tell()
    fields = [(name, value) for name, value in headers if name.lower() != "content-length"]
    fields.append(("Content-Length", str(size)))
    protocol.response_file_range(status, fields, f"/dev/fd/{file.fileno()}", 0, size)
    return file
