"""Sixteen who guess passwords at once, from many networks: pages go on, and no process grows.

Run as a program it is the guessers: what they cost themselves slows nobody who is measured.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest

from tests.servers import PASSWORD, ROOT, Server
from tests.soak.flooding import Reader, told

GUESSERS, SECONDS = 16, 20
LOGIN = "/admin/login/"
MOST_GROWN, MOST_STORED = 40, 2**20  # megabytes of all processes, and bytes of the site's folder
LARGEST = 400  # megabytes of a web process
SLOWEST = 8  # times as long as without: sixteen at once, whatever they ask for, share the cores with a reader


def guess_until(url, number, end, answers):
    """Send wrong passwords for ever new names from a network of its own, and count the answers."""
    place, round_ = urlsplit(url).netloc, 0
    while time.monotonic() < end:
        round_ += 1
        source = (f"127.{number}.{round_ // 20 % 250}.1", 0)
        connection = http.client.HTTPConnection(place, timeout=60, source_address=source)
        connection.request("GET", LOGIN)
        page = connection.getresponse()
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
        for guess in range(5):
            form = {"username": f"name{number}-{guess}", "password": "wrong", "csrfmiddlewaretoken": token}
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", LOGIN, urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            answers[answer.status] += 1
        connection.close()


def peaks(parent):
    """Return the peak megabytes of each process below this one."""
    found, below = {}, {parent}
    for path in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            status = (path / "status").read_text()
        except OSError:
            continue
        if int(re.search(r"PPid:\s+(\d+)", status)[1]) in below and (
            peak := re.search(r"VmHWM:\s+(\d+)", status)
        ):
            below.add(int(path.name))
            found[int(path.name)] = int(peak[1]) // 1024
    return found


def test_sixteen_who_guess_at_once_slow_nobody_and_fill_no_memory():
    server = Server(copy_of="demo", WORKERS="2").start()
    try:
        reader = Reader(server)
        reader.read_for(2)
        before = reader.read_for(3)
        command = [sys.executable, "-m", "tests.soak.test_guessing", server.url]
        guessers = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        taken = reader.read_while(lambda: guessers.poll() is None)
        answers = json.loads(guessers.communicate()[0])
        grown = peaks(server.process.pid)
        print(f"\nbefore: {told(before)}; meanwhile: {told(taken)}; answers: {answers}; peaks: {grown}")
        assert set(answers) == {"200", "429"}
        assert statistics.median(taken) < SLOWEST * statistics.median(before)
        assert max(grown.values()) < LARGEST
    finally:
        server.remove()


class Person:
    """Somebody with a browser, at an address of this machine."""

    def __init__(self, server, address):
        self.place, self.address, self.cookies = urlsplit(server.url).netloc, address, {}

    def ask(self, method, path, form=None):
        """Send a request; returns status and body."""
        connection = http.client.HTTPConnection(self.place, timeout=60, source_address=(self.address, 0))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _is, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, body

    def sign_in(self, username, password):
        """Type a name and a password; returns the status."""
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self.token_on(LOGIN)}
        return self.ask("POST", LOGIN, form)[0]

    def sign_out(self):
        """End the session; the browser stays a known one."""
        self.ask("POST", "/admin/logout/", {"csrfmiddlewaretoken": self.token_on("/admin/")})

    def token_on(self, path):
        """Return the token of the forms on a page."""
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", path)[1])[1]


WAYS = {
    "one address": lambda number: "127.9.9.9",
    "1,000": lambda number: f"127.{10 + number // 250}.{number % 250}.9",
}


def data_of(server):
    """Return the bytes of what the site has stored, without the journals of SQLite, which are bounded."""
    return sum(
        path.stat().st_size
        for path in server.data_dir.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_thousand_guesses_a_minute_at_one_account(way):
    server = Server(copy_of="demo", WORKERS="2").start()
    try:
        owner, colleague = Person(server, "127.0.2.1"), Person(server, "127.0.3.1")
        assert owner.sign_in("writer", PASSWORD) == 302
        owner.sign_out()
        for number in range(20):  # what is made at first is made
            Person(server, WAYS[way](number)).sign_in("writer", f"first {number}")
        size, memory = data_of(server), memory_of(server.process.pid)
        begun, statuses = time.monotonic(), Counter()
        for number in range(1_000):
            statuses[Person(server, WAYS[way](number)).sign_in("writer", f"guess {number}")] += 1
        took = time.monotonic() - begun
        grown, more = memory_of(server.process.pid) - memory, data_of(server) - size
        print(f"\n{way}: {took:.0f} s, {dict(statuses)}, memory {grown:+.1f} MB, stored {more:+} bytes")
        assert took < 60
        assert set(statuses) <= {200, 429} and statuses[429] > 900
        assert owner.sign_in("writer", PASSWORD) == 302
        assert colleague.sign_in("editor", PASSWORD) == 302
        assert grown < MOST_GROWN and more < MOST_STORED
    finally:
        server.remove()


def memory_of(parent):
    """Return the megabytes that a process and all below it hold for themselves."""
    processes = [psutil.Process(parent), *psutil.Process(parent).children(recursive=True)]
    return sum(process.memory_full_info().uss for process in processes) / 2**20


def guess_all(url):
    """Let all guess at once; return the answers by status."""
    answers, end = Counter(), time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=guess_until, args=[url, number + 1, end, answers])
        for number in range(GUESSERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


if __name__ == "__main__":
    os.nice(19)
    print(json.dumps(guess_all(sys.argv[1])))
