"""The supervisor's part of an upgrade: it stands aside for the migrations, and goes on as another release."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Self

from django.conf import settings
from django.core.management import CommandError

from newsroom.configuration import environmentfile
from newsroom.guard import signalled
from newsroom.server import listening

from . import messages, migrating
from .standin import StandIn

SIGNAL = signal.SIGUSR2
FORMER = "NEWSROOM_FORMER"  # of the environment: the release before, and its processes
ASIDE, FAILED = "aside", "failed"  # how a process became another release: to wait, or because that one failed
POLL = 0.1  # seconds between two looks for an order while standing aside
LONGEST_STOP = 12  # seconds between SIGTERM and SIGKILL

type Say = Callable[[str], object]


def python_of(folder: Path) -> Path:
    """Return the interpreter of a release."""
    return folder / ".venv" / "bin" / "python"


def become(folder: Path, processes: Sequence[int] = (), how: str = "") -> NoReturn:
    """Replace this process by the same command of another release; raises OSError where that can't be started.

    The processes go on serving until those of the other release can, or until it stands aside (how: ASIDE).
    """
    python = str(python_of(folder))
    former = {"folder": str(settings.BASE_DIR), "processes": list(processes), "how": how}
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(folder)
    command = [python, str(folder / "manage.py"), *sys.argv[1:]]
    # Whoever upgrades may have changed variables for it.
    environment = environmentfile.to_be_read_anew() | {FORMER: json.dumps(former)}
    listening.hand_on(folder, environment)
    os.execve(python, command, environment)  # noqa: S606 - a release of ours


def is_under_way() -> bool:
    """Return whether `manage.py upgrade` runs on this machine."""
    return messages.is_held(messages.UPGRADE_LOCK)


class Former:
    """The release that this process was before, whose processes serve until those of this one can."""

    def __init__(self, folder: Path, processes: Sequence[int], how: str) -> None:
        self.folder = folder
        self.processes = list(processes)
        self.stands_aside = how == ASIDE
        self.has_failed = how == FAILED
        self.stand_in: StandIn | None = None  # answers visitors while neither release does

    @classmethod
    def of_this_process(cls) -> Self | None:
        """Return it where this process was another release before; else None."""
        text = os.environ.pop(FORMER, "")
        if not text:
            return None
        values = json.loads(text)
        return cls(Path(values["folder"]), values["processes"], values["how"])

    def end_stand_in(self) -> None:
        """Let nobody answer in its place any more."""
        if self.stand_in is not None:
            self.stand_in.stop()

    def stop(self) -> None:
        """End its processes: SIGTERM, and SIGKILL after LONGEST_STOP seconds."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + LONGEST_STOP
        for process in self.processes:
            with suppress(ChildProcessError):
                while os.waitpid(process, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
                    time.sleep(0.02)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
        self.processes = []

    def go_on(self) -> NoReturn:
        """Let it serve again, with the processes that it still has; raises OSError where it can't be started."""
        self.end_stand_in()
        become(self.folder, self.processes, FAILED)


class Post:
    """Where the supervisor says what it serves, and hears what an upgrade asks of it."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.asked = threading.Event()
        self.lock = messages.hold(messages.SERVING_LOCK)
        if self.lock is not None:
            signalled.set_at(self.asked, SIGNAL)
        else:
            say(
                "Another `manage.py serve` runs with this DATA_DIR: `manage.py upgrade` does not reach this one."
            )

    def tell(self, state: str) -> None:
        """Write down what this process serves: "serving" or "aside"."""
        if self.lock is not None:
            messages.write(
                messages.SERVING,
                state=state,
                process=os.getpid(),
                folder=str(settings.BASE_DIR),
            )

    def obey(self, processes: Sequence[int]) -> None:
        """Become the other release, if that is asked; return where it is not, or can't be started."""
        if not self.asked.is_set():
            return
        self.asked.clear()
        order = messages.read(messages.ORDER)
        if order.get("do") in {"change", "stand aside"}:
            self._become(Path(order["folder"]), processes, ASIDE if order["do"] == "stand aside" else "")

    def stand_aside(self, stop: threading.Event, former: Former) -> None:
        """End what the release before serves, and wait until the database is changed.

        Where the upgrade dies meanwhile, go on as the release that fits the database.
        """
        former.stop()
        self.tell("aside")
        while not stop.is_set():
            if self.asked.wait(POLL):
                self.asked.clear()
                order = messages.read(messages.ORDER)
                if order.get("do") == "change":
                    if Path(order["folder"]) != settings.BASE_DIR:
                        former.end_stand_in()
                        self._become(Path(order["folder"]))
                    return
            elif not is_under_way():
                self.say("The upgrade has ended without a word.")
                if not _fits_the_database(self.say):
                    former.end_stand_in()
                    self._become(Path(messages.read(messages.ORDER)["other"]))
                return

    def _become(self, folder: Path, processes: Sequence[int] = (), how: str = "") -> None:
        """Go on as another release; return where it can't be started."""
        self.say(f"Going on as the release in {folder}.")
        try:
            become(folder, processes, how)
        except OSError as error:
            self.say(f"It can't be started: {error.strerror}.")


def _fits_the_database(say: Say) -> bool:
    from newsroom import lineage
    from newsroom.conditions.database import missing_migrations

    with migrating.alone("default", say):  # a migration that outlives the upgrade ends first
        try:
            lineage.require_own_database()
        except CommandError:
            return False
        return not missing_migrations()
