"""Hands a document to a process of its own, whose time and memory are bounded, and takes the clean one back.

Readers of PDF and XML grow without measure, or crash, on files that were made for it; a thread can't be
ended, a process can. Both files between them have no name: a `kill -9` leaves nothing behind.
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

from django.utils.functional import cached_property

from . import words, workshop

MAX_BYTES = 50 * 1024 * 1024
PATIENCE = workshop.SECONDS  # until the process is ended
AT_ONCE = 2  # documents in work in one process of the site
CHUNK = 1024 * 1024

_room = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Document:
    """A document without its makers' traces; findings are what an editor must accept before it is public."""

    data: bytes = field(repr=False)
    content_type: str
    extension: str  # without a dot
    pages: int | None
    text: str = field(repr=False)  # for the search
    findings: tuple[words.Finding, ...]

    @cached_property
    def size(self):
        """Return the number of bytes."""
        return len(self.data)


def clean(upload, *, filename=""):
    """Return the Document of an open binary file, or raise Refused.

    It may take some seconds: call it outside transactions. The name only helps to tell a table of one
    column from other text.
    """
    size = _size_of(upload)
    if size == 0:
        raise words.refusal("empty", {})
    if size > MAX_BYTES:
        raise words.refusal("too_large", {"size": -(-size // (1024 * 1024))})
    if not _room.acquire(blocking=False):
        raise words.refusal("busy", {})
    try:
        told, data = _worked_on(upload, Path(filename or "").suffix.lower())
    finally:
        _room.release()
    if "refused" in told:
        raise words.refusal(told["refused"], told["params"])
    findings = tuple(words.finding(kind, places) for kind, places in told["findings"].items())
    return Document(data, told["content_type"], told["extension"], told["pages"], told["text"], findings)


def _size_of(upload):
    upload.seek(0, os.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    return size


def _worked_on(upload, suffix: str):
    """Return what the process tells, and the bytes that it made."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        while chunk := upload.read(CHUNK):
            given.write(chunk)
        given.seek(0)
        command = [sys.executable, "-I", str(Path(__file__).with_name("workshop.py")), suffix]
        environment = os.environ | {
            "MALLOC_ARENA_MAX": "1"
        }  # or each thread claims 64 MB of what it may address
        process = subprocess.Popen(command, stdin=given, stdout=made, env=environment)  # noqa: S603 - our own command
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            process.kill()
            process.wait()
        made.seek(0)
        answer = made.read()
    if code != 0 or len(answer) < 4:
        return {"refused": "takes_too_long" if code in _OUT_OF_BOUNDS else "damaged", "params": {}}, b""
    (length,) = struct.unpack_from(">I", answer)
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


_OUT_OF_BOUNDS = {
    None,  # our own patience
    1,  # not even the memory to answer was left: all other faults are told
    -signal.SIGXCPU,
    -signal.SIGKILL,
    -signal.SIGABRT,  # libraries in C++ end so for want of memory
}
