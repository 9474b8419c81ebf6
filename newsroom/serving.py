"""The supervisor behind `manage.py serve`: starts the web process and the worker, and keeps them running."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from newsroom import health, lineage
from newsroom.staticstorage import MANIFEST
from newsroom.storage import private

PATIENCE = 12  # seconds between SIGTERM and SIGKILL
SLOWEST_START = 60  # seconds until the first page must be ready
LONGEST_PAUSE = 30  # seconds between two starts of a child that keeps dying
STEADY = 60  # seconds of running after which earlier deaths of a child no longer count


class Child:
    """A child process in a process group of its own, which is restarted when it dies."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.start_again_at = 0.0
        self.deaths = 0

    def start(self) -> None:
        """Start it, so that it finds the project and its data from any working directory."""
        environment = os.environ | {
            "DATA_DIR": str(settings.DATA_DIR),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])
            ),
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started_at = time.monotonic()

    def keep_alive(self) -> None:
        """Restart it if it has died, with exponential backoff while it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.end_group()  # its own children could hold the port
            if now - self.started_at > STEADY:
                self.deaths = 0
            pause = min(0.25 * 2**self.deaths, LONGEST_PAUSE)
            self.deaths += 1
            self.start_again_at = now + pause
            code = self.process.returncode
            sys.stderr.write(f"The {self.name} process ended ({code}); starting it again in {pause:g} s.\n")
            self.process = None
        if self.process is None and now >= self.start_again_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end_group(self) -> None:
        """Kill what is left of its process group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def local_address() -> tuple[str, int]:
    """Return the host and port at which the site is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    return str(host), int(settings.PORT)


def local_url() -> str:
    """Return the address to open on this machine."""
    host, port = local_address()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def require_free_port() -> None:
    """Raise CommandError where HOST and PORT can't be listened on."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            settings.HOST, settings.PORT, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(
            f"Can't listen on {settings.HOST} port {settings.PORT}: {reason}. "
            "Stop what runs there, or set PORT to another number."
        ) from None


def require_migrated() -> None:
    """Raise CommandError where the database can't be reached or lacks migrations."""
    try:
        missing = health.missing_migrations()
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"The database can't be reached: {reason}") from None
    lineage.require_own_database()
    if missing:
        raise CommandError(f"{len(missing)} migrations are missing. Run `manage.py migrate` first.")
    connection.close()


def collect_static_files() -> None:
    """Run collectstatic if any static file has changed since the last run."""
    if settings.DEBUG:
        return
    # Earlier versions stored it where everybody could fetch it.
    (Path(settings.STATIC_ROOT) / MANIFEST).unlink(missing_ok=True)
    stamp = Path(settings.STATIC_ROOT).with_name("static-files")
    backend: str = settings.STORAGES["staticfiles"]["BACKEND"]
    seen = hashlib.sha256(backend.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            seen.update(f"{name} {state.st_mtime_ns} {state.st_size}\n".encode())
    current = seen.hexdigest()
    complete = Path(settings.STATIC_ROOT).is_dir() and (settings.DATA_DIR / MANIFEST).is_file()
    if complete and stamp.is_file() and stamp.read_text() == current:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(current)


def is_ready() -> bool:
    """Return whether the web process says that pages can be served."""
    host, port = local_address()
    request = http.client.HTTPConnection(host, port, timeout=5)
    try:
        request.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        return request.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        request.close()


def run(announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; announce(url) is called once pages can be served.

    Raises CommandError where the site can't start.
    """
    if settings.WORKERS < 1:
        raise CommandError(f"WORKERS is {settings.WORKERS}; it must be 1 or more.")
    require_free_port()
    private.close_to_others()
    require_migrated()
    collect_static_files()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    me = str(os.getpid())
    where = [settings.HOST, str(settings.PORT), str(settings.WORKERS)]
    children = [
        Child("web", [sys.executable, "-m", "newsroom.server.processes", *where, me]),
        Child("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--parent", me]),
    ]
    ready, deadline = False, time.monotonic() + SLOWEST_START
    try:
        while not stop.is_set():
            for child in children:
                child.keep_alive()
            if not ready:
                ready = is_ready()
                if ready:
                    announce(local_url())
                elif children[0].deaths >= 3 or time.monotonic() > deadline:
                    raise CommandError("The web process does not start; its messages are above.")
            stop.wait(0.25 if ready else 0.1)
    finally:
        _stop(children)


def _stop(children: Sequence[Child]) -> None:
    """Stop the children: SIGTERM, and SIGKILL after PATIENCE seconds."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(deadline - time.monotonic(), 0))
            child.end_group()
            child.process.wait()
