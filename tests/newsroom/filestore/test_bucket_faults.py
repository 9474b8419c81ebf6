"""A bucket that answers wrongly, in part or a byte now and then is away after a bounded time, and stores nothing in part."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.base import ContentFile

from newsroom.faults.outages import FilesAway
from newsroom.filestore import bounding, bucket

LONGEST = 1  # seconds for a request
ERROR = "<Error><Code>{code}</Code><Message>no</Message></Error>"
REFUSALS = {"denied": (403, "AccessDenied"), "500": (500, "InternalError"), "slow down": (503, "SlowDown"),
            "wrong checksum": (400, "BadDigest")}  # fmt: skip


class Faulty(BaseHTTPRequestHandler):
    """Has one object of 1,000 bytes; `fault` says how it is sent, and what becomes of what is written."""

    protocol_version = "HTTP/1.1"
    fault, over = "", threading.Event()

    def do_HEAD(self):
        self._begin(200, 1000)

    def do_GET(self):
        if self.fault in REFUSALS:
            self._refuse()
        elif self.fault == "trickling head":
            self._trickle()
        else:
            self._begin(206, 1000)
            self.wfile.write(b"a" * 500)
            if self.fault == "trickling body":
                self._trickle()
        self.close_connection = True  # else: truncated

    def do_PUT(self):
        if self.fault == "takes nothing":
            self.over.wait(30)
            return
        self.rfile.read(int(self.headers["Content-Length"]))
        self._trickle() if self.fault not in REFUSALS else self._refuse()

    def _begin(self, status, length):
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
        self.end_headers()

    def _refuse(self):
        status, code = REFUSALS[self.fault]
        text = ERROR.format(code=code).encode()
        self._begin(status, len(text))
        self.wfile.write(text)

    def _trickle(self):
        while not self.over.wait(0.05):
            self.wfile.write(b"H")
            self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # the client has gone, as it should


@pytest.fixture
def make_faulty(files_in, monkeypatch):
    """Return a function that lets files lie in a bucket with a fault."""
    monkeypatch.setattr(bounding, "LONGEST", LONGEST)
    monkeypatch.setattr(bounding, "SLOWEST", 10_000_000)
    monkeypatch.setattr(bounding, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(bucket, "READ_TIMEOUT", 3)
    Faulty.over = threading.Event()
    server = Server(("127.0.0.1", 0), Faulty)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()

    def make(fault):
        monkeypatch.setattr(Faulty, "fault", fault)
        return files_in(f"s3://key:secret@127.0.0.1:{server.server_address[1]}/bucket?tls=off")

    yield make
    Faulty.over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("fault", [*REFUSALS, "truncated", "trickling head", "trickling body"])
def test_reading_ends_as_away_within_a_bounded_time(make_faulty, fault):
    store = make_faulty(fault)
    began = time.monotonic()
    with pytest.raises(FilesAway), store.open("a.txt") as file:
        file.read()
    assert time.monotonic() - began < 5 * LONGEST  # two attempts
    began = time.monotonic()
    with pytest.raises(FilesAway):
        store.open("a.txt")
    assert time.monotonic() - began < 0.5, "nobody else waits for it"


@pytest.mark.parametrize("fault", [*REFUSALS, "takes nothing", "trickling"])
def test_writing_ends_as_away_within_a_bounded_time(make_faulty, fault):
    store = make_faulty(fault)
    began = time.monotonic()
    with pytest.raises(FilesAway):
        store.save("b.txt", ContentFile(b"b" * 4_000_000))
    assert time.monotonic() - began < 5 * (LONGEST + 1)
