"""Whoever sends or reads slowly holds a connection, never a thread: others get their pages."""

import asyncio
import contextlib
import hashlib
import io
import resource
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psutil
import pytest

from newsroom.server import bodies
from tests.conftest import database_url
from tests.servers import Server, fetch, wait_until

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
UPLOAD = "Content-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture(scope="module")
def site():
    """Return an empty site that runs without a proxy, with one large file among its media."""
    running = Server(database_url(), copy_of="tables")
    (running.data_dir / "media").mkdir(exist_ok=True)
    (running.data_dir / "media" / "large.bin").write_bytes(bytes(range(256)) * 80_000)
    yield running.start("serve")
    running.remove()


def opened(site, text):
    """Return a connection on which this much of a request was sent."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(site.url).port), timeout=20)
    connection.sendall(text.encode() if isinstance(text, str) else text)
    return connection


def post(path, headers, begun=""):
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n{begun}"


def answer(connection):
    """Return the status line and all that follows, until the server ends the connection."""
    text = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            text += piece
    return text.partition(b"\r\n")[0].decode(), text


def seconds_of_a_page(site, times=15):
    """Return how long a page takes, as half of some visits see it."""
    taken = []
    for _ in range(times):
        began = time.monotonic()
        assert fetch(f"{site.url}/get-help/", timeout=60)[0] == 200
        taken.append(time.monotonic() - began)
    return statistics.median(taken)


@contextlib.contextmanager
def held(connections):
    yield connections
    for connection in connections:
        connection.close()


def hold_while_pages_are_read(site, make, number):
    """Measure a page before and while so many connections are held; return the two times."""
    alone = seconds_of_a_page(site)
    with held([make() for _ in range(number)]):
        time.sleep(0.5)
        return alone, seconds_of_a_page(site)


def is_unharmed(alone, beside):
    """Return whether a page takes less than 100 ms, or what it took on a machine that is busy with other things."""
    return beside < max(0.1, 3 * alone)


def test_200_who_trickle_a_post_keep_no_page_back(site):
    begun = post("/newsletter/", f"{FORM}Content-Length: 1000\r\n", "email=")
    assert is_unharmed(*hold_while_pages_are_read(site, lambda: opened(site, begun), 200))


def test_200_who_trickle_an_upload_keep_no_page_back(site):
    begun = post("/admin/login/", f"{UPLOAD}Content-Length: 50000000\r\n", "--b\r\n")
    assert is_unharmed(*hold_while_pages_are_read(site, lambda: opened(site, begun), 200))


def test_200_who_trickle_their_headers_keep_no_page_back(site):
    assert is_unharmed(*hold_while_pages_are_read(site, lambda: opened(site, "GET / HTTP/1.1\r\nHost"), 200))


def test_1200_connections_that_say_nothing_keep_no_page_back(site):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
    assert is_unharmed(*hold_while_pages_are_read(site, lambda: opened(site, ""), 1200))


def test_100_who_do_not_read_a_large_file_keep_no_page_back(site):
    asked = "GET /media/large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    assert is_unharmed(*hold_while_pages_are_read(site, lambda: opened(site, asked), 100))


def test_a_file_arrives_whole(site):
    status, content = fetch(f"{site.url}/media/large.bin")
    assert status == 200
    assert content == bytes(range(256)) * 80_000


def test_what_is_declared_too_large_is_refused_before_it_is_sent(site):
    for headers in [f"{FORM}Content-Length: 2097153\r\n", f"{UPLOAD}Content-Length: 60000000\r\n"]:
        connection = opened(site, post("/newsletter/", headers))
        connection.settimeout(5)
        assert b" 413 " in connection.recv(65536).partition(b"\r\n")[0]
        connection.close()


def test_a_browser_that_is_still_sending_reads_why_it_was_refused(site):
    connection = opened(site, post("/newsletter/", f"{FORM}Content-Length: 20000000\r\n"))
    for _ in range(200):
        connection.sendall(b"x" * 100_000)
    line, text = answer(connection)
    assert "413" in line
    assert b"<h1" in text


def test_a_body_of_unknown_length_is_refused_and_one_that_breaks_off_is_not_stored(site):
    count = "from newsletter.models import Subscriber as S, SignUp; print(S.objects.count(), SignUp.objects.count())"
    count = "from django.apps import apps; print([m.objects.count() for m in apps.get_app_config('newsletter').get_models()])"
    before = site.manage("shell", "--no-imports", "-c", count).stdout
    body = "email=someone%40example.org&everything=on"
    chunked = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    with opened(site, post("/newsletter/", f"{FORM}Transfer-Encoding: chunked\r\n", chunked)) as connection:
        assert "411" in answer(connection)[0]
    with opened(site, post("/newsletter/", f"{FORM}Content-Length: 500\r\n", body)):
        pass
    time.sleep(0.5)
    assert site.manage("shell", "--no-imports", "-c", count).stdout == before


def test_an_upload_of_50_mb_costs_little_memory(site):
    web = [
        p
        for p in psutil.Process(site.process.pid).children(recursive=True)
        if "newsroom.server" in " ".join(p.cmdline())
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    tail = b"\r\n--b--\r\n"
    length = len(head) + 50_000_000 + len(tail)
    before = sum(p.memory_info().rss for p in web)
    connection = opened(
        site, post("/admin/login/", f"{UPLOAD}Content-Length: {length}\r\nConnection: close\r\n")
    )
    connection.sendall(head)
    for _ in range(50):
        connection.sendall(bytes(1_000_000))
    most = sum(p.memory_info().rss for p in web)
    connection.sendall(tail)
    assert answer(connection)[0].split()[1] in {"200", "403"}
    assert most - before < 20_000_000


def test_forms_on_their_way_in_have_a_bound_in_memory(site):
    begun = post("/newsletter/", f"{FORM}Content-Length: 2000000\r\n", "a=" + "x" * 1_900_000)
    refused = set()

    def enough_are_refused():
        for connection in set(connections) - refused:
            with contextlib.suppress(BlockingIOError, ConnectionResetError):
                if b" 503 " in connection.recv(65536):
                    refused.add(connection)
        return len(refused) >= 60 - 2 * 17  # two processes take 32 MB of one network each

    with held([opened(site, begun) for _ in range(60)]) as connections:
        for connection in connections:
            connection.setblocking(False)
        wait_until(enough_are_refused, 20)
    assert fetch(f"{site.url}/get-help/")[0] == 200


def test_a_header_cannot_pose_as_another_by_an_underscore(site):
    plain = "GET /get-help/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{}\r\n"
    with opened(site, plain.format("Accept-Encoding: gzip\r\n")) as connection:
        assert b"content-encoding: gzip" in answer(connection)[1].lower()
    with opened(site, plain.format("Accept_Encoding: gzip\r\n")) as connection:
        assert b"content-encoding: gzip" not in answer(connection)[1].lower()


async def pieces_of(content, size, pause=0.0):
    """Yield content as a network would bring it."""
    file = io.BytesIO(content)
    while piece := file.read(size):
        await asyncio.sleep(pause)
        yield piece


def taken_in(content, length=None, *, size=65536, pause=0.0, upload=True):
    """Return the hash of what a body holds once it has come in, and whether it needed a file."""

    async def take():
        environ = {
            "CONTENT_TYPE": "multipart/form-data" if upload else "text/plain",
            "REMOTE_ADDR": "192.0.2.1",
        }
        body = reception.begin(environ, length or len(content))
        try:
            await body.fill(pieces_of(content, size, pause))
            with body.opened() as file:
                return hashlib.sha256(file.read()).digest(), body.file is not None
        finally:
            body.close()

    reception = bodies.Reception()
    try:
        # In a thread of its own: a browser that another test keeps open holds this one's event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, take()).result()
    finally:
        held = [reception.places, reception.memory, reception.disc]
        assert [(one.taken, one.taken_by) for one in held] == [(0, {})] * 3


def test_an_upload_of_51_mb_arrives_as_it_was_sent_by_a_file_and_a_form_by_none():
    content = bytes(range(251)) * 200_000
    assert taken_in(content) == (hashlib.sha256(content).digest(), True)
    text = b"x" * 2_000_000
    assert taken_in(text, upload=False) == (hashlib.sha256(text).digest(), False)
    assert taken_in(b"short") == (hashlib.sha256(b"short").digest(), False)


def test_who_sends_slower_than_any_phone_is_told_so(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.2)
    with pytest.raises(bodies.Refused) as refused:
        taken_in(b"x" * 100_000, size=10, pause=0.05)
    assert refused.value.status == 408


def test_who_falls_silent_is_not_waited_for_whatever_came_before(monkeypatch):
    monkeypatch.setattr(bodies, "LONGEST_SILENCE", 0.2)
    with pytest.raises(bodies.Refused) as refused:
        taken_in(b"x" * 2_000_000, size=1_000_000, pause=0.4)
    assert refused.value.status == 408


def test_a_slow_honest_line_is_waited_for(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.2)
    content = b"x" * 20_000
    assert (
        taken_in(content, size=1_000, pause=0.03)[0] == hashlib.sha256(content).digest()
    )  # 0.6 s at 33 kB/s


def test_a_body_that_breaks_off_is_no_body():
    with pytest.raises(bodies.SenderGone):
        taken_in(b"half", length=8)
