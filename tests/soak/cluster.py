"""A PostgreSQL server of one's own, made from the programs that Debian brings, which tests may restart."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port


class Cluster:
    """A running server: its address, and how to restart it without a goodbye to anybody."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="newsroom-postgres-"))
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-A", "trust", "-U", "postgres", "-D", self.data, "--no-locale", "-E", "UTF8")
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", self.options, "-w", "start")

    @property
    def data(self):
        return self.folder / "data"

    @property
    def options(self):
        return f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"

    def restart(self):
        """End every connection at once, as a crash would, and start again."""
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", self.options, "-m", "immediate",
                  "-w", "restart")  # fmt: skip

    def remove(self):
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name, *arguments):
        command = [str(self.programs / name), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def cluster():
    """Run with a Cluster; skips where PostgreSQL's programs are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL's programs are missing: `apt-get install postgresql` brings them.")
    spared = os.environ.pop("PGOPTIONS")  # what was committed has to survive this server
    running = Cluster(found[-1].parent)
    try:
        yield running
    finally:
        running.remove()
        os.environ["PGOPTIONS"] = spared
