"""A street with our site and others, which a visitor enters, reads and leaves; tests look at what stays behind."""

import base64
import http.client
import io
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Error

from tests.servers import free_port

EXIT = b"https://www.wikipedia.org/"  # of the demo
PASSED_ON = {"content-type", "cache-control", "location", "content-security-policy", "referrer-policy", "etag", "set-cookie",
             "cross-origin-opener-policy", "x-content-type-options"}  # fmt: skip
PAGES = ["/", "/news/", "/countries/", "/countries/laos/", "/about/", "/resources/"]


class Handler(BaseHTTPRequestHandler):
    """What both hosts of the street have in common."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        """Say nothing."""

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Street:
    """Our site, with its exit in this street, and others at another host; pages can be slow, the exit away."""

    def __init__(self, upstream):
        self.upstream = urlsplit(upstream).netloc
        self.slow = {}  # path of ours to seconds; then no browser stores it
        self.exit_takes = 0.0  # seconds
        self.exit_is_away = False
        self.closed = free_port()
        self.ours = self._serve("127.0.0.1", self._pass_on)
        self.others = self._serve("localhost", self._be_another)
        self.exit = f"{self.others}/exit"

    def _serve(self, host, answer):
        methods = dict.fromkeys(["do_GET", "do_POST"], lambda handler: answer(handler))
        server = ThreadingHTTPServer((host, 0), type("Host", (Handler,), methods))
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://{host}:{server.server_port}"

    def _pass_on(self, handler):
        """Ask the running site, and let its exit stand in this street."""
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {
            name: value for name, value in handler.headers.items() if name.lower() != "accept-encoding"
        }
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        connection.request(handler.command, handler.path, handler.rfile.read(length), headers)
        response = connection.getresponse()
        exit_url = f"http://localhost:{self.closed}/" if self.exit_is_away else self.exit
        body = response.read().replace(EXIT, exit_url.encode())
        kept = {name.title(): value for name, value in response.getheaders() if name.lower() in PASSED_ON}
        if "Location" in kept:
            kept["Location"] = kept["Location"].replace(EXIT.decode(), exit_url)
        if handler.path in self.slow:
            time.sleep(self.slow[handler.path])
            kept["Cache-Control"] = "no-store"
        handler.answer(response.status, kept.items(), body)

    def _be_another(self, handler):
        if handler.path == "/exit":
            time.sleep(self.exit_takes)
        body = f"<!doctype html><title>{handler.path}</title><h1>{handler.path}</h1>".encode()
        handler.answer(
            200, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "max-age=60")], body
        )


class Visit:
    """A tab that came to our site from another one."""

    def __init__(self, street, page, at="/before"):
        self.street, self.page = street, page
        self.session = page.context.new_cdp_session(page)
        if at:
            page.goto(f"{street.others}{at}")

    def read(self, *paths):
        """Go from page to page of our site; an address that begins with http is another site's."""
        for path in paths:
            url = path if path.startswith("http") else self.street.ours + path
            self.page.evaluate("url => { location.href = url }", url)
            self.page.wait_for_url(url, wait_until="load")
        return self

    def press(self):
        """Press the button with the mouse, without waiting for what follows."""
        box = self.page.locator("#leave").bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.up()

    def shift(self, times=3):
        """Press Shift alone."""
        for _ in range(times):
            self.page.keyboard.press("Shift")

    @property
    def is_blank(self):
        """Whether nothing can be seen on the screen now; in the moment in which one page follows another, in the next."""
        for _ in range(20):
            with suppress(Error):
                return is_blank(self.session.send("Page.captureScreenshot")["data"])
            self.page.wait_for_timeout(50)
        raise AssertionError("The browser shows no page.")

    def history(self):
        """Return the addresses of the tab, ours without their host, and which is the current one."""
        found = self.session.send("Page.getNavigationHistory")
        names = [entry["url"] for entry in found["entries"]]
        short = [url.removeprefix(self.street.ours).removeprefix(self.street.others) for url in names]
        return short[1:], found["currentIndex"] - 1  # without the empty page with which every tab begins here

    def arrive(self, seconds=8):
        """Wait until the exit is there, and return for how long."""
        began = time.monotonic()
        self.page.wait_for_url(self.street.exit, timeout=seconds * 1000)
        return time.monotonic() - began


def is_blank(picture):
    """Return whether a screenshot, as base64 or bytes, shows one colour alone."""
    data = base64.b64decode(picture) if isinstance(picture, str) else picture
    with Image.open(io.BytesIO(data)) as image:
        darkest, lightest = image.convert("L").getextrema()
    return lightest - darkest < 8


@contextmanager
def tab(browser, **options):
    """Yield a new tab that knows nothing."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, **options)
    try:
        yield context.new_page()
    finally:
        context.close()
