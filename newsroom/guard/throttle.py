"""Counters that slow down whoever sends too much; they hold across processes, in a store of their own.

No network address is stored. It is first cut to its network, then hashed with a key that is random, serves for the
hits of one day (UTC) and lies in that store alone: a day later, when its last counter has ended, it is deleted, and
nobody can tell any more whom a counter stood for.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from newsroom.guard import counters
from newsroom.guard.proxies import client_address

DAY = 24 * 3600  # seconds
IPV4_PREFIX = 24  # bits: one subscriber often changes the last number
IPV6_PREFIX = 48  # bits: what one customer of a provider can hold


@dataclass(frozen=True)
class Limit:
    """So many times within so many seconds, a day at most, counted from the first."""

    name: str
    times: int
    seconds: int

    def __post_init__(self) -> None:
        if self.seconds > DAY:
            raise ValueError("A counter can't outlast the key under which it is kept: a day.")

    def hit(self, whom: str) -> bool:
        """Count once for whom (any text), and return whether that is within the limit."""
        return self.count(whom) <= self.times

    def count(self, whom: str) -> int:
        """Count once for whom, and return how often it was within the time."""
        return counters.count(self._names(whom), self.seconds)

    def take_back(self, whom: str) -> None:
        """Count once less, where the time of what was counted is not over."""
        counters.take_back(self._names(whom))

    def forget(self, whom: str) -> None:
        """Begin at nothing for whom."""
        counters.forget(self._names(whom))

    def is_spent(self, whom: str) -> bool:
        """Return whether another hit would be beyond the limit; this counts nothing."""
        return self.number(whom) >= self.times

    def number(self, whom: str) -> int:
        """Return how often whom was counted within the time; this counts nothing."""
        return counters.read(self._names(whom))[0]

    def seconds_left(self, whom: str) -> float:
        """Return the seconds until the time of what was counted is over, or 0."""
        return counters.read(self._names(whom))[1]

    def _names(self, whom: str) -> list[bytes]:
        """Return the names of its counter: under the key of today, and under that of yesterday where there is one.

        What was opened before midnight stands under yesterday's, and counts on until its time is over.
        """
        text = f"{self.name}:{whom}".encode("utf-8", "surrogatepass")
        return [hmac.new(key, text, hashlib.sha256).digest()[:16] for key in _keys()]


def network(request: HttpRequest) -> str:
    """Return the visitor's network as text: an IPv4 /24 or an IPv6 /48. Count it; don't store it."""
    address = client_address(request)
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    asked = getattr(asked, "ipv4_mapped", None) or asked
    prefix = IPV4_PREFIX if asked.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network(f"{asked}/{prefix}", strict=False))


def alias(whom: str) -> str:
    """Return a name for whom that is the same all day (UTC); two days later nobody can tell whom it stood for."""
    text = f"alias:{whom}".encode("utf-8", "surrogatepass")
    return hmac.new(_keys()[0], text, hashlib.sha256).hexdigest()[:16]


def _keys() -> list[bytes]:
    """Return the key of today, made where there is none yet, and that of yesterday where there was one."""
    today = timezone.now().astimezone(dt.UTC).date()
    names = [today.isoformat(), (today - dt.timedelta(days=1)).isoformat()]
    while names[0] not in (kept := counters.secrets_of(*names)):
        end = dt.datetime.combine(today + dt.timedelta(days=2), dt.time(), dt.UTC)
        counters.keep_secret(names[0], secrets.token_bytes(32), end.timestamp() - counters.now())
    return [kept[name] for name in names if name in kept]
