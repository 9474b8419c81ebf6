"""Runs the reading of an untrusted file in a process of its own with limits on time and memory.

A malicious file can make its decoder or parser hang, crash or use unlimited memory. A process can be killed, a thread
can't. Input and output are unnamed temporary files, so that a `kill -9` leaves nothing on disk. The process that is
run needs no settings, database or network.
"""

import json
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

CHUNK = 1024 * 1024  # bytes that are copied at a time
TO_ANSWER = 32 * 1024**2  # bytes beyond the limit, for the result that memory ran out
ROOT = Path(__file__).resolve().parents[2]
_bounds = [(resource.RLIM_INFINITY, resource.RLIM_INFINITY)]  # made now: without memory no tuple can be made


MOST_WRITTEN = 512 * 1024**2  # bytes of a file that the process writes, its output too
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


def confine(seconds: int, memory: int) -> None:
    """Limit processor time (seconds), address space and written files (bytes); end this process with its parent."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    _bounds[0] = (memory + TO_ANSWER, memory + TO_ANSWER)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + TO_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    os.nice(5)  # requests for pages go first
    with suppress(OSError):  # where the machine runs out of memory, this process ends and not the site
        Path("/proc/self/oom_score_adj").write_text("1000")
    parent = os.getppid()

    def end_with_parent() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()


def write_result(result: Mapping[str, Any], data: bytes = b"") -> None:
    """Write the length of the result in JSON, the result and the clean file to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, _bounds[0])
    head = json.dumps(result).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(head)))
    out.write(head)
    out.write(data)
    out.flush()


def is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether an error, or one of its causes, is a lack of memory, judged by its type and message."""
    while error is not None:
        message = str(error).lower()
        if isinstance(error, MemoryError) or "bad_alloc" in message or "memory" in message:
            return True
        error = error.__cause__ or error.__context__
    return False
