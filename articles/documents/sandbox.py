"""The process that cleans one document: reads it from stdin, and writes its report and the clean document to stdout.

cleaning.py runs it as a program, under limits, without settings, database or network.
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
from typing import TypedDict

SECONDS = 30  # of processor time, and of wall-clock time
SPARE = 8  # seconds of them for the start, and for the steps after the reading of text
MEMORY = 512 * 1024**2  # bytes of address space
TO_ANSWER = 32 * 1024**2  # bytes more, for the report that memory ran out
_ALL_MEMORY = (MEMORY + TO_ANSWER, MEMORY + TO_ANSWER)  # made now: without memory no tuple can be made


class Result(TypedDict, total=False):
    """The report in JSON: refused and params of a document that is refused, the other keys of a clean one."""

    refused: str  # a key of messages.REFUSALS
    params: dict[str, object]
    content_type: str
    extension: str
    pages: int | None
    text: str
    findings: dict[str, list[dict[str, str]]]


def _confine() -> None:
    """Limit time and memory, and end this process as soon as its parent ends."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY + TO_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # requests for pages go first
    parent = os.getppid()

    def end_with_parent() -> None:
        """Kill this process once its parent has ended."""
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _write(result: Result, data: bytes = b"") -> None:
    """Write the length of the report, the report and the clean document to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, _ALL_MEMORY)
    head = json.dumps(result).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(head)))
    out.write(head)
    out.write(data)
    out.flush()


def _is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error, or one of its causes, is a lack of memory, judged by its type and message."""
    cause: BaseException | None = error
    while cause is not None:
        message = str(cause).lower()
        if isinstance(cause, MemoryError) or "bad_alloc" in message or "memory" in message:
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def main(suffix: str) -> None:
    """Clean the document in stdin."""
    until = time.monotonic() + SECONDS - SPARE
    _confine()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from articles.documents import filetypes
    from articles.documents.report import Report, Trouble

    report = Report(until)
    try:
        filetype, data = filetypes.cleaned(sys.stdin.buffer.read(), suffix, report)
    except Trouble as trouble:
        code = "takes_too_long" if _is_out_of_memory(trouble) else trouble.code
        _write({"refused": code, "params": trouble.params})
    except (MemoryError, RecursionError):
        _write({"refused": "takes_too_long", "params": {}})
    except Exception as error:  # parsers raise all kinds of errors for a broken file, or without memory
        if os.environ.get("DOCUMENTS_TRACE"):
            raise
        code = "takes_too_long" if _is_out_of_memory(error) else "damaged"
        sys.stderr.write(f"A document was refused ({code}): {type(error).__name__}\n")
        _write({"refused": code, "params": {}})
    else:
        result: Result = {
            "content_type": filetype.content_type,
            "extension": filetype.extension,
            "pages": report.pages,
            "text": report.text,
            "findings": report.found,
        }
        _write(result, data)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
