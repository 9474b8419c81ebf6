"""Asks for a code of the second factor, and limits wrong ones."""

from enum import Enum

from django.contrib.auth.models import User
from django.http import HttpRequest

from newsroom.guard.throttle import Limit
from newsroom.signin import devices, events
from newsroom.signin.events import Kind
from newsroom.signin.secondfactor import factors

# Only who knows the password, or is signed in, is asked for a code.
ACCOUNT = Limit(
    "code-account", 10, 3600
)  # wrong codes of one account in browsers that it has not used before
DEVICE = Limit("code-device", 10, 15 * 60)  # of one account in a browser that it has used before


class Answer(Enum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def check(request: HttpRequest, user: User, code: str) -> Answer:
    """Return whether the code is right, and use it up; it is counted first, so that none is one too many."""
    limit, subject = _limit(request, user)
    number = limit.count(subject)
    if number > limit.times:
        return Answer.LOCKED
    if factors.accept(user, code):
        limit.take_back(subject)
        return Answer.RIGHT
    if number == limit.times:
        events.tell(events.note(Kind.WRONG_CODES, user), user)
    return Answer.WRONG


def _limit(request: HttpRequest, user: User) -> tuple[Limit, str]:
    name = devices.normalised(user.get_username())
    device = devices.known(request, name)
    return (DEVICE, f"{device} {name}") if device else (ACCOUNT, name)
