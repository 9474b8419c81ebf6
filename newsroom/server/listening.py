"""The sockets at which the site listens: opened once, and handed on to whoever answers next, also of another release.

Each web worker has one of its own at the same port (SO_REUSEPORT), among which the kernel divides connections evenly.
What waits in the queue of one that closes is lost, though others listen; what waits at one that is handed on is not.
"""

import os
import socket
from contextlib import suppress
from pathlib import Path

LISTENER = "NEWSROOM_LISTENER"  # the variable that names the descriptors which a process is handed
BACKLOG = 1024  # connections that wait to be accepted
MOST_UNSENT = 128 * 1024  # bytes of a response in the kernel's send buffer, which it doubles
LONGEST_STALL = 120_000  # milliseconds that a client may acknowledge nothing


def _address(host: str, port: int) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    """Return family and address to listen at; raises OSError, and OverflowError for a port that can't be."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _kind, _protocol, _name, address = found[0]
    return family, address


def require_free(host: str, port: int) -> None:
    """Raise OSError or OverflowError where it can't be listened there, or anybody does."""
    family, address = _address(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def handed_on() -> list[socket.socket]:
    """Return the sockets that this process was handed."""
    found: list[socket.socket] = []
    for descriptor in os.environ.get(LISTENER, "").split():
        with suppress(OSError, ValueError):
            found.append(socket.socket(fileno=int(descriptor)))
            found[-1].set_inheritable(False)
    return found


def hand_on(folder: Path, environment: dict[str, str]) -> None:
    """Let the sockets outlive this process's change to the release in a folder, if that one takes it."""
    if (folder / "newsroom" / "server" / "listening.py").is_file() and LISTENER in environment:
        for descriptor in environment[LISTENER].split():
            os.set_inheritable(int(descriptor), True)
    else:
        environment.pop(LISTENER, None)


def at(host: str, port: int, number: int = 1) -> list[socket.socket]:
    """Return so many sockets: those that were handed on, and new ones. Raises what require_free() raises.

    Of more than are needed the rest is closed, and with another address all are.
    """
    family, address = _address(host, port)
    found: list[socket.socket] = []
    for former in handed_on():
        if len(found) < number and former.getsockname()[:2] == address[:2]:
            found.append(former)
        else:
            former.close()
    while len(found) < number:
        found.append(_opened(family, found[0].getsockname() if found else address))
    os.environ[LISTENER] = " ".join(str(one.fileno()) for one in found)
    return found


def close(listeners: list[socket.socket]) -> None:
    """Stop listening, so that nobody is kept waiting while requests under way are answered."""
    for one in listeners:
        one.close()


def _opened(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    """Return a new socket that listens beside others at the same address."""
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # Accepted connections inherit both.
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNSENT)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, LONGEST_STALL)
    try:
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    made.setblocking(False)  # a release that ends and one that begins may wait for the same connection
    return made
