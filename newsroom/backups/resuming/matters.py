"""What somebody decides before a site goes on after a backup was put back, and what is done by default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.backups import presence
from newsroom.backups.models import PutBack
from newsroom.conditions.conditions import Condition
from newsroom.offers import offered
from newsroom.outbox import pausing


@dataclass(frozen=True)
class Way:
    """One answer: its name is that of an option of `manage.py resume`."""

    name: str
    label: str
    run: Callable[[PutBack], list[str]]  # does it, and returns in sentences what was done


@dataclass(frozen=True)
class Matter:
    """One question; the first of its ways is the default, and sends nothing."""

    name: str
    question: str
    differs: Callable[[PutBack], list[str]]  # sentences; none where there is nothing to decide
    ways: tuple[Way, ...]

    def way(self, name: str) -> Way:
        """Return the way of this name, or the default where there is none."""
        return next((way for way in self.ways if way.name == name), self.ways[0])


def waiting() -> PutBack | None:
    """Return the backup that was put back and after which the site is still paused."""
    return PutBack.objects.filter(resumed_at=None).first()


def condition() -> Condition:
    """Return whether the worker is paused, whatever paused it."""
    since = pausing.since()
    if since is None:
        return Condition("paused")
    problem = _("The site is paused since %(since)s: no mail leaves, and nothing is deleted by its age.")
    return Condition(
        "paused",
        problem % {"since": f"{since:%Y-%m-%d %H:%M} UTC"},
        _("Decide how it goes on, on the first page of the admin or by `manage.py resume`.")
        if presence.is_settled()
        else _("Run `manage.py restore --continue`: a backup was put back, and nothing is served before."),
        page="admin:resume",
    )


def open_matters(put_back: PutBack) -> list[tuple[Matter, list[str]]]:
    """Return what has to be decided, each with what differs; apps offer it in `matters` of their config."""
    found = ((matter, matter.differs(put_back)) for matter in offered("matters"))
    return [(matter, sentences) for matter, sentences in found if sentences]


def resume(put_back: PutBack, chosen: Mapping[str, str]) -> list[str]:
    """Do what was chosen, by the names of matters, end the pause, and return in sentences what was done."""
    report = []
    for matter, _sentences in open_matters(put_back):
        report += matter.way(chosen.get(matter.name, "")).run(put_back)
    with transaction.atomic():
        PutBack.objects.filter(resumed_at=None).update(resumed_at=timezone.now())
        pausing.resume()
    put_back.report = [*put_back.report, *report]
    put_back.save(update_fields=["report"])
    return report
