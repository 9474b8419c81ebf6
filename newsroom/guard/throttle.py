"""Counters that slow down whoever sends too much; they hold across processes, in the shared cache.

No network address is stored. It is first cut to its network, then hashed with a key that is random, changes
at midnight UTC and lies in the cache alone: a day later nobody can tell any more whom a counter stood for.
"""

import hashlib
import hmac
import ipaddress
import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from newsroom.guard.proxies import client_address

DAY = 24 * 3600  # seconds
IPV4_PREFIX = 24  # bits: one subscriber often changes the last number
IPV6_PREFIX = 48  # bits: what one customer of a provider can hold


@dataclass(frozen=True)
class Limit:
    """So many times within so many seconds, counted from the first."""

    name: str
    times: int
    seconds: int

    def hit(self, whom):
        """Count once for whom (any text), and return whether that is within the limit."""
        return self.count(whom) <= self.times

    def count(self, whom):
        """Count once for whom, and return how often it was within the time."""
        key = self._key(whom)
        while True:
            cache.add(key, 0, self.seconds)
            try:
                return cache.incr(key)
            except ValueError:  # its time was over between the two lines
                continue

    def take_back(self, whom):
        """Count once less, where the time of what was counted is not over."""
        with suppress(ValueError):
            cache.decr(self._key(whom))

    def is_spent(self, whom):
        """Return whether another hit would be beyond the limit; this counts nothing."""
        return (cache.get(self._key(whom)) or 0) >= self.times

    def _key(self, whom):
        return f"throttle:{self.name}:{_hashed(whom)}"


def network(request):
    """Return the visitor's network as text: an IPv4 /24 or an IPv6 /48. Count it; don't store it."""
    address = client_address(request)
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    asked = getattr(asked, "ipv4_mapped", None) or asked
    prefix = IPV4_PREFIX if asked.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network(f"{asked}/{prefix}", strict=False))


def _hashed(whom):
    return hmac.new(_key_of_today(), whom.encode(), hashlib.sha256).hexdigest()


def _key_of_today():
    name = f"throttle:key:{timezone.now():%Y-%m-%d}"
    while (key := cache.get(name)) is None:
        cache.add(name, secrets.token_hex(32), DAY)
    return key.encode()
