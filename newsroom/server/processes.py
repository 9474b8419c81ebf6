"""The web process: granian and its workers, started by newsroom/serving.py."""

import gc
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

LOADED = "NEWSROOM_LOADED"  # the variable that names the file to make once the site is loaded
# Objects until the collector looks for rings: loading the site makes many that stay, and none of them is garbage.
PATIENT = 50_000, 20, 50
POLL = 0.5  # seconds
GRACE = 10  # seconds that requests under way get before their process ends
THREADS = 4  # per worker: pages are fast, and each thread keeps a database connection
CONNECTIONS = (
    4_096  # per worker: more than there are places for bodies, so that idle connections keep nobody out
)
LONGEST_HEADERS = 15_000  # milliseconds to receive the headers of a request, also on a kept-alive connection
LARGEST_HEADERS = 64 * 1024  # bytes; also of a body in granian's buffer


def end_with_parent(parent: int | None = None) -> None:
    """End this process soon after its parent has ended, however it ended."""
    parent = parent or os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def load() -> Any:  # Any: granian types an application as a function
    """Return the application that granian calls; it runs in each worker, which then ends with granian."""
    # Until granian handles signals here, the inherited handler of its parent would swallow them.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    end_with_parent()
    from newsroom.guard import outages, writers
    from newsroom.pagecache import contentversion
    from newsroom.server.gateway import Gateway
    from newsroom.wsgi import application

    writers.never_make_a_database()
    writers.watch_connections(outages.note_success, THREADS)
    contentversion.start_polling()
    gateway = Gateway(application, THREADS)
    if os.environ.get(LOADED):
        Path(os.environ[LOADED]).touch()
    return gateway


def preload() -> None:
    """Load the site before granian forks, so that its workers share the time and the memory that this takes."""
    gc.set_threshold(*PATIENT)
    from django.db import connections
    from django.urls import get_resolver

    from newsroom.guard import logs
    from newsroom.server import gateway  # noqa: F401
    from newsroom.wsgi import application  # noqa: F401

    logs.tell_what_nobody_catches()
    _ = get_resolver().url_patterns
    connections.close_all()  # a connection must not be shared
    gc.freeze()  # the collector would copy what it walks through


def allow_open_files() -> None:
    """Raise the limit of open files to what CONNECTIONS may need, within the hard limit."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def as_json() -> dict[str, Any]:  # Any: as logging.config takes it
    """Return what makes JSON of granian's own log lines."""
    formatter = {"()": "newsroom.guard.logs.JSONFormatter"}
    return {"formatters": {"generic": formatter, "access": formatter}}


def main(host: str, port: str, workers: str, parent: str) -> None:
    """Serve until SIGTERM; a worker that dies is replaced."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # Python 3.14 starts processes otherwise, which share neither the loaded site nor the pipe to the supervisor.
    multiprocessing.set_start_method("fork")
    end_with_parent(int(parent))
    allow_open_files()
    preload()
    Granian(
        "newsroom.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.RSGI,
        # Proxies speak HTTP/1 to us; granian has no time limit for the headers of HTTP/2.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=LONGEST_HEADERS, max_buffer_size=LARGEST_HEADERS),
        workers=int(workers),
        backlog=1024,
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,  # seconds
        workers_kill_timeout=GRACE,
        log_level=LogLevels.warning,
        log_dictconfig=as_json() if os.environ.get("LOG_FORMAT") == "json" else None,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
