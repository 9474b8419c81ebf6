"""The supervisor behind `manage.py serve`: starts the web process and the worker, and keeps them running."""

import errno
import http.client
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, connection

from newsroom import lineage
from newsroom.backups import presence
from newsroom.backups.refused import Refused
from newsroom.conditions.commands import here
from newsroom.conditions.database import lack
from newsroom.conditions.watch import Watch
from newsroom.faults import writers
from newsroom.filestore import machines
from newsroom.guard import signalled
from newsroom.pagecache import triggers
from newsroom.server import listening
from newsroom.server.children import Child
from newsroom.server.hangs import Hangs
from newsroom.staticstorage import collect_static_files
from newsroom.storage import private
from newsroom.upgrading import changing
from newsroom.upgrading.standin import StandIn, kept_pages

log = logging.getLogger(__name__)

PATIENCE = 12  # seconds between SIGTERM and SIGKILL
SLOWEST_START = 60  # seconds until the first page must be ready
WORKER_SILENCE = (
    75  # seconds without a sign of life after which the worker is killed; the watch has told by then
)
WEB_SILENCE = 90  # seconds in which no process of the web answers after which it counts as hanging
ASK_EVERY = 10  # seconds between two questions to the web process
LONGEST_ANSWER = 30  # seconds: one that is busy refuses after 20


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
    with _told_in_one_line():
        listening.require_free(settings.HOST, settings.PORT)


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """Raise CommandError where it can't be listened."""
    try:
        yield
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
        raise CommandError(
            f"Can't listen on {settings.HOST} port {settings.PORT}: {reason}. "
            + ("Stop what runs there, or set PORT to another number." if is_taken else _other_place(error))
        ) from None


def _other_place(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "Set PORT to 1024 or more; a proxy in front has the ports below."
    return "Set HOST to an address of this machine, such as 127.0.0.1."


def require_migrated() -> None:
    """Raise CommandError where the database can't be reached or lacks migrations."""
    try:
        lacking = lack()
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"The database can't be reached: {reason}") from None
    lineage.require_own_database()
    if lacking:
        raise CommandError(lacking)


def require_data() -> None:
    """Raise CommandError where this machine can't run the site: by its database, its files or other machines."""
    require_migrated()
    try:
        presence.require_settled()
    except Refused as error:
        raise CommandError(here(str(error))) from None
    if triggers.lay(keeps_others=True):
        log.warning(
            "The triggers that tell of changes to what visitors see were missing; they are laid anew."
        )
    machines.enter()
    connection.close()
    writers.never_make_a_database()  # the watch would, where the file has gone


def ask_web(patience: float = 5) -> int:
    """Return the status with which the web process answers /healthz within so many seconds, or 0."""
    host, port = local_address()
    request = http.client.HTTPConnection(host, port, timeout=patience)
    try:
        request.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        return request.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        request.close()


def listen_to(web: Child, stop: threading.Event) -> None:
    """Ask the web process again and again until stopped: any answer is a sign of life, 503 too."""
    while not stop.wait(ASK_EVERY):
        asked = web.process
        if ask_web(LONGEST_ANSWER) and web.process is asked:
            web.heard()


def run(announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; announce(url) is called once pages can be served.

    Raises CommandError where the site can't start. Where the version before still has its processes, it goes on then.
    """
    stop = threading.Event()
    signalled.set_at(stop, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    former = changing.Former.of_this_process()
    try:
        post = changing.Post(log.warning)
        if former is None:
            require_free_port()
        with _told_in_one_line():
            listeners = listening.at(settings.HOST, settings.PORT, settings.WORKERS)
        if former:
            former.stand_in = _stand_in_for(former, listeners)
        if former and former.stands_aside:
            post.stand_aside(stop, former)
        if not stop.is_set():
            _prepare()
            with _said_to_serve():
                _serve(announce, listeners, former, post, stop)
    except CommandError as error:
        if former is None or former.has_failed:
            raise
        log.error("%s", error)
        if not former.processes and changing.is_under_way():
            post.stand_aside(
                stop, former
            )  # the database may be of this version; whoever upgrades takes it back
            raise
        former.go_on()


def _stand_in_for(former: changing.Former, listeners: list[socket.socket]) -> StandIn | None:
    """Return what answers visitors until this release can; None where the one before still does."""
    if former.processes and not former.stands_aside:
        return None
    made = StandIn(kept_pages(local_address()) if former.processes else {})
    made.start(listeners)
    return made


@contextmanager
def _said_to_serve() -> Iterator[None]:
    """Say to all machines that the site serves; raises CommandError while a backup is put back."""
    try:
        with presence.serving():
            yield
    except Refused as error:
        raise CommandError(str(error)) from None


def _prepare() -> None:
    """Raise CommandError where the site can't start, and make ready what its processes need."""
    if settings.WORKERS < 1:
        raise CommandError(f"WORKERS is {settings.WORKERS}; it must be 1 or more.")
    private.close_to_others()
    require_data()
    collect_static_files()


def _serve(
    announce: Callable[[str], None],
    listeners: list[socket.socket],
    former: changing.Former | None,
    post: changing.Post,
    stop: threading.Event,
) -> None:
    """Keep web and worker alive; the processes of the version before are ended once pages can be served."""
    children = _children(listeners)
    web, hangs = children[0], Hangs(*children)
    all_run = threading.Event()
    Watch().start(stop, all_run)
    threading.Thread(target=listen_to, args=[web, stop], name="listen-to-web", daemon=True).start()
    ready, deadline = False, time.monotonic() + SLOWEST_START
    try:
        while not stop.is_set():
            for child in children if ready else [web]:  # until pages can be served, every core is theirs
                child.keep_alive()
            hangs.look()
            if ready and children[1].heard_at is not None:
                all_run.set()
            if not ready:
                ready = _has_loaded(hangs, former) and ask_web() == 200
                if ready:
                    if former:
                        former.stop()
                    web.heard()
                    announce(local_url())
                    post.tell("serving")
                elif web.deaths >= 3 or time.monotonic() > deadline:
                    raise CommandError("The web process does not start; its messages are above.")
            else:
                post.obey([one.process.pid for one in children if one.process])
            stop.wait(0.25 if ready else 0.1)
    finally:
        if stop.is_set():
            listening.close(listeners)
        _stop(children)
    if former:
        former.stop()


def _children(listeners: list[socket.socket]) -> list[Child]:
    """Return the processes of the site, web and worker, which are not started yet."""
    me = str(os.getpid())
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    web = [sys.executable, "-m", "newsroom.server.processes", me]
    return [
        Child("web", web, WEB_SILENCE, [one.fileno() for one in listeners]),
        Child("worker", [*manage, "worker", "--parent", me], WORKER_SILENCE),
    ]


def _has_loaded(hangs: Hangs, former: changing.Former | None) -> bool:
    """Return whether our own web process can answer; then nobody has to in its place."""
    if former and hangs.heard:
        former.end_stand_in()
    return bool(hangs.heard)


def _stop(children: Sequence[Child]) -> None:
    """Stop the children: SIGTERM, and SIGKILL after PATIENCE seconds."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        child.stop(deadline)
    machines.leave()
