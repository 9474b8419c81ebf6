"""An editor changes everything that visitors see while readers load pages: the load of the soak and its short form."""

import http.client
import json
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.servers import ROOT

PROMISED = 1.0  # seconds until a change is seen by everybody
FRESH_CONNECTIONS = 6  # that ask for each page, so that each process is met


class Editor:
    """A process that changes the content of a site when it is told to."""

    def __init__(self, server):
        self.changes = 0
        command = [
            sys.executable,
            "manage.py",
            "shell",
            "--no-imports",
            "-c",
            "from tests.soak import changing; changing.main()",
        ]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=server.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def change(self, word):
        """Change everything; return the name of each act, its word, and the pages that it concerns."""
        self.process.stdin.write(json.dumps(word) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the editor's process ended"
        done = json.loads(line)
        self.changes += len(done)
        return done

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def ask(server, path):
    """Return status and text of a page over a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


@contextmanager
def readers(server, path="/", seconds=3600, connections=16):
    """Let wrk load a page at full speed; yields a function that ends it and returns its slowest of 100 and errors."""
    if not shutil.which("wrk"):
        yield None
        return
    # Without a longer patience, wrk leaves what took over two seconds out of its figures.
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "--latency",
               server.url + path]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def end():
        process.send_signal(2)  # on SIGINT it prints what it has measured
        output = process.communicate(timeout=30)[0]
        slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[slowest[2]]
        errors = re.findall(r"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)", output)
        return float(slowest[1]) * scale, sum(map(int, errors)), output

    try:
        yield end
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def stale_pages(server, editor, rounds):
    """Let the editor change everything so many times; return each answer that did not show it a second later."""
    stale, former = [], {}
    for number in range(rounds):
        changes = editor.change(f"zu{chr(97 + number // 26)}{chr(97 + number % 26)}q")
        time.sleep(PROMISED)
        for act, word, paths in changes:
            gone = former.get("publish" if act == "withdraw" else act, "no word yet")
            shown = "" if act == "withdraw" else word
            stale += [
                (act, path, found)
                for path in paths
                if (found := _found(server, path, shown, gone, act)) is not None
            ]
        former = {act: word for act, word, _paths in changes}
    return stale


def _found(server, path, shown, gone, act):
    """Return what is wrong with one of several answers, or None."""
    for _ in range(FRESH_CONNECTIONS):
        status, text = ask(server, path)
        if path.startswith("/search/"):  # which repeats the words that were looked for
            text = " ".join(re.findall(r'class="hit".*?</li>', text, re.DOTALL))
        if status >= 500 or (status != 200 and shown):
            return status
        if gone in text and act != "publish":
            return f"still shows {gone}"
        if shown not in text:
            return f"lacks {shown}"
    return None
