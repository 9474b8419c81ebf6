"""The web process: granian and its workers, started by newsroom.serving and never without it."""

import os
import signal
import sys
import threading
import time

POLL = 0.5  # seconds
GRACE = 10  # seconds that requests under way get before their process is ended
THREADS = 4  # a worker: pages are short, and each thread keeps one database connection


def end_with_parent(parent=None):
    """End this process soon after its parent has died, however that died."""
    parent = parent or os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(POLL)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def load():
    """Return the WSGI application; runs in each worker, so that none outlives granian."""
    # Until granian listens to signals here, its parent's handler, which is inherited, would swallow them.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    end_with_parent()
    from newsroom.wsgi import application

    return application


def main(host, port, workers, parent):
    """Serve until SIGTERM; a worker that dies is replaced."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    end_with_parent(int(parent))
    Granian(
        "newsroom.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=THREADS,
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,  # seconds
        workers_kill_timeout=GRACE,
        log_level=LogLevels.warning,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
