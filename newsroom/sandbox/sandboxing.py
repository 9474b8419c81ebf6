"""Runs the reading of an untrusted file in a process of its own with limits on time and memory.

A malicious file can make its decoder or parser hang, crash or use unlimited memory. A process can be killed, a thread
can't. Input and output are unnamed temporary files, so that a `kill -9` leaves nothing on disk. The process that is
run needs no settings, database or network; newsroom/sandbox/confining.py is its side.
"""

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

CHUNK = 1024 * 1024  # bytes that are copied at a time
ROOT = Path(__file__).resolve().parents[2]
# What the process gets of the environment: none of the keys and passwords in it, since a decoder that reads beyond its
# buffer can copy memory into pixels.
PASSED_ON = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DOCUMENTS_TRACE"}

OUT_OF_BOUNDS = {  # exit codes
    None,  # patience is over
    1,  # no memory was left to report the error: all others are reported
    -signal.SIGXCPU,
    -signal.SIGKILL,
    -signal.SIGABRT,  # C++ libraries that run out of memory
    -signal.SIGXFSZ,
}


class Readable(Protocol):
    """A binary file, such as an upload of Django."""

    def read(self, size: int, /) -> bytes: ...


def run(
    program: ModuleType, arguments: Sequence[str], upload: Readable, patience: float
) -> tuple[int | None, dict[str, Any], bytes]:
    """Run program.main(*arguments) with the file as its stdin; it is killed after so many seconds (wall clock).

    Return its exit code (None where it was killed for its time), its result and the bytes that it made, both empty
    where it ended without a result.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        while chunk := upload.read(CHUNK):
            given.write(chunk)
        given.seek(0)
        start = f"import sys; sys.path.insert(0, sys.argv[1]); from {program.__name__} import main; main(*sys.argv[2:])"
        command = [sys.executable, "-I", "-c", start, str(ROOT), *arguments]
        # Without the variable each thread reserves 64 MB of the address space.
        environment = {name: value for name, value in os.environ.items() if name in PASSED_ON}
        environment["MALLOC_ARENA_MAX"] = "1"
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=given, stdout=made, env=environment, start_new_session=True
        )
        code: int | None = None
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(
                ProcessLookupError, PermissionError
            ):  # also what the process has started, which outlives it
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        made.seek(0)
        output = made.read()
    if code != 0 or len(output) < 4:
        return code, {}, b""
    (length,) = struct.unpack_from(">I", output)
    return code, json.loads(output[4 : 4 + length]), output[4 + length :]
