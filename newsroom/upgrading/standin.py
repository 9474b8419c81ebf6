"""What visitors get while the site stands aside for an upgrade: an honest 503, and Get help as it was just before.

It takes connections from the socket that the release before had and that the one to come will have: so there is no
moment at which a proxy finds nobody.
"""

import http.client
import mimetypes
import re
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.csp import build_policy

PATIENCE = 5  # seconds for a request
LONGEST_KEEPING = 15  # seconds for all pages that are kept: a busy machine is slow to give them
AT_ONCE = 16  # requests
RETRY_AFTER = 10  # seconds
LONGEST_BODY = 1024 * 1024  # bytes of a form that are read, so that its sender can read the answer
KEPT = ("/get-help/", "/stay-safe/")
LINKS = re.compile(rb'href="(/[^"?#]*)')
OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}

type Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """A whole answer."""

    status: int
    headers: Headers
    body: bytes


def kept_pages(address: tuple[str, int]) -> dict[str, Page]:
    """Return Get help and Stay safe in every language, from the site that still serves; what fails is left out."""
    found: dict[str, Page] = {}
    wanted, until = list(KEPT), time.monotonic() + LONGEST_KEEPING
    while wanted and time.monotonic() < until:
        path = wanted.pop(0)
        page = _fetched(address, path, until - time.monotonic())
        if page is None or page.status != HTTPStatus.OK:
            continue
        found[path] = page
        linked = {one.decode("ascii", "replace") for one in LINKS.findall(page.body)}
        wanted += [one for one in linked - found.keys() - set(wanted) if one.endswith(KEPT)]
    return found


def _fetched(address: tuple[str, int], path: str, patience: float) -> Page | None:
    site = urlsplit(settings.SITE_URL)
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "X-Forwarded-For": "127.0.0.1"}
    asking = http.client.HTTPConnection(*address, timeout=patience)
    try:
        asking.request("GET", path, headers=headers)
        answer = asking.getresponse()
        told = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_THE_CONNECTION]
        return Page(answer.status, told, answer.read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asking.close()


def apology(has_help: bool) -> Page:
    """Return the page that says that the site is back soon; it needs neither database nor cache."""
    text = render_to_string("newsroom/changing.html", {"has_help": has_help})
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Retry-After", str(RETRY_AFTER)),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", build_policy(settings.SECURE_CSP)),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Page(HTTPStatus.SERVICE_UNAVAILABLE, headers, text.encode())


class Answering(BaseHTTPRequestHandler):
    """Answers one request and closes the connection; it logs nothing, as the site does not."""

    timeout = PATIENCE

    def __init__(self, pages: dict[str, Page], other: Page, *of_the_connection: object) -> None:
        self.pages, self.other = pages, other
        super().__init__(*of_the_connection)  # type: ignore[arg-type]  # as socketserver calls it

    def answer(self) -> None:
        """Send the kept page of this address, a static file, or the apology."""
        path = urlsplit(self.path).path
        is_read = self.command in {"GET", "HEAD"}
        page = (self.pages.get(path) or static_file(path) if is_read else None) or self.other
        length = self.headers.get("Content-Length", "")
        if length.isascii() and length.isdecimal():
            self.rfile.read(min(int(length), LONGEST_BODY))
        self.send_response_only(page.status)
        for name, value in [*page.headers, ("Content-Length", str(len(page.body))), ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, format: str, *values: object) -> None:
        pass


def static_file(path: str) -> Page | None:
    """Return a static file, or None where there is none at this address."""
    prefix, root = str(settings.STATIC_URL), Path(settings.STATIC_ROOT)
    if not path.startswith(prefix):
        return None
    file = (root / path.removeprefix(prefix)).resolve()
    if not file.is_relative_to(root.resolve()) or not file.is_file():
        return None
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Page(HTTPStatus.OK, [("Content-Type", kind), ("Cache-Control", "no-store")], file.read_bytes())


class Listener(TCPServer):
    """Takes connections from a socket that others may take from, too, and answers a few at once."""

    def __init__(self, listener: socket.socket, handler: Callable[..., Answering]) -> None:
        super().__init__(listener.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener.dup()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stand-in")
        self._under_way: set[Future[None]] = set()

    def process_request(self, request: object, client_address: object) -> None:
        """Answer in a thread."""
        answering = self._threads.submit(self._answer, request, client_address)
        self._under_way.add(answering)
        answering.add_done_callback(self._under_way.discard)

    def finish(self) -> None:
        """Wait until all are answered whose connection was taken; for those who send nothing it does not wait long."""
        wait(self._under_way.copy(), PATIENCE)

    def _answer(self, request: object, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)  # type: ignore[arg-type]  # a socket
        except OSError:  # the visitor has gone
            pass
        finally:
            self.shutdown_request(request)  # type: ignore[arg-type]  # a socket


class StandIn:
    """Answers for the site from start() to stop()."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self._pages = pages
        self._listeners: list[Listener] = []

    def start(self, listeners: list[socket.socket]) -> None:
        """Take connections from the sockets, beside whoever else does."""
        other = apology(has_help=KEPT[0] in self._pages)
        for one in listeners:
            made = Listener(one, partial(Answering, self._pages, other))
            self._listeners.append(made)
            threading.Thread(target=made.serve_forever, args=[0.05], name="stand-in", daemon=True).start()

    def stop(self) -> None:
        """Take no connection any more, and answer those that were taken."""
        for one in self._listeners:
            one.shutdown()
            one.server_close()
        for one in self._listeners:
            one.finish()
        self._listeners = []
