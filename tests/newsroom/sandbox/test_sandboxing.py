"""The process that reads an untrusted file: what it can't do even where a file takes it over."""

import io
import os
import signal
import time
from pathlib import Path

import pytest

from newsroom.sandbox import sandboxing

from . import hostile

pytestmark = pytest.mark.own_process


def run(what):
    return sandboxing.run(hostile, [what], io.BytesIO(b"file"), 20)


def is_alive(pid):
    """Return whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_fills_no_disk():
    assert run("fill") == (-signal.SIGXFSZ, {}, b"")


def test_what_it_starts_ends_with_it():
    _code, told, _data = run("stay")
    until = time.monotonic() + 5
    while is_alive(told["child"]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(told["child"])


def test_it_holds_no_key_of_the_site(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "planted")
    monkeypatch.setenv("INQUIRY_KEYS", "planted")
    _code, told, _data = run("look")
    assert "planted" not in told["environment"].values()
    assert told["environment"]["PATH"] == os.environ["PATH"]
