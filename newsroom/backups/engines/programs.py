"""Finds PostgreSQL's own programs, and runs them without a password on a command line."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ..refused import Refused

FOLDERS = "/usr/lib/postgresql/*/bin"  # where Debian and Ubuntu keep each version
VERSION = re.compile(rb"\(PostgreSQL\) (\d+)")
POLL = 1  # seconds
VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}

type Failures = list[str]


class Programs:
    """pg_dump, pg_restore and psql of one version, with the address of the database in their environment."""

    def __init__(self, folder: Path, parameters: dict[str, Any]) -> None:  # whatever the driver takes
        self.pg_dump, self.pg_restore = [str(folder / "pg_dump")], [str(folder / "pg_restore")]
        self._psql = [str(folder / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        named = {
            VARIABLES[name]: str(value) for name, value in parameters.items() if name in VARIABLES and value
        }
        self.environment = {**os.environ, "PGAPPNAME": "newsroom-backup", **named}

    def run(self, command: list[str], beat: Callable[[], None], name: str) -> None:
        """Run a program to its end; raises Refused with its own words where it fails."""
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            try:
                while True:
                    with suppress(subprocess.TimeoutExpired):
                        _out, words = process.communicate(timeout=POLL)
                        break
                    beat()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise Refused(f"{name} failed: {last_line(words)}")

    @contextmanager
    def psql(self, dbname: str = "") -> Iterator[tuple[IO[bytes], Failures]]:
        """Yield what psql reads, and a list that holds its words afterwards where it failed.

        Where the caller fails, psql is killed before it can see the end of its input.
        """
        environment = self.environment | ({"PGDATABASE": dbname} if dbname else {})
        failures: Failures = []
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            self._psql,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stdin and process.stderr  # noqa: S101 - for mypy: both are pipes
        words: list[bytes] = []
        reader = threading.Thread(target=lambda: words.extend(process.stderr or ()), daemon=True)
        reader.start()
        try:
            with suppress(BrokenPipeError):  # psql has ended, and says why
                yield process.stdin, failures
                process.stdin.flush()
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
            reader.join()
            errors = [line for line in words if b"ERROR" in line or b"FATAL" in line]
            if process.returncode:
                failures.append(last_line(b"".join(errors[:1] or words)))
            process.stderr.close()


def last_line(words: bytes) -> str:
    """Return the last line of what a program said."""
    lines = [line for line in words.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def find_programs(parameters: dict[str, Any], server_version: int) -> Programs:
    """Return the oldest installed programs that are as new as the server; raises Refused where there are none."""
    wanted, found = server_version // 10_000, []
    on_path = shutil.which("pg_dump")
    folders = [*Path("/").glob(FOLDERS.lstrip("/")), *([Path(on_path).parent] if on_path else [])]
    for folder in folders:
        programs = [folder / name for name in ("pg_dump", "pg_restore", "psql")]
        if all(program.is_file() for program in programs):
            told = subprocess.run([str(programs[0]), "--version"], capture_output=True, check=False).stdout  # noqa: S603
            if match := VERSION.search(told):
                found.append((int(match[1]), folder))
    suited = sorted((version, str(folder)) for version, folder in found if version >= wanted)
    if suited:
        return Programs(Path(suited[0][1]), parameters)
    newest = max((version for version, _folder in found), default=None)
    there = f"the newest here is {newest}" if newest else "none are here"
    raise Refused(
        f"The server is PostgreSQL {wanted}, and its backup needs pg_dump, pg_restore and psql {wanted} or newer "
        f"({there}): install the package postgresql-client-{wanted}."
    )
