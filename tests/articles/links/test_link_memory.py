"""What a server of somebody else can make the link checker hold in memory: of the whole process, and next to none."""

import contextlib
import gzip
import json
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.servers import ROOT, clean_environment

MEGABYTE = 1024**2
GIGABYTE = 1024**3
ROOM = 16 * MEGABYTE  # more than with a small answer
SECONDS = 1  # for one request
ZEROES = bytes(65536)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
SIZED = b"Content-Length: %d\r\n\r\n" % GIGABYTE
BOMB = gzip.compress(bytes(64 * MEGABYTE))  # a thousandth of what comes out of it

# What each server says, and then says again and again until a gigabyte is sent; and what is made of it.
VICES = {
    "small": (PAGE + b"Content-Length: 9\r\n\r\nHere I am", b"", "fine"),
    "a gigabyte": (PAGE + SIZED, ZEROES, "fine"),
    "no length": (PAGE + b"\r\n", ZEROES, "fine"),
    "one endless chunk": (PAGE + b"Transfer-Encoding: chunked\r\n\r\n40000000\r\n", ZEROES, "fine"),
    "endless chunks": (PAGE + b"Transfer-Encoding: chunked\r\n\r\n", b"9\r\nHere I am\r\n" * 4000, "fine"),
    "an endless size of a chunk": (PAGE + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536, "unreachable"),
    "a bomb": (PAGE + b"Content-Encoding: gzip\r\n" + SIZED, BOMB, "fine"),
    "one endless header": (PAGE + b"X: ", b"a" * 65536, "unreachable"),
    "endless headers": (PAGE, b"X: " + b"a" * 60_000 + b"\r\n", "unreachable"),
    "an endless first line": (b"HTTP/1.1 200 ", b"a" * 65536, "unreachable"),
    "endless patience": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000, "unreachable"),
    "redirects with a gigabyte each": (
        b"HTTP/1.1 302 Found\r\nLocation: /%d\r\n" + SIZED,
        ZEROES,
        "circle",
    ),
    "endless robots.txt": (PAGE + SIZED, b"Disallow: /somewhere/else\n" * 2000, "fine"),
}


class Flooding(socketserver.StreamRequestHandler):
    """A web server that knows no measure; it does what its name says."""

    def handle(self):
        request = self.rfile.readline()
        headers = dict(line.strip().split(b": ", 1) for line in iter(self.rfile.readline, b"\r\n") if line)
        name = list(VICES)[int(headers[b"Host"].split(b".")[0][1:])]
        is_robots = b"/robots.txt" in request
        if request.startswith(b"HEAD"):  # so that the checker goes on and asks for the page
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        if is_robots != (name == "endless robots.txt"):
            name = "small"
        head, block, _outcome = VICES[name]
        self.server.asked[name] = self.server.asked.get(name, 0) + 1
        with contextlib.suppress(OSError):  # the checker has hung up
            self.wfile.write(head % self.server.asked[name] if b"%d" in head else head)
            for _time in range(GIGABYTE // len(block) if block else 0):
                self.wfile.write(block)
                self.server.sent[name] = self.server.sent.get(name, 0) + len(block)


@pytest.fixture
def flooding():
    """Return the server; it hears on a port of its own."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Flooding) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.asked, server.sent = {}, {}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


CHECKING = """
import json, os, pathlib, re, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
import django
django.setup()
from django.conf import settings
from articles.links.checker import Checker
settings.LINKS_MAY_BE_PRIVATE = True
port, number, seconds = map(int, sys.argv[1:])
checker = Checker(pause=0, seconds=seconds, resolve=lambda host, port: ["127.0.0.1"])

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) * 1024

for server in range(number):
    started = time.monotonic()
    outcome = checker.verdict(f"http://n{server}.test:{port}/").outcome
    print(json.dumps([outcome, time.monotonic() - started, peak()]))
held = bytearray(b"x") * (64 * 1024 ** 2)
print(json.dumps(["held on purpose", 0, peak()]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux tells the peak of a process.")
def test_no_server_makes_a_check_need_more_memory_than_a_small_answer_does(flooding, tmp_path):
    """Every server is asked by one process, whose peak can only rise."""
    done = subprocess.run(
        [sys.executable, "-c", CHECKING, *map(str, [flooding.server_address[1], len(VICES), SECONDS])],
        cwd=ROOT, env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path)), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *checks, (_held, _took, highest) = map(json.loads, done.stdout.splitlines())
    small = checks[0][2]
    for name, (outcome, took, peak) in zip(VICES, checks, strict=True):
        assert outcome == VICES[name][2], name
        assert took < 5 * SECONDS, name
        assert peak - small < ROOM, f"{name}: {(peak - small) // MEGABYTE} MB more"
    assert highest - small > 60 * MEGABYTE  # what is held is seen
    assert set(flooding.sent) == set(VICES) - {"small"}  # each had begun
