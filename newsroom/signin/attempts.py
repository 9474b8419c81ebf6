"""Limits wrong passwords: per network and account, per network, and per account over all networks.

A browser in which the account has signed in before has a counter of its own instead, so that nobody can lock an owner
out by guessing.
"""

import logging
import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.guard.door import close_door
from newsroom.guard.throttle import Limit, network
from newsroom.signin import devices

logger = logging.getLogger(__name__)

QUARTER = 15 * 60  # seconds
PAIR = Limit("signin-pair", 10, QUARTER)  # wrong passwords of one account from one network
NETWORK = Limit("signin-network", 30, QUARTER)  # of all accounts from one network
ACCOUNT = Limit("signin-account", 50, 3600)  # of one account from all networks
DEVICE = Limit("signin-device", 10, QUARTER)  # of one account in a browser that it has used before


def limits_of(request: HttpRequest, username: str) -> list[tuple[Limit, str]]:
    """Return the limits that a wrong password counts towards, each with its subject."""
    name = devices.normalised(username)
    if device := devices.known(request, username):
        return [(DEVICE, f"{device} {name}")]
    visitor = network(request)
    return [(PAIR, f"{visitor} {name}"), (NETWORK, visitor), (ACCOUNT, name)]


def is_locked(request: HttpRequest, username: str) -> bool:
    """Return whether a password for this account is refused without a check."""
    return any(limit.is_spent(subject) for limit, subject in limits_of(request, username))


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong password; one that was refused without a check counts towards its network alone."""
    limits = limits_of(request, username)
    if any(limit.is_spent(subject) for limit, subject in limits):
        limits = [
            (limit, subject) for limit, subject in limits if limit is NETWORK and not limit.is_spent(subject)
        ]
    for limit, subject in limits:
        if limit.count(subject) == limit.times:
            logger.warning("Signing in is closed for a while: the limit %s is reached.", limit.name)
            if limit in {ACCOUNT, DEVICE}:
                _note(username)


def _note(username: str) -> None:
    """Write into the log that an account is closed to guesses, once until it is open again."""
    # They are models, which are loaded after this module.
    from django.contrib.auth.models import User

    from newsroom.signin import events

    if account := User.objects.filter(username=username).first():
        events.note(events.Kind.GUESSED, account)


def forgive(request: HttpRequest, username: str) -> None:
    """Reset the counters of whoever has signed in; those of the network and of the account stay."""
    for limit, subject in limits_of(request, username):
        if limit in {PAIR, DEVICE}:
            limit.forget(subject)


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the 429 page that says when to try again; the door repeats it for a locked network."""
    limits = limits_of(request, name_in(credentials))
    spent = [(limit, subject) for limit, subject in limits if limit.is_spent(subject)]
    seconds = math.ceil(max((limit.seconds_left(subject) for limit, subject in spent), default=60))
    context = {"minutes": max(math.ceil(seconds / 60), 1)}
    response = render(request, "admin/locked_out.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return close_door(response) if NETWORK in {limit for limit, _subject in spent} else response


def name_in(credentials: dict[str, Any] | None) -> str:
    """Return the user name in credentials, or ""."""
    return str((credentials or {}).get("username") or "")
