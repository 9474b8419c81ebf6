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

from tests.servers import ROOT, Server
from tests.soak.flooding import Reader, told

GUESSERS, SECONDS = 16, 20
LOGIN = "/admin/login/"
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
