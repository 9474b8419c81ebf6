"""From granian to Django: the event loop receives a request, one of a few threads answers it, granian sends that.

What the page cache keeps is answered by the event loop itself, and waits for no thread.

A thread is occupied only while it makes a page. Before that, `newsroom.server.bodies` has received the whole body;
after it, granian has the whole response, or the name of its file, so slow readers occupy no thread either.
"""

import asyncio
import logging
import sys
import time
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from wsgiref.types import WSGIEnvironment

from newsroom.faults import outages
from newsroom.guard import requestlog
from newsroom.guard.badinput import refusal
from newsroom.guard.headers import add_security_headers
from newsroom.guard.proxies import HEALTH
from newsroom.guard.requestids import HEADER, Trace
from newsroom.pagecache.asked import Asked, of_scope
from newsroom.pagecache.declared import route_of
from newsroom.pagecache.entries import Answer, Headers, Key
from newsroom.pagecache.figures import here
from newsroom.pagecache.front import Making, PageCache
from newsroom.server import leaving, signs
from newsroom.server.bodies import Body, Reception, Refused, SenderGone, drain, length_of_body
from newsroom.server.pagethreads import AllBusy, PageThreads
from newsroom.server.responses import SentFile, send

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

LONGEST_OPENING = 60  # seconds within which granian has opened a file that it was given
LONGEST_HEALTH = 3  # seconds that a question about the health waits for its thread
LONGEST_QUEUE = 20  # seconds that a request waits for a thread
RETRY_AFTER = {503: "30"}  # seconds

log = logging.getLogger(__name__)


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
        """Give signs of life, and be ready to end; granian calls this before it accepts the first connection."""
        signs.give(loop)
        leaving.prepare(loop)

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request: from the page cache, or as Django does."""
        began = time.monotonic()
        body: Body | None = None
        environ: WSGIEnvironment = {}
        try:
            if self.sends_ready(scope, protocol):
                return
            if self.pages.is_on and (asked := of_scope(scope)):
                answer, is_logged = await self._made(asked)
                if answer:
                    self._send(answer, asked, protocol, None if is_logged else began)
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

    def sends_ready(self, scope: "Scope", protocol: "HTTPProtocol") -> bool:
        """Answer from memory in whichever thread; return False where nothing is there that holds."""
        began = time.monotonic()
        asked = of_scope(scope) if self.pages.is_on else None
        answer = self.pages.ready(asked) if asked else None
        if asked is None or answer is None:
            return False
        self._send(answer, asked, protocol, began)
        return True

    def _send(self, answer: Answer, asked: Asked, protocol: "HTTPProtocol", began: float | None) -> None:
        """Send an answer of the page cache, and log it unless that is done already."""
        protocol.response_bytes(*answer)
        if began is not None and requestlog.is_wanted():
            requestlog.write_ready(
                asked.method, route_of(asked.path), answer.status, time.monotonic() - began
            )

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
