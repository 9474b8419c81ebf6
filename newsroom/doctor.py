"""What `manage.py doctor` looks at and prints: every condition, the gravest first, each with what to do."""

import textwrap
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom import serving
from newsroom.conditions.bounded import Examiner
from newsroom.conditions.conditions import Condition, Weight, checks
from newsroom.conditions.reports import in_order
from newsroom.outbox import heartbeat

PATIENCE = 20  # seconds for everything
STARTING = 10  # seconds in which the worker of a site that has just been started gives its first sign of life
WELL = "well"


def examine() -> list[Condition]:
    """Return every condition, those that ask other machines too, after PATIENCE at most."""
    _let_it_start()
    examiners = [Examiner([("web", web)]), Examiner(checks())]
    examiners += [Examiner([pair]) for pair in checks("remote_conditions")]
    with ThreadPoolExecutor(len(examiners)) as threads:
        found = threads.map(lambda examiner: examiner.within(PATIENCE), examiners)
        return in_order(one for some in found for one in some)


def _let_it_start() -> None:
    """Wait for the worker of a site that answers already: both are started at once, and the worker is slower."""
    until = time.monotonic() + STARTING
    with suppress(DatabaseError):
        while serving.ask_web() and not list(heartbeat.signs()) and time.monotonic() < until:
            time.sleep(0.25)


def web() -> Condition:
    """Return whether the site answers on this machine."""
    status = serving.ask_web()
    if status:
        return Condition("web", note=_("answers at %(url)s") % {"url": serving.local_url()})
    return Condition(
        "web",
        _("Nobody answers at %(url)s.") % {"url": serving.local_url()},
        _(
            "Start it: `systemctl start newsroom`, or `manage.py serve`. `journalctl -u newsroom` says why it ended."
        ),
    )


def weight_of(condition: Condition) -> str:
    """Return failing, unready or well."""
    return WELL if condition.is_well else str(condition.weight)


def page(found: Iterable[Condition], columns: int) -> Iterator[tuple[str, str]]:
    """Yield the lines of the list, each with the weight under which it stands ("": none)."""
    conditions = list(found)
    titles = {Weight.FAILING: _("Fails"), Weight.UNREADY: _("Not ready"), WELL: _("Well")}
    width = max((len(one.name) for one in conditions), default=0)
    for weight, title in titles.items():
        of_weight = [one for one in conditions if weight_of(one) == weight]
        if not of_weight:
            continue
        yield title, str(weight)
        for one in of_weight:
            said = [one.note] if one.is_well else [one.problem, one.advice]
            yield from ((line, "") for line in _entry(one.name, said, width, columns))
        yield "", ""
    yield summary(conditions), ""


def _entry(name: str, said: list[str], width: int, columns: int) -> list[str]:
    indent = " " * (width + 4)
    wrapper = textwrap.TextWrapper(
        max(columns - len(indent), 20), break_on_hyphens=False, break_long_words=False
    )
    lines = [line for text in said if text for line in wrapper.wrap(text)]
    return [
        f"  {name:<{width}}  {line}".rstrip() if not number else indent + line
        for number, line in enumerate(lines or [""])
    ]


def summary(conditions: list[Condition]) -> str:
    """Return the last line: how many there are of each weight."""
    numbers = Counter(weight_of(one) for one in conditions)
    if numbers[WELL] == len(conditions):
        text = ngettext(
            "All is well: %(count)s thing was looked at.",
            "All is well: %(count)s things were looked at.",
            len(conditions),
        )
        return text % {"count": len(conditions)}
    return _("%(failing)s failing, %(unready)s not ready, %(well)s well.") % {
        "failing": numbers[Weight.FAILING],
        "unready": numbers[Weight.UNREADY],
        "well": numbers[WELL],
    }
