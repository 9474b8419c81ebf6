"""`make soak`: 200 slow senders of each kind, for as long as they like, slow no page down and are sent away."""

import select
import socket
import time
from urllib.parse import urlsplit

from tests.newsroom.server.test_slow_senders import FORM, UPLOAD, is_unharmed, opened, post, seconds_of_a_page

EACH = 200  # connections of a kind
LONGEST = 90  # seconds until the last of them is sent away


def has_ended(connection):
    """Return whether the server has ended the connection, whatever it said before."""
    try:
        while select.select([connection], [], [], 0)[0]:
            if not connection.recv(65536):
                return True
    except OSError:
        return True
    return False


def test_600_slow_senders_slow_no_page_and_are_sent_away(make_server):
    server = make_server(copy_of="tables").start("serve")
    alone = seconds_of_a_page(server)
    kinds = [
        post("/newsletter/", f"{FORM}Content-Length: 100000\r\n"),
        post("/admin/login/", f"{UPLOAD}Content-Length: 50000000\r\n"),
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    ]
    left = [opened(server, kind) for kind in kinds for _ in range(EACH)]
    began, slowest = time.monotonic(), 0.0
    while left and time.monotonic() - began < LONGEST:
        for connection in left:
            try:
                connection.sendall(b"x")
            except OSError:
                connection.close()
        left = [one for one in left if one.fileno() >= 0 and not has_ended(one)]
        slowest = max(slowest, seconds_of_a_page(server, 5))
        time.sleep(1)
    print(f"\nthe last of {3 * EACH} was sent away after {time.monotonic() - began:.0f} s; a page took")
    print(f"{alone * 1000:.0f} ms alone and {slowest * 1000:.0f} ms at worst meanwhile (median of five)")
    assert not left
    assert is_unharmed(alone, slowest)


def test_who_takes_nothing_of_an_answer_is_sent_away(make_server):
    server = make_server(copy_of="tables")
    (server.data_dir / "media").mkdir(exist_ok=True)
    (server.data_dir / "media" / "large.bin").write_bytes(bytes(20_000_000))
    server.start("serve")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", urlsplit(server.url).port))
        connection.sendall(b"GET /media/large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(150)
        received = 0
        try:
            while piece := connection.recv(65536):
                received += len(piece)
        except ConnectionResetError:
            pass
    assert received < 20_000_000
