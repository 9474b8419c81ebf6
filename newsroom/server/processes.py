"""The web process: granian and its workers, started by newsroom/serving.py."""

import gc
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from newsroom.guard import signalled
from newsroom.server.listening import BACKLOG, handed_on

if TYPE_CHECKING:
    from granian.server.mp import MPServer

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
    end_with_parent()
    from newsroom.faults import outages, writers
    from newsroom.pagecache import contentversion
    from newsroom.server import shortcut
    from newsroom.server.gateway import Gateway
    from newsroom.wsgi import application

    writers.never_make_a_database()
    writers.watch_connections(outages.note_success, THREADS)
    contentversion.start_polling()
    gateway = Gateway(application, THREADS)
    shortcut.install(gateway.sends_ready)
    return gateway


def preload() -> None:
    """Load the site before granian forks, so that its workers share the time and the memory that this takes."""
    gc.disable()  # until newsroom/apps.py is ready
    gc.set_threshold(*PATIENT)
    from django.db import connections
    from django.urls import get_resolver

    from newsroom.logs import logs
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
    formatter = {"()": "newsroom.logs.logs.JSONFormatter"}
    return {"formatters": {"generic": formatter, "access": formatter}}


def _end(server: "MPServer") -> None:
    """Wake granian up until it ends; what its own signal handler says could be lost."""
    server.interrupt_signal = True
    while True:
        server.main_loop_interrupt.set()
        time.sleep(POLL)


def _server_class(listeners: list[socket.socket]) -> "type[MPServer]":
    from granian.net import SocketHolder
    from granian.server.mp import MPServer

    class Server(MPServer):
        """Hands each worker a socket, as granian does where it can't let each listen by itself."""

        def signal_handler_interrupt(self, *_: object) -> None:
            pass  # see _end()

        def _init_shared_socket(self) -> None:
            self._ssp, self._sso = None, None

        def _spawn_worker(self, idx: int, *more: Any, **how: Any) -> Any:  # as granian has it
            self._shd = SocketHolder(listeners[idx].fileno(), False, BACKLOG)  # type: ignore[assignment,call-arg]  # stubs
            return super()._spawn_worker(idx, *more, **how)

        def _drop_shared_socket(self) -> None:
            for one in listeners:
                one.close()

    return Server


def serve(listeners: list[socket.socket], loader: Callable[[], Any]) -> None:  # Any: see load()
    """Answer what comes to the sockets, each by a worker, until SIGTERM; one that dies is replaced."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    server = _server_class(listeners)(
        "newsroom.wsgi:application",
        interface=Interfaces.RSGI,
        # Proxies speak HTTP/1 to us; granian has no time limit for the headers of HTTP/2.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=LONGEST_HEADERS, max_buffer_size=LARGEST_HEADERS),
        workers=len(listeners),
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,  # seconds
        workers_kill_timeout=GRACE,
        log_level=LogLevels.warning,
        log_dictconfig=as_json() if os.environ.get("LOG_FORMAT") == "json" else None,
    )
    signalled.call_at(partial(_end, server), signal.SIGTERM, signal.SIGINT)
    server.serve(target_loader=loader, wrap_loader=False)


def main(parent: str) -> None:
    """Serve the site until SIGTERM."""
    # Python 3.14 starts processes otherwise, which share neither the loaded site nor the pipe to the supervisor.
    multiprocessing.set_start_method("fork")
    end_with_parent(int(parent))
    allow_open_files()
    listeners = handed_on()
    preload()
    serve(listeners, load)


if __name__ == "__main__":
    main(*sys.argv[1:])
