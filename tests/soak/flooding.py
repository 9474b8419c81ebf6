"""Guesses of receipts and inquiries in great number, over kept connections and from networks of the loopback range.

Run as a program it is the attacker, in a process of its own: what it costs him slows nobody who is measured.
"""

import http.client
import json
import os
import random
import selectors
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass

from tests.pageforms import value
from tests.servers import ROOT
from tests.soak import asking
from tests.soak.asking import DESK, filled

MAILBOX, FORM = "/inquiries/mailbox/", "/inquiries/"
ATTACKER, NEIGHBOUR, STRANGER = "127.0.1.1", "127.0.1.200", "127.0.2.1"  # the first two share a network
LIMIT = 30  # guesses of a network in ten minutes
DOOR = 40  # messages of a network in ten minutes; what exceeds them waits, with all that was typed
WORDS = (ROOT / "inquiries/mailbox/words/en.txt").read_text().split()
PAGES = ["/", "/news/", "/countries/", "/get-help/"]

SENT = 303  # the status that leads to the receipt


class Attack:
    """An attacker at work, until he has sent all; result() waits for that."""

    def __init__(self, server, deed, **values):
        place = urllib.parse.urlsplit(server.url)
        values = {"host": place.hostname, "port": place.port, "source": ATTACKER} | values
        command = [sys.executable, "-m", "tests.soak.flooding", deed, json.dumps(values)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def is_over(self):
        return self.process.poll() is not None

    def result(self, timeout=600):
        """Return {status: how many answers}, and the seconds that it took."""
        output, _ = self.process.communicate(timeout=timeout)
        assert self.process.returncode == 0
        told = json.loads(output)
        return {int(status): number for status, number in told["answers"].items()}, told["seconds"]


def guess(host, port, source, count, connections):
    """Send wrong receipts as fast as they are answered; return how many answers had each status."""
    answers, left = Counter(), count
    head = (f"POST {MAILBOX} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ")  # fmt: skip
    selector = selectors.DefaultSelector()

    def send(open_one):
        body = "receipt=" + "+".join(random.choices(WORDS, k=9))
        open_one.sendall(f"{head}{len(body)}\r\n\r\n{body}".encode())

    for _ in range(min(connections, count)):
        open_one = socket.create_connection((host, port), source_address=(source, 0))
        selector.register(open_one, selectors.EVENT_READ, bytearray())
        send(open_one)
        left -= 1
    while selector.get_map():
        for key, _events in selector.select(30):
            status = _answer(key.fileobj.recv(65536), key.data)
            if not status:
                continue
            answers[status] += 1
            key.data.clear()
            if left > 0:
                left -= 1
                send(key.fileobj)
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
    return answers


def _answer(received, so_far):
    """Return the status of an answer that is complete, else nothing."""
    if not received:
        raise ConnectionError("The server hung up.")
    so_far += received
    end = so_far.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(so_far[:end]).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]) if len(so_far) >= end + 4 + length else 0


def opened_long_ago(server):
    """Return the time of a form, signed, that no trap takes for a robot's any more."""
    opened = value(asking.Person(server).get(FORM), "opened")
    time.sleep(2.1)  # nobody is faster
    return opened


def ask(connection, opened, **fields):
    """Open the form, send it filled in as if it had been opened before, and return status and page."""
    connection.request("GET", FORM)
    page = connection.getresponse().read().decode()
    status, page = post(connection, FORM, **filled(page, **fields) | {"opened": opened})
    if status != SENT:
        return status, page
    connection.request("GET", page)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def post(connection, path, **fields):
    """Send a form and return status and page, or where it is seen."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    return answer.status, answer.headers.get("Location") or page


def from_network(server, source):
    """Return a kept connection of somebody in that network."""
    place = urllib.parse.urlsplit(server.url).netloc
    return http.client.HTTPConnection(place, timeout=60, source_address=(source, 0))


def send_forms(host, port, source, count, connections, opened, seconds=0):
    """Send inquiries that no trap recognises, spread over the seconds; return the answers by status."""
    answers, began, lock = Counter(), time.monotonic(), threading.Lock()
    numbers = iter(range(count))

    def work():
        connection = http.client.HTTPConnection(host, port, timeout=60, source_address=(source, 0))
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            time.sleep(max(0, began + seconds * number / count - time.monotonic()))
            status, _page = ask(connection, opened, message=f"Flood {number} {random.random()}")
            with lock:
                answers[status] += 1

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class Reader:
    """Somebody who reads public pages, one after the other, and notes how long each took."""

    def __init__(self, server):
        self.connection = from_network(server, STRANGER)
        self.number = 0

    def read(self):
        """Return the seconds that the next page took."""
        self.number += 1
        began = time.monotonic()
        self.connection.request("GET", PAGES[self.number % len(PAGES)])
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200
        return time.monotonic() - began

    def read_while(self, goes_on, pause=0.02):
        """Read on while that is true; return the seconds of each page."""
        taken = []
        while goes_on():
            taken.append(self.read())
            time.sleep(pause)
        return taken

    def read_for(self, seconds):
        """Read so long; return the seconds of each page."""
        until = time.monotonic() + seconds
        return self.read_while(lambda: time.monotonic() < until)


@dataclass
class Flood:
    """What came of a flood of forms, and of those who wrote meanwhile."""

    answers: dict[int, int]  # by status
    seconds: float
    inbox: list[float]  # seconds that the officer's list took meanwhile
    sent: list[str]  # what people wrote
    opened: list[str]  # what of it their receipts open
    on_top: bool  # whether the officer's list shows the one from elsewhere
    beside_the_spam: bool  # whether that from the flood's own network lies with the spam


def flood_of_forms(server, officer, opened, count, connections, seconds=0):
    """Flood the form while people write from the same network and from elsewhere; return what came of it."""
    attack = Attack(server, "forms", count=count, connections=connections, opened=opened, seconds=seconds)
    if seconds:
        time.sleep(seconds / 2)
    else:  # so short a flood is over before its rate shows
        attack.process.wait(60)
    people, inbox = {}, []
    for source in (NEIGHBOUR, STRANGER):
        status, page = ask(
            from_network(server, source), opened, message=f"A real one from {source}", country="LA"
        )
        assert status == 200, page
        people[source] = page
    while not attack.is_over() or not inbox:
        began = time.monotonic()
        officer.get(DESK)
        inbox.append(time.monotonic() - began)
        time.sleep(0.2)
    answers, taken = attack.result()
    threads = {
        source: post(from_network(server, source), MAILBOX, receipt=" ".join(asking.words_on(page)))
        for source, page in people.items()
    }
    sent = [f"A real one from {source}" for source in people]
    return Flood(
        answers,
        taken,
        inbox,
        sent,
        [
            f"A real one from {source}"
            for source, (status, thread) in threads.items()
            if status == 200 and f"A real one from {source}" in thread
        ],
        asking.reference_on(people[STRANGER]) in officer.get(DESK),
        asking.reference_on(people[NEIGHBOUR]) in asking.listed(officer, "spam"),
    )


def told(seconds):
    """Return median and 95th percentile in milliseconds, as text."""
    ordered = sorted(seconds)
    late = ordered[int(len(ordered) * 0.95)]
    return (
        f"median {statistics.median(ordered) * 1000:.1f} ms, 95 % {late * 1000:.1f} ms, {len(ordered)} pages"
    )


if __name__ == "__main__":
    os.nice(19)  # an attacker's own computing is done elsewhere: here it must not take the server's time
    began = time.monotonic()
    deed = {"guess": guess, "forms": send_forms}[sys.argv[1]]
    found = deed(**json.loads(sys.argv[2]))
    print(json.dumps({"answers": found, "seconds": round(time.monotonic() - began, 1)}))
