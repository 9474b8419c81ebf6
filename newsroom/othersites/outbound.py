"""An HTTP client for other people's servers, protected against server-side request forgery (SSRF).

The host is resolved once; every address it resolves to must be public, and the connection goes to the address that was
checked, so that a second look-up can't lead elsewhere (DNS rebinding). TLS is verified against the host name. It uses
http.client, which accepts a connected socket; docs/decisions/requests-to-other-sites.md says why no library does it.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote, urlsplit

import certifi
from django.conf import settings

from . import clocks

PORTS = {"http": 80, "https": 443}
LOOKUP = 6  # seconds to resolve a name
CONNECT = 8  # seconds to connect
MOST_BYTES = 64 * 1024  # that are read of a response, at most
LONGEST = 2_000  # characters of a URL
_lookups = ThreadPoolExecutor(4, thread_name_prefix="names")

type Resolver = Callable[[str, int], list[str]]  # host and port to IP addresses


class NotAsked(Exception):
    """A request that was refused or failed; the reason is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REASONS = ("malformed", "private", "name", "connection", "certificate", "slow", "protocol")


@dataclass(frozen=True)
class Response:
    """A server's response; the body is cut after the bytes that were asked for."""

    status: int
    headers: dict[str, str] = field(repr=False)  # by lower-case name
    body: bytes = field(repr=False)


@cache
def trust() -> ssl.SSLContext:
    """Return the TLS settings: the certificate authorities of this machine and of certifi."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order of this machine's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


# From IANA's special-purpose address registries, independent of the version of `ipaddress`.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments, Teredo and ORCHID
        "2001:db8::/32",  # documentation
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
]
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291; excludes fec0::/10 and 5f00::/16
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: IPv4 as seen from IPv6-only networks


def is_public(address: str) -> bool:
    """Return whether an IP address is public; an IPv4 address embedded in it (NAT64, 6to4) has to be, too."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in NAT64:
            return is_public(str(ipaddress.ip_address(int(ip) & 0xFFFFFFFF)))
        if ip not in GLOBAL_UNICAST or (ip.sixtofour and not is_public(str(ip.sixtofour))):
            return False
    if any(ip in network for network in NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def split(url: str) -> tuple[str, str, int, str]:
    """Return (scheme, host, port, target) of a URL; raises NotAsked where it is malformed or not http(s)."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as error:
        raise NotAsked("malformed") from error
    if scheme not in PORTS or not host or parts.username is not None or len(url) > LONGEST:
        raise NotAsked("malformed")
    try:
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotAsked("malformed") from error
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?[]')}" if parts.query else ""
    )
    return scheme, host.lower(), port or PORTS[scheme], target


def ask(
    url: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
    seconds: float = 20,
    resolve: Resolver = look_up,
    context: ssl.SSLContext | None = None,
) -> Response:
    """Return the Response to one request, without following redirects; raises NotAsked.

    It ends within `seconds`, whatever the server does, and reads at most `most` bytes of the body.
    """
    scheme, host, port, target = split(url)
    deadline = time.monotonic() + seconds
    sockets = [_connected(_public_address(host, port, resolve), port, deadline)]  # the last one is in use
    ending = threading.Timer(max(0.1, deadline - time.monotonic()), _shut_last, [sockets])
    ending.daemon = True
    ending.start()
    try:
        if scheme == "https":
            sockets.append((context or trust()).wrap_socket(sockets[-1], server_hostname=host))
        connection = http.client.HTTPConnection(host, port, timeout=CONNECT)
        connection.sock = sockets[-1]
        response = _exchange(connection, method, target, headers or {}, min(most, MOST_BYTES))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotAsked(_reason_of(error, is_late=time.monotonic() >= deadline)) from error
    finally:
        ending.cancel()
        for sock in sockets:
            with suppress(OSError):
                sock.close()
    clocks.note(host, response.headers)
    return response


def _exchange(
    connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str], most: int
) -> Response:
    """Send a request over an open connection and read the response; closes the connection."""
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in {"Accept-Encoding": "identity", "Connection": "close", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        body = b"" if method == "HEAD" else response.read(most)
        return Response(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
    finally:
        connection.close()


def _reason_of(error: Exception, is_late: bool) -> str:
    """Return which of REASONS an error of a request is; is_late: its time was over."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if is_late or isinstance(error, TimeoutError):
        return "slow"
    return "connection" if isinstance(error, OSError) else "protocol"


def _public_address(host: str, port: int, resolve: Resolver) -> str:
    """Return the first address of the host; raises NotAsked unless all its addresses are public."""
    try:
        addresses = _lookups.submit(resolve, host, port).result(LOOKUP)
    except TooSlow as error:
        raise NotAsked("slow") from error
    except (OSError, UnicodeError) as error:
        raise NotAsked("name") from error
    if not addresses:
        raise NotAsked("name")
    if not settings.LINKS_MAY_BE_PRIVATE and not all(is_public(address) for address in addresses):
        raise NotAsked("private")
    return addresses[0]


def _connected(address: str, port: int, deadline: float) -> socket.socket:
    try:
        return socket.create_connection((address, port), min(CONNECT, max(0.1, deadline - time.monotonic())))
    except TimeoutError as error:
        raise NotAsked("slow") from error
    except OSError as error:
        raise NotAsked("connection") from error


def _shut_last(sockets: list[socket.socket]) -> None:
    with suppress(OSError):
        sockets[-1].shutdown(socket.SHUT_RDWR)
