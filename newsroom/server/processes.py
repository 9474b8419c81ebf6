"""The web process: granian and its workers, started by newsroom.serving and never without it."""

import os
import resource
import signal
import sys
import threading
import time
from typing import Any

POLL = 0.5  # seconds
GRACE = 10  # seconds that requests under way get before their process is ended
THREADS = 4  # a worker: pages are short, and each thread keeps one database connection
CONNECTIONS = 4_096  # a worker: more than the bodies on their way in, so that idle ones keep nobody out
LONGEST_HEADERS = 15_000  # milliseconds until a request's headers are there, also on a connection kept open
LARGEST_HEADERS = 64 * 1024  # bytes, and of a body on its way from the network to us


def end_with_parent(parent: int | None = None) -> None:
    """End this process soon after its parent has died, however that died."""
    parent = parent or os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def load() -> Any:
    """Return the application that granian calls; runs in each worker, so that none outlives granian."""
    # Until granian listens to signals here, its parent's handler, which is inherited, would swallow them.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    end_with_parent()
    from newsroom.guard import outages, writers
    from newsroom.server.gateway import Gateway
    from newsroom.wsgi import application

    writers.never_make_a_database()
    writers.watch_connections(outages.note_success, THREADS)

    return Gateway(application, THREADS)


def allow_open_files() -> None:
    """Let this process hold a file or a connection for each that it may accept, as far as the machine lets it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main(host: str, port: str, workers: str, parent: str) -> None:
    """Serve until SIGTERM; a worker that dies is replaced."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    end_with_parent(int(parent))
    allow_open_files()
    Granian(
        "newsroom.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.RSGI,
        # Proxies speak HTTP/1 to us; a direct HTTP/2 connection would know no time limit for its headers.
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
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
