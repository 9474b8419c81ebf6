"""Wrong passwords are counted by network and account, by network, and by account over all networks.

A browser in which the account has signed in before is counted by itself alone, so that nobody can shut an owner out
by guessing.
"""

import logging
import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.guard import devices
from newsroom.guard.door import close_door
from newsroom.guard.throttle import Limit, network

logger = logging.getLogger(__name__)

QUARTER = 15 * 60  # seconds
PAIR = Limit("signin-pair", 10, QUARTER)  # wrong passwords of one account from one network
NETWORK = Limit("signin-network", 30, QUARTER)  # … of all accounts from one network
ACCOUNT = Limit("signin-account", 50, 3600)  # … of one account from everywhere
DEVICE = Limit("signin-device", 10, QUARTER)  # … of one account in a browser that it has used before


def limits_of(request: HttpRequest, username: str) -> list[tuple[Limit, str]]:
    """Return the limits that a wrong password counts towards, with whom it counts for."""
    name = devices.normalised(username)
    if device := devices.known(request, username):
        return [(DEVICE, f"{device} {name}")]
    whom = network(request)
    return [(PAIR, f"{whom} {name}"), (NETWORK, whom), (ACCOUNT, name)]


def is_locked(request: HttpRequest, username: str) -> bool:
    """Return whether a password for this account is not even looked at."""
    return any(limit.is_spent(whom) for limit, whom in limits_of(request, username))


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong password; one that was not looked at counts for its network alone, which nobody else pays for."""
    limits = limits_of(request, username)
    if any(limit.is_spent(whom) for limit, whom in limits):
        limits = [(limit, whom) for limit, whom in limits if limit is NETWORK and not limit.is_spent(whom)]
    for limit, whom in limits:
        if limit.count(whom) == limit.times:
            logger.warning("Signing in is closed for a while: the limit %s is reached.", limit.name)


def forgive(request: HttpRequest, username: str) -> None:
    """Forget the typing errors of who has signed in; what others did in that network or account stays."""
    for limit, whom in limits_of(request, username):
        if limit in {PAIR, DEVICE}:
            limit.forget(whom)


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the page that says when to try again; the door refuses what a locked network goes on sending."""
    limits = limits_of(request, name_in(credentials))
    spent = [(limit, whom) for limit, whom in limits if limit.is_spent(whom)]
    seconds = math.ceil(max((limit.seconds_left(whom) for limit, whom in spent), default=60))
    context = {"minutes": max(math.ceil(seconds / 60), 1)}
    response = render(request, "admin/locked_out.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return close_door(response) if NETWORK in {limit for limit, _whom in spent} else response


def name_in(credentials: dict[str, Any] | None) -> str:
    """Return the user name that somebody signs in with."""
    return str((credentials or {}).get("username") or "")
