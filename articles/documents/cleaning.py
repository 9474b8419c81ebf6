"""Runs the cleaning of a document in a process of its own (sandbox.py) with limits on time and memory.

A malicious PDF or XML file can make its parser use unlimited memory or crash. A process can be killed, a thread can't.
Input and output are unnamed temporary files, so that a `kill -9` leaves nothing on disk.
"""

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.functional import cached_property

from . import messages, sandbox

MAX_BYTES = 50 * 1024 * 1024
PATIENCE = sandbox.SECONDS  # until the process is killed
AT_ONCE = 2  # documents that one process of the site cleans at the same time
CHUNK = 1024 * 1024

_slots = threading.BoundedSemaphore(AT_ONCE)


class BinaryFile(Protocol):
    """A seekable binary file, such as an upload of Django."""

    def read(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


@dataclass(frozen=True)
class Document:
    """A clean document; the findings are what an editor must accept before it may be public."""

    data: bytes = field(repr=False)
    content_type: str
    extension: str  # without a dot
    pages: int | None
    text: str = field(repr=False)  # for the search index
    findings: tuple[messages.Finding, ...]

    @cached_property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.data)


def clean(upload: BinaryFile, *, filename: str = "") -> Document:
    """Return the clean Document of an open file; raises Refused for one that can't be published.

    It may take up to 30 seconds: call it outside of transactions. Of the file name only ".csv" matters: it tells a
    table of one column from other text.
    """
    size = _size_of(upload)
    if size == 0:
        raise messages.refusal("empty", {})
    if size > MAX_BYTES:
        raise messages.refusal("too_large", {"size": -(-size // (1024 * 1024))})
    if not _slots.acquire(blocking=False):
        raise messages.refusal("busy", {})
    try:
        result, data = _run_sandbox(upload, Path(filename or "").suffix.lower())
    finally:
        _slots.release()
    if "refused" in result:
        raise messages.refusal(result["refused"], result["params"])
    findings = tuple(messages.finding(kind, places) for kind, places in result["findings"].items())
    return Document(
        data, result["content_type"], result["extension"], result["pages"], result["text"], findings
    )


def _size_of(upload: BinaryFile) -> int:
    upload.seek(0, os.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    return size


def _run_sandbox(upload: BinaryFile, suffix: str) -> tuple[sandbox.Result, bytes]:
    """Return what the process reports, and the clean document."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        while chunk := upload.read(CHUNK):
            given.write(chunk)
        given.seek(0)
        command = [sys.executable, "-I", str(Path(__file__).with_name("sandbox.py")), suffix]
        # Without the variable each thread reserves 64 MB of the address space.
        environment = os.environ | {"MALLOC_ARENA_MAX": "1"}
        process = subprocess.Popen(command, stdin=given, stdout=made, env=environment)  # noqa: S603 - our own command
        code: int | None
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            process.kill()
            process.wait()
        made.seek(0)
        output = made.read()
    if code != 0 or len(output) < 4:
        return {"refused": "takes_too_long" if code in _OUT_OF_BOUNDS else "damaged", "params": {}}, b""
    (length,) = struct.unpack_from(">I", output)
    return json.loads(output[4 : 4 + length]), output[4 + length :]


_OUT_OF_BOUNDS = {  # exit codes
    None,  # PATIENCE is over
    1,  # no memory was left to report the error: the sandbox reports all others
    -signal.SIGXCPU,
    -signal.SIGKILL,
    -signal.SIGABRT,  # C++ libraries that run out of memory
}
