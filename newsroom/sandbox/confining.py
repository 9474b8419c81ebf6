"""Confines the process in which an untrusted file is read, and writes its result; sandboxing.py runs it.

Each file starts such a process anew, so this module loads little.
"""

import json
import os
import resource
import signal
import struct
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

MOST_WRITTEN = 512 * 1024**2  # bytes of a file that the process writes, its output too
TO_ANSWER = 32 * 1024**2  # bytes beyond the limit, for the result that memory ran out
_bounds = [(resource.RLIM_INFINITY, resource.RLIM_INFINITY)]  # made now: without memory no tuple can be made


def confine(seconds: int, memory: int) -> None:
    """Limit processor time (seconds), address space and written files (bytes); end this process with its parent."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    _bounds[0] = (memory + TO_ANSWER, memory + TO_ANSWER)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory + TO_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    os.nice(5)  # requests for pages go first
    # Where the machine runs out of memory, this process ends and not the site.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123 - pathlib takes time to load
        score.write("1000")
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
