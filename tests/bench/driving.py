"""Drives a server with wrk (Debian), and starts the servers that a page is compared with."""

import os
import re
import shutil
import statistics
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import clean_environment, fetch, free_port, wait_until

CONNECTIONS = 16
SECONDS = 2  # that wrk drives a server for one measure
ROUNDS = 3
PROCESSES = 2
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
# What the server adds to each answer itself.
HOP_BY_HOP = {"connection", "date", "server", "transfer-encoding", "content-length"}

BARE = """
from pathlib import Path
PAGE = Path({page!r}).read_bytes()
HEADERS = {headers!r} + [("Content-Length", str(len(PAGE)))]

def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [PAGE]
"""
EMPTY_VIEW = """
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="nothing is signed here", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)
urlpatterns = [path("", lambda request: HttpResponse())]
application = get_wsgi_application()
"""
NGINX = """
daemon off; {user} worker_processes {processes}; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type text/html; etag off;
    open_file_cache max=100 inactive=60s;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port}; keepalive_requests 1000000;
        location = /page {{ alias {page}; {headers} }}
    }}
}}
"""


@dataclass
class Drive:
    """What wrk measured: answers a second, the slowest of a hundred in milliseconds, and answers that failed."""

    rate: float
    p99: float
    errors: int


def drive(url: str, *, seconds: int = SECONDS, encoding: str = "", connections: int = CONNECTIONS) -> Drive:
    """Ask for an address over kept connections for some seconds; skips the test where wrk is missing."""
    if not shutil.which("wrk"):
        pytest.skip("wrk is missing: `apt-get install wrk` brings it")
    headers = ["-H", f"Accept-Encoding: {encoding}"] if encoding else []
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", *headers, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done.stdout)
    assert p99 and rate, done.stdout
    errors = int(refused[1]) if refused else 0
    return Drive(
        float(rate[1]),
        float(p99[1]) * UNITS[p99[2]],
        errors + sum(map(int, failed.groups() if failed else [])),
    )


def in_turn(urls: dict[str, str], *, encoding: str = "", rounds: int = ROUNDS) -> dict[str, Drive]:
    """Drive addresses in turn, so that all meet the same weather; return the medians by name."""
    found: dict[str, list[Drive]] = {name: [] for name in urls}
    for url in urls.values():
        drive(url, seconds=1, encoding=encoding)  # warm
    for _round in range(rounds):
        for name, url in urls.items():
            found[name].append(drive(url, encoding=encoding))
    return {
        name: Drive(
            statistics.median(one.rate for one in drives),
            statistics.median(one.p99 for one in drives),
            sum(one.errors for one in drives),
        )
        for name, drives in found.items()
    }


@contextmanager
def running(command, url, **options):
    """Start a server, and stop it at the end; yields its address."""
    # In a session of its own, as the site is: Linux shares a busy machine among sessions.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, **options)
    try:
        wait_until(lambda: answers(url))
        yield url
    finally:
        process.terminate()
        process.wait(20)


def answers(url):
    """Return whether a server answers with 200."""
    try:
        return fetch(url)[0] == 200
    except OSError:
        return False


@contextmanager
def granian(folder, code):
    """Serve the WSGI application that this code defines with granian, by as many processes as the site has."""
    (folder / "bare.py").write_text(code)
    port = free_port()
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws", "--http", "1",
               "--workers", str(PROCESSES), "--backpressure", "256", "--port", str(port), "bare:application"]  # fmt: skip
    with running(command, f"http://127.0.0.1:{port}/", cwd=folder, env=clean_environment()) as url:
        yield url


def bare_callable(folder, body, headers):
    """Serve the same bytes and headers with granian from a callable that does nothing else."""
    folder.mkdir()
    (folder / "page").write_bytes(body)
    return granian(folder, BARE.format(page=str(folder / "page"), headers=kept(headers)))


def empty_view(folder):
    """Serve an empty view of Django without middleware with granian."""
    folder.mkdir()
    return granian(folder, EMPTY_VIEW)


@contextmanager
def nginx(folder, body, headers):
    """Serve the same bytes and headers with nginx from a file; yields None where nginx is missing."""
    if not shutil.which("nginx"):
        print("nginx is missing: `apt-get install nginx-light` brings it.")
        yield None
        return
    folder.mkdir()
    (folder / "page").write_bytes(body)
    port = free_port()
    added = " ".join(
        f'add_header {name} "{quoted(value)}";' for name, value in kept(headers) if name != "Content-Type"
    )
    user = "user root root;" if os.geteuid() == 0 else ""  # or it could not read the folder of this test
    configuration = NGINX.format(
        folder=folder, page=folder / "page", port=port, headers=added, user=user, processes=PROCESSES
    )
    (folder / "nginx.conf").write_text(configuration)
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running(command, f"http://127.0.0.1:{port}/page", stderr=subprocess.DEVNULL) as url:
        yield url


def kept(headers):
    """Return the headers that a page has of its own, without what each server adds itself."""
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def quoted(value):
    """Return a header's value as it stands between double quotes in nginx's configuration."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "${dollar}")
