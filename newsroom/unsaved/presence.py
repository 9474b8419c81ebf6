"""Who has which form open: noted for a minute and a half at each sign of life, in the cache and nowhere else."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

ALIVE = 90  # seconds after a sign of life of the page's script
LOADED = (
    600  # seconds after a page was shown whose script has not spoken yet: without one nothing else is heard
)


@dataclass(frozen=True)
class Other:
    """Somebody else who has the same form open, and since when."""

    name: str
    since: datetime

    def __str__(self) -> str:
        at = time_format(timezone.localtime(self.since), "H:i")
        return _("%(name)s has this open too, since %(time)s.") % {"name": self.name, "time": at}


type Signs = dict[int, tuple[str, float, float]]  # account to name, since when, and until when it is believed


def seen(form: str, user: User, seconds: int = ALIVE) -> list[Other]:
    """Note that somebody has a form open; return who else has."""
    now = time.time()
    found = _read(form, now)
    since = found[user.pk][1] if user.pk in found else now
    found[user.pk] = (user.get_username(), since, now + seconds)
    cache.set(_key(form), found, LOADED)
    return [
        Other(name, datetime.fromtimestamp(at, timezone.get_current_timezone()))
        for account, (name, at, _until) in found.items()
        if account != user.pk
    ]


def left(form: str, user: User) -> None:
    """Note that somebody has closed a form."""
    found = _read(form, time.time())
    if found.pop(user.pk, None):
        cache.set(_key(form), found, LOADED)


def _read(form: str, now: float) -> Signs:
    found: Signs = cache.get(_key(form)) or {}
    return {account: sign for account, sign in found.items() if sign[2] > now}


def _key(form: str) -> str:
    return f"open:{form}"
