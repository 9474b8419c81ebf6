"""Rate limits that all processes share, counted in the store of newsroom/guard/counters.py.

No IP address is stored. It is cut to its network, and hashed under a random key that serves for one day (UTC) and is
stored beside the counters alone. A day later, when its last counter has expired, the key is deleted, and nobody can
tell any more whom a counter stood for.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from wsgiref.types import WSGIEnvironment

from django.http import HttpRequest
from django.utils import timezone

from newsroom.guard import counters
from newsroom.guard.proxies import address_in

DAY = 24 * 3600  # seconds
IPV4_PREFIX = 24  # bits: one customer often gets another last byte
IPV6_PREFIX = 48  # bits: what a provider assigns to one customer


@dataclass(frozen=True)
class Limit:
    """At most `times` events of a subject (any text) within `seconds` of its first one; a day at most."""

    name: str
    times: int
    seconds: int

    def __post_init__(self) -> None:
        if self.seconds > DAY:
            raise ValueError("A counter can't outlast the key under which it is kept: a day.")

    def hit(self, subject: str) -> bool:
        """Count one event of the subject, and return whether it is within the limit."""
        return self.count(subject) <= self.times

    def count(self, subject: str) -> int:
        """Count one event of the subject, and return how many there are within the time."""
        return counters.count(self._names(subject), self.seconds)

    def take_back(self, subject: str) -> None:
        """Uncount one event of the subject, unless its counter has expired."""
        counters.take_back(self._names(subject))

    def forget(self, subject: str) -> None:
        """Reset the counter of the subject."""
        counters.forget(self._names(subject))

    def is_spent(self, subject: str) -> bool:
        """Return whether another event would exceed the limit; counts nothing."""
        return self.number(subject) >= self.times

    def number(self, subject: str) -> int:
        """Return how many events of the subject there are within the time; counts nothing."""
        return counters.read(self._names(subject))[0]

    def seconds_left(self, subject: str) -> float:
        """Return the seconds until the counter of the subject expires, or 0."""
        return counters.read(self._names(subject))[1]

    def _names(self, subject: str) -> list[bytes]:
        """Return the names of the subject's counter: under today's key, and under yesterday's where there is one.

        A counter that began before midnight has a name under yesterday's key, and runs until it expires.
        """
        text = f"{self.name}:{subject}".encode("utf-8", "surrogatepass")
        return [hmac.new(key, text, hashlib.sha256).digest()[:16] for key in _keys()]


def network(request: HttpRequest) -> str:
    """Return the visitor's network, as network_in() tells it."""
    return network_in(request.META)


def network_in(environ: WSGIEnvironment) -> str:
    """Return the visitor's network in a WSGI environment: an IPv4 /24 or an IPv6 /48. Count it; don't store it."""
    address = address_in(environ)
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    asked = getattr(asked, "ipv4_mapped", None) or asked
    prefix = IPV4_PREFIX if asked.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network(f"{asked}/{prefix}", strict=False))


def alias(subject: str) -> str:
    """Return a pseudonym of the subject for this day (UTC); two days later nobody can tell whom it stood for."""
    text = f"alias:{subject}".encode("utf-8", "surrogatepass")
    return hmac.new(_keys()[0], text, hashlib.sha256).hexdigest()[:16]


def _keys() -> list[bytes]:
    """Return today's key, which the first call of a day makes, and yesterday's where there is one."""
    today = timezone.now().astimezone(dt.UTC).date()
    names = [today.isoformat(), (today - dt.timedelta(days=1)).isoformat()]
    while names[0] not in (kept := counters.secrets_of(*names)):
        end = dt.datetime.combine(today + dt.timedelta(days=2), dt.time(), dt.UTC)
        counters.keep_secret(names[0], secrets.token_bytes(32), end.timestamp() - counters.now())
    return [kept[name] for name in names if name in kept]
