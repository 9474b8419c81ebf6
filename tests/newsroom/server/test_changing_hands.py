"""No visitor is lost as the site's socket changes hands: while web processes and stand-ins follow one another."""

import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from tests.newsroom.server.handing import Visitors
from tests.servers import ROOT, free_port

SECONDS = 3
HAND_ON = """
import os, sys
from pathlib import Path
from newsroom.server import listening
(listener,) = listening.at("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
input()
environment = dict(os.environ)
listening.hand_on(Path(sys.argv[1]), environment)
os.execve(sys.executable, [sys.executable, "-c", sys.argv[2], str(listener.getsockname()[1])], environment)
"""
TAKE = """
import os, sys
from newsroom.server import listening
assert listening.LISTENER in os.environ
(listener,) = listening.at("127.0.0.1", int(sys.argv[1]))
listener.accept()[0].sendall(b"taken")
(other,) = listening.at("127.0.0.1", 0)
assert other.getsockname()[1] != int(sys.argv[1]), "the address has changed"
"""
KNOW_NOTHING = """
import os, socket, sys
assert "NEWSROOM_LISTENER" not in os.environ
socket.create_server(("127.0.0.1", int(sys.argv[1])))
"""


def hand_on(site, seconds):
    """Return how often the socket changed hands within so many seconds, and the visitors who came meanwhile."""
    port = free_port()
    command = [sys.executable, "-m", "tests.newsroom.server.handing", str(seconds), str(port)]
    hands = subprocess.Popen(
        command, cwd=ROOT, env=site.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert hands.stdout.readline() == "ready\n"
    with Visitors(port, "/get-help/") as visitors:
        changes = int(next(line for line in hands.stdout if line.strip().isdigit()))  # others are warnings
    hands.communicate("\n", timeout=30)
    return changes, visitors


@pytest.mark.parametrize(("takes", "code"), [(True, TAKE), (False, KNOW_NOTHING)])
def test_a_release_that_takes_the_socket_answers_who_came_before_it(tmp_path, takes, code):
    command = [sys.executable, "-c", HAND_ON, str(ROOT if takes else tmp_path), code]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as hands:
        came = socket.create_connection(("127.0.0.1", int(hands.stdout.readline())), 20)
        hands.communicate("\n", timeout=60)
        assert hands.returncode == 0
        if takes:
            assert came.recv(100) == b"taken"
        came.close()


def test_who_has_connected_and_asks_only_after_the_site_is_told_to_end_is_answered(make_server):
    site = make_server(copy_of="tables").start()
    with socket.create_connection(("127.0.0.1", urlsplit(site.url).port), 20) as connection:
        time.sleep(0.5)  # until it is taken
        site.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        connection.sendall(b"GET /get-help/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert site.process.wait(20) == 0


def test_no_visitor_is_lost_as_the_door_changes_hands(make_server):
    changes, visitors = hand_on(make_server(copy_of="tables"), SECONDS)
    print(f"{changes} changes, {visitors.served} pages, {len(visitors.lost)} lost")
    assert visitors.lost == [] and changes > 3 and visitors.served > 50
