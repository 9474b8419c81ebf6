"""Ends requests to a bucket: time limits hold for each piece of an answer, and a bucket may send a byte now and then."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

LONGEST = (
    20  # seconds that a request may take, and a second more for each SLOWEST bytes that it sends or fetches
)
SLOWEST = 100_000
LOOK_EVERY = 0.5  # seconds

_until: WeakKeyDictionary[Any, float] = (
    WeakKeyDictionary()
)  # by connection of urllib3, which is without types
_lock = threading.Lock()
_looking: threading.Thread | None = None


def _begin(connection: Any, seconds: float) -> None:
    """Let a connection be ended after so many seconds, unless another request begins on it."""
    global _looking
    with _lock:
        _until[connection] = time.monotonic() + seconds
        if _looking is None or not _looking.is_alive():  # a web process has been forked since
            _looking = threading.Thread(target=_look, name="bucket-deadlines", daemon=True)
            _looking.start()


def _look() -> None:
    """End what takes too long: whoever waits for it gets an error at once."""
    while True:
        time.sleep(LOOK_EVERY)
        with _lock:
            late = [one for one, until in _until.items() if time.monotonic() > until]
            for connection in late:
                del _until[connection]
        for connection in late:
            with suppress(OSError, AttributeError):  # it has been closed since
                connection.sock.shutdown(socket.SHUT_RDWR)


def _bytes_of(headers: Any) -> int:
    """Return how many bytes a request sends or asks for, as its headers tell."""

    def text(name: str) -> str:
        value = headers.get(name, "")
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)

    with suppress(ValueError):
        start, _dash, end = text("Range").removeprefix("bytes=").partition("-")
        return int(end) - int(start)
    with suppress(ValueError):
        return int(text("Content-Length"))
    return 0


class _Bounded:
    """Of a connection: each request that begins on it has an end."""

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, *more: Any, **how: Any
    ) -> Any:
        _begin(self, LONGEST + _bytes_of(headers or {}) / SLOWEST)
        return super().request(method, url, body, headers, *more, **how)  # type: ignore[misc]  # as botocore has it


class _Connection(_Bounded, AWSHTTPConnection):
    pass


class _SecureConnection(_Bounded, AWSHTTPSConnection):
    pass


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def bound(resource: Any) -> None:
    """Let the requests of a resource of boto3 have an end. boto3 has no setting for it."""
    session = resource.meta.client._endpoint.http_session
    session._pool_classes_by_scheme.update(http=_Pool, https=_SecurePool)
