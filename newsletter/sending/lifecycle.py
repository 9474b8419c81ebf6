"""The states of an issue from the draft to the last reader: scheduled, sending, paused, sent or cancelled."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.issues.contents import withdrawn_from
from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.sending.models import Batch, Dispatch, DomainPause
from newsroom.backups import ledger

UNDO = timedelta(minutes=1)  # between "send now" and the first message
# The speed is that of batches with an outcome since RECENT that were begun since LATELY.
RECENT = timedelta(minutes=1)
LATELY = timedelta(minutes=10)
State = Issue.State
NOTED = "issue of the newsletter"  # in the ledger of erasures: a backup must not send it a second time


def _move(issue: Issue, *states: Issue.State, **values: object) -> bool:
    """Change the issue where it is in one of these states; return whether it was."""
    with transaction.atomic():
        moved = Issue.objects.filter(pk=issue.pk, state__in=states).update(
            **values, updated_at=timezone.now()
        )
        if moved:
            ledger.note(NOTED, str(issue.uuid), state=values["state"])
    return bool(moved)


def schedule(issue: Issue, when: datetime) -> bool:
    """Schedule a draft, or a scheduled issue, for that time; return whether it was one."""
    return _move(issue, State.DRAFT, State.SCHEDULED, state=State.SCHEDULED, send_at=when)


def send_now(issue: Issue) -> bool:
    """Schedule a draft, or a scheduled issue, after the time to undo it; return whether it was one."""
    return schedule(issue, timezone.now() + UNDO)


def undo(issue: Issue) -> bool:
    """Make a scheduled issue a draft again; return whether its sending had not started."""
    return _move(issue, State.SCHEDULED, state=State.DRAFT, send_at=None)


def pause(issue: Issue, reason: str = "") -> bool:
    """Send no further message; return whether the issue was being sent."""
    return _move(issue, State.SENDING, state=State.PAUSED, pause_reason=reason[:200])


def resume(issue: Issue) -> bool:
    """Send a paused issue again, without the articles that were withdrawn; return whether it was paused."""
    with transaction.atomic():
        gone = [article.pk for article in withdrawn_from(issue)]
        Dispatch.objects.filter(issue=issue).update(without=gone)
        return _move(issue, State.PAUSED, state=State.SENDING, pause_reason="")


def cancel(issue: Issue) -> bool:
    """Send no further message for good; return whether the issue was being sent or paused."""
    now = timezone.now()
    with transaction.atomic():
        if not _move(
            issue, State.SENDING, State.PAUSED, state=State.CANCELLED, pause_reason="", finished_at=now
        ):
            return False
        Batch.objects.filter(issue=issue, due_at__isnull=False).update(due_at=now)  # the worker closes them
    return True


def start(issue: Issue) -> bool:
    """Start sending an issue and fix its audience; return whether it was due."""
    now = timezone.now()
    with transaction.atomic():
        due = Issue.objects.filter(pk=issue.pk, send_at__lte=now)
        if not due.filter(state=State.SCHEDULED).update(
            state=State.SENDING, published_at=now, updated_at=now
        ):
            return False
        ledger.note(NOTED, str(issue.uuid), state=State.SENDING)
        last_id = Subscriber.objects.aggregate(last=Max("pk"))["last"] or 0
        Dispatch.objects.create(issue=issue, fixed_at=now, due_at=now, last_id=last_id)
        issue.reindex()  # it stands in the archive now
    return True


def finish(issue: Issue) -> bool:
    """Mark an issue as sent where no message of it waits; return whether it was."""
    if not Dispatch.objects.filter(issue=issue, is_complete=True).exists():
        return False
    if Batch.objects.filter(issue=issue, due_at__isnull=False).exists():
        return False
    return _move(issue, State.SENDING, state=State.SENT, finished_at=timezone.now())


def pause_if_withdrawn(issue: Issue) -> bool:
    """Pause an issue with an article that was withdrawn since it was last resumed; return whether it was paused."""
    gone = withdrawn_from(issue)
    if not gone:
        return False
    without = Dispatch.objects.filter(issue=issue).values_list("without", flat=True).first() or []
    news = [article.title for article in gone if article.pk not in without]
    return bool(news) and pause(issue, _("An article was withdrawn: %(title)s") % {"title": news[0]})


@dataclass(frozen=True)
class Progress:
    """The progress of an issue; per_minute and seconds_left are None where they are unknown."""

    total: int = 0
    sent: int = 0
    deferred: int = 0
    bounced: int = 0
    failed: int = 0
    cancelled: int = 0
    uncertain: int = 0
    per_minute: int | None = None
    is_counted: bool = False  # the issue is enqueued completely, so the total is final
    paused_domains: list[DomainPause] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """Return how many messages have a final state."""
        return self.sent + self.bounced + self.failed + self.cancelled

    @property
    def waiting(self) -> int:
        """Return how many messages have not been tried yet."""
        return max(self.total - self.settled - self.deferred, 0)

    @property
    def done(self) -> float:
        """Return the part that is settled, from 0 to 1."""
        return self.settled / self.total if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """Return how long it takes at the present speed."""
        return round(60 * self.waiting / self.per_minute) if self.per_minute else None


def progress(issue: Issue) -> Progress:
    """Return the Progress of an issue, from the counters of its batches."""
    batches = Batch.objects.filter(issue=issue)
    sums = batches.aggregate(
        total=Sum("size", default=0),
        sent=Sum(F("sent") - F("returned"), default=0),
        deferred=Sum("deferred", default=0),
        bounced=Sum(F("bounced") + F("returned"), default=0),
        failed=Sum("failed", default=0),
        cancelled=Sum("cancelled", default=0),
        uncertain=Sum("uncertain", default=0),
    )
    return Progress(
        **sums,
        per_minute=_per_minute(batches),
        is_counted=Dispatch.objects.filter(issue=issue, is_complete=True).exists(),
        paused_domains=list(DomainPause.objects.current()),
    )


def _per_minute(batches: QuerySet[Batch]) -> int | None:
    """Return the messages a minute of the batches that are being sent, or None."""
    now = timezone.now()
    lately = batches.filter(active_at__gte=now - RECENT, began_at__gte=now - LATELY).aggregate(
        handled=Sum(F("sent") + F("deferred") + F("bounced") + F("failed"), default=0),
        first=Min("began_at"),
        last=Max("active_at"),
    )
    if not lately["handled"]:
        return None
    seconds = max((lately["last"] - lately["first"]).total_seconds(), 1)
    return max(round(60 * lately["handled"] / seconds), 1)
