"""The site as it runs on this machine, and how it is asked to stand aside and to go on with another release."""

import http.client
import os
import shlex
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError

from . import messages
from .changing import SIGNAL
from .releases import Release

POLL = 0.1  # seconds
LONGEST_STOP = 30  # seconds: requests under way have 12
LONGEST_START = 90  # seconds until the other release answers


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether the condition comes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def _address() -> tuple[str, int]:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    return str(host), int(settings.PORT)


def is_healthy() -> bool:
    """Return whether the site says at its port that pages can be served."""
    request = http.client.HTTPConnection(*_address(), timeout=5)
    try:
        request.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        return request.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        request.close()


def listens() -> bool:
    """Return whether anything listens at the port of the site."""
    with suppress(OSError), socket.create_connection(_address(), 2):
        return True
    return False


class Site(ABC):
    """How the site on this machine is stopped and started."""

    name = ""

    @abstractmethod
    def stand_aside(self, target: Release, other: Release) -> None:
        """Serve nothing until go_on(); where this process dies meanwhile, that of the two goes on which can."""

    @abstractmethod
    def go_on(self, release: Release) -> None:
        """Serve the release; raises CommandError where it does not answer."""


class Asked(Site):
    """A supervisor that hears what it is asked, without root's rights."""

    name = "its supervisor is asked to change"

    def __init__(self, process: int) -> None:
        self.process = process

    def _ask(self, what: str, folder: Path, other: Path | None = None) -> None:
        messages.write(messages.ORDER, do=what, folder=str(folder), other=str(other or folder))
        try:
            os.kill(self.process, SIGNAL)
        except ProcessLookupError:
            raise CommandError("The supervisor has ended meanwhile.") from None
        except PermissionError:
            raise CommandError(
                "The supervisor belongs to another user: run this as that user or as root."
            ) from None

    def stand_aside(self, target: Release, other: Release) -> None:
        if self._state() == "aside":
            return
        # The supervisor of the release to come is loaded first, while the site still serves; one of a version that
        # can't wait is not.
        waiting, refuge = (target, other) if target.can_change else (other, target)
        self._ask("stand aside", waiting.folder, refuge.folder)
        if not wait_for(lambda: self._state() == "aside" or not _is_alive(self.process), LONGEST_STOP):
            raise CommandError(f"The supervisor did not stand aside within {LONGEST_STOP} s.")

    def go_on(self, release: Release) -> None:
        served = messages.read(messages.SERVING)
        if served.get("folder") == str(release.folder) and served.get("state") == "serving":
            return
        if not release.can_change and served.get("state") == "serving":
            self.stand_aside(release, Release(Path(served["folder"])))
        messages.write(messages.SERVING, **served | {"state": "changing"})
        self._ask("change", release.folder)
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline:
            now = messages.read(messages.SERVING)
            if now.get("state") == "serving":
                if now.get("folder") != str(release.folder):
                    raise CommandError("The version before serves again: the other one did not start.")
                return
            if now.get("state") == "aside":
                raise CommandError("The other version does not start: its log says why.")
            if not release.can_change and is_healthy():
                return
            if not _is_alive(self.process):
                raise CommandError("The supervisor has ended: its log says why.")
            time.sleep(POLL)
        raise CommandError(f"The other version did not answer within {LONGEST_START} s.")

    def _state(self) -> str:
        return str(messages.read(messages.SERVING).get("state"))


def _is_alive(process: int) -> bool:
    """Return whether it runs; one that has ended and that nobody has asked about does not."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


class Commanded(Site):
    """A supervisor of an older version, or of any other kind, which commands stop and start."""

    def __init__(self, stop: str, start: str) -> None:
        self.stop, self.start = stop, start
        self.name = f"stopped by `{stop}`, started by `{start}`"

    def stand_aside(self, target: Release, other: Release) -> None:
        self._run(self.stop)
        if not wait_for(lambda: not listens(), LONGEST_STOP):
            raise CommandError(f"`{self.stop}` did not end what listens on port {settings.PORT}.")

    def go_on(self, release: Release) -> None:
        self._run(self.stop)
        self._run(self.start)
        if not wait_for(is_healthy, LONGEST_START):
            raise CommandError(f"The site does not answer {LONGEST_START} s after `{self.start}`.")

    def _run(self, command: str) -> None:
        done = subprocess.run(shlex.split(command), check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        if done.returncode:
            raise CommandError(f"`{command}` failed with exit code {done.returncode}.")


class Nothing(Site):
    """No site runs on this machine."""

    name = "not served at present"

    def stand_aside(self, target: Release, other: Release) -> None:
        pass

    def go_on(self, release: Release) -> None:
        pass


def _is_a_unit(name: str) -> bool:
    program = shutil.which("systemctl")
    if program is None or os.geteuid() != 0:
        return False
    asked = subprocess.run([program, "is-active", "--quiet", name], check=False, capture_output=True)  # noqa: S603
    return asked.returncode == 0


def find(stop: str, start: str, unit: str) -> Site:
    """Return how the site runs here; raises CommandError where it runs and can't be stopped."""
    if stop and start:
        return Commanded(stop, start)
    served = messages.read(messages.SERVING)
    if served and messages.is_held(messages.SERVING_LOCK):
        if not wait_for(lambda: messages.read(messages.SERVING).get("state") != "changing", LONGEST_START):
            raise CommandError("The supervisor is about to change, and does not come to an end.")
        return Asked(int(messages.read(messages.SERVING)["process"]))
    if _is_a_unit(unit):
        return Commanded(f"systemctl stop {unit}", f"systemctl start {unit}")
    if listens():
        raise CommandError(
            f"What listens on port {settings.PORT} can't be asked to change. "
            "Run this as root where systemd starts the site, or say by --stop and --start how that is done."
        )
    return Nothing()
