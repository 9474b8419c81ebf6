"""The site's socket in ever other hands: web processes and stand-ins that end as soon as the next one is there, or before.

`python -m tests.newsroom.server.handing SECONDS CHANGES` is run in the environment of a site, and says how often it changed.
"""

import os
import signal
import socket
import sys
import threading
import time

PAGE = b"Call 112"


class Visitors:
    """Ask for a page from so many threads, each time by a new connection, and note what was no page."""

    def __init__(self, port, path, number=6):
        self.port, self.path, self.lost, self.served = port, path, [], 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._run) for _number in range(number)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _run(self):
        while not self.over.is_set():
            try:
                answer = self._ask()
            except OSError as error:
                answer = repr(error).encode()
            if answer[8:12] == b" 200" and (b"</html>" in answer or answer.endswith(PAGE)):
                self.served += 1
            else:
                self.lost.append(answer[:80])

    def _ask(self):
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            connection.sendall(
                f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
            )
            pieces = []
            while piece := connection.recv(65536):
                pieces.append(piece)
        return b"".join(pieces)


def serve_pages(listener):
    """Answer as the site does, until SIGTERM."""
    from newsroom.server import processes

    processes.serve(listener, processes.load)


def stand_in(listener):
    """Answer as during an upgrade, until SIGTERM."""
    from newsroom.guard import signalled
    from newsroom.upgrading.standin import Page, StandIn

    over = threading.Event()
    signalled.set_at(over, signal.SIGTERM)
    answering = StandIn({"/get-help/": Page(200, [("Content-Type", "text/html")], PAGE)})
    answering.start(listener)
    over.wait()
    answering.stop()


def begin(hand, listener):
    """Return the process id of one that has the socket."""
    number = os.fork()
    if number == 0:
        try:
            hand(listener)
        finally:
            os._exit(0)
    return number


def end(number):
    """Ask it to end, and wait for that."""
    os.kill(number, signal.SIGTERM)
    os.waitpid(number, 0)


def main(seconds, port):
    """Hand the socket on for so long, by turns with both at once for a moment, and with nobody between them."""
    from newsroom.server import listening, processes

    processes.preload()
    listener = listening.at("127.0.0.1", int(port), 2)
    print("ready", flush=True)
    until, changes = time.monotonic() + float(seconds), 0
    former = begin(serve_pages, listener)
    time.sleep(0.5)
    while time.monotonic() < until:
        hand = stand_in if changes % 2 == 0 else serve_pages
        if changes % 4 < 2:
            later = begin(hand, listener)
            time.sleep(0.2)
            end(former)
        else:
            end(former)
            later = begin(hand, listener)
            time.sleep(0.2)
        former, changes = later, changes + 1
    print(changes, flush=True)
    sys.stdin.readline()  # until the last visitor has got his page
    end(former)


if __name__ == "__main__":
    main(*sys.argv[1:])
