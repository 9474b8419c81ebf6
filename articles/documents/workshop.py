"""The process that cleans one document: it reads it from stdin, and writes what it tells and the clean one to stdout.

It runs as a program of its own, under limits, without settings, database or network.
"""

import json
import os
import resource
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

SECONDS = 30  # of the processor, and of the clock of whoever started it
SPARE = 8  # seconds of them for the start, and for what follows the reading of text
MEMORY = 512 * 1024**2  # bytes of address space
TO_ANSWER = 32 * 1024**2  # bytes more, to say that they were not enough
_ALL_MEMORY = (
    MEMORY + TO_ANSWER,
    MEMORY + TO_ANSWER,
)  # made before: where there is none left, nothing can be


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY + TO_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # pages go first
    parent = os.getppid()

    def end_with_parent() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _answer(told: dict[str, Any], data: bytes = b"") -> None:
    resource.setrlimit(resource.RLIMIT_AS, _ALL_MEMORY)
    head = json.dumps(told).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(head)))
    out.write(head)
    out.write(data)
    out.flush()


def _is_want_of_memory(error: BaseException) -> bool:
    """Return whether an error, or one behind it, says in the words of a library that memory is short."""
    while error is not None:
        words = str(error).lower()
        if isinstance(error, MemoryError) or "bad_alloc" in words or "memory" in words:
            return True
        error = error.__cause__ or error.__context__
    return False


def main(suffix: str) -> None:
    """Clean what lies in stdin."""
    until = time.monotonic() + SECONDS - SPARE
    _confine()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from articles.documents import kinds
    from articles.documents.report import Report, Trouble

    report = Report(until)
    try:
        kind, data = kinds.cleaned(sys.stdin.buffer.read(), suffix, report)
    except Trouble as trouble:
        code = "takes_too_long" if _is_want_of_memory(trouble) else trouble.code
        _answer({"refused": code, "params": trouble.params})
    except (MemoryError, RecursionError):
        _answer({"refused": "takes_too_long", "params": {}})
    except Exception as error:  # readers raise whatever they like for a broken file, or for want of memory
        if os.environ.get("DOCUMENTS_TRACE"):
            raise
        code = "takes_too_long" if _is_want_of_memory(error) else "damaged"
        sys.stderr.write(f"A document was refused ({code}): {type(error).__name__}\n")
        _answer({"refused": code, "params": {}})
    else:
        told = {
            "content_type": kind.content_type,
            "extension": kind.extension,
            "pages": report.pages,
            "text": report.text,
            "findings": report.found,
        }
        _answer(told, data)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
