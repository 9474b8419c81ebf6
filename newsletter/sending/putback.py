"""Issues of the newsletter after a backup was put back: none is sent a second time by itself."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.sending import enqueuing, lifecycle, statements
from newsletter.sending.models import Batch, Delivery, Dispatch
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of
from newsroom.backups.models import PutBack
from newsroom.backups.resuming.matters import Matter, Way

ISSUE = lifecycle.NOTED
State = Issue.State
BEGUN = {State.SENDING, State.PAUSED, State.SENT, State.CANCELLED}
WAITING = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.DEFERRED]


def redo_issues(entries: Sequence[Entry]) -> int:
    """Bring issues that wait or are being sent to the state that the ledger names last; return how many changed."""
    last: dict[str, Entry] = {}
    started: dict[str, datetime] = {}
    for entry in entries:
        last[entry.subject] = entry
        if entry.details["state"] == State.SENDING:
            started.setdefault(entry.subject, entry.at)
    unfinished = Issue.objects.exclude(state__in=[State.SENT, State.CANCELLED])
    keys = rows_of(Issue, "uuid", set(last))
    return sum(
        _redo(issue, last[keys[issue.pk]], started.get(keys[issue.pk]))
        for issue in unfinished.filter(pk__in=keys)
    )


def _redo(issue: Issue, entry: Entry, started: datetime | None) -> int:
    """Bring one issue to a noted state; return 1 where it was in another one."""
    state, before = str(entry.details["state"]), issue.state
    if state in BEGUN and before in {State.DRAFT, State.SCHEDULED}:
        _start(issue, started or entry.at)
    elif state == State.SENDING and before == State.PAUSED:
        Issue.objects.filter(pk=issue.pk).update(state=State.SENDING, pause_reason="")
    elif state == State.DRAFT and before == State.SCHEDULED:
        lifecycle.undo(issue)
    if state == State.PAUSED:
        Issue.objects.filter(pk=issue.pk, state=State.SENDING).update(state=State.PAUSED)
    elif state == State.SENT:
        _settle_rows(issue, Delivery.State.SENT)
        Issue.objects.filter(pk=issue.pk).update(state=State.SENT, finished_at=entry.at, pause_reason="")
    elif state == State.CANCELLED:
        close(issue)
    return int(Issue.objects.get(pk=issue.pk).state != before)


def _start(issue: Issue, at: datetime) -> None:
    """Mark an issue as being sent since then: it was started after the backup was made."""
    with transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(state=State.SENDING, published_at=at)
        last_id = Subscriber.objects.aggregate(last=Max("pk"))["last"] or 0
        Dispatch.objects.get_or_create(
            issue=issue, defaults={"fixed_at": at, "due_at": at, "last_id": last_id}
        )
    issue.refresh_from_db()
    issue.reindex()


def _settle_rows(issue: Issue, state: str) -> None:
    """Give every reader of the audience a row, and all rows that wait this state."""
    enqueuing.enqueue_all(issue)
    for batch in Batch.objects.filter(issue=issue, due_at__isnull=False):
        with transaction.atomic():
            rows = Delivery.objects.filter(batch=batch)
            rows.filter(state=Delivery.State.SENDING).update(is_uncertain=True)
            rows.filter(state__in=WAITING).update(state=state)
            statements.recount(batch)
            Batch.objects.filter(pk=batch.pk).update(due_at=None, lease_until=None, leased_by="")


def close(issue: Issue) -> None:
    """Send nobody anything more of an issue; lacking() says who may not have it."""
    _settle_rows(issue, Delivery.State.CANCELLED)
    lifecycle.cancel(issue)


def lacking(issue: Issue) -> QuerySet[Subscriber]:
    """Return the readers who may lack an issue that was closed while it was being sent."""
    cancelled = Delivery.objects.filter(issue=issue, state=Delivery.State.CANCELLED)
    return Subscriber.objects.confirmed().filter(pk__in=cancelled.values("subscriber"))


def _under_way() -> QuerySet[Issue]:
    return Issue.objects.filter(state__in=[State.SENDING, State.PAUSED])


def _overdue() -> QuerySet[Issue]:
    return Issue.objects.filter(state=State.SCHEDULED, send_at__lte=timezone.now())


def _differs(put_back: PutBack) -> list[str]:
    """Return which issues were being sent, or should have been sent since."""
    found = []
    for issue in _under_way():
        sent = Delivery.objects.filter(issue=issue, state=Delivery.State.SENT).count()
        told = _(
            "The issue “%(issue)s” was being sent. In the backup %(sent)s have it; who else got it is not known."
        )
        if issue.state == State.PAUSED:
            told = _(
                "The issue “%(issue)s” was paused while it was being sent. In the backup %(sent)s have it; who else got "
                "it is not known."
            )
        found.append(told % {"issue": issue, "sent": f"{sent:,}"})
    for issue in _overdue():
        found.append(_("The issue “%(issue)s” was to be sent after the backup was made.") % {"issue": issue})
    return found


def _close_all(put_back: PutBack) -> list[str]:
    report = []
    for issue in _under_way():
        close(issue)
        count = lacking(issue).count()
        told = ngettext(
            "Closed: “%(issue)s”. %(count)s reader may lack it; its page in the admin lists who.",
            "Closed: “%(issue)s”. %(count)s readers may lack it; its page in the admin lists who.",
            count,
        )
        report.append(told % {"issue": issue, "count": f"{count:,}"})
    for issue in _overdue():
        lifecycle.undo(issue)
        report.append(_("A draft again: “%(issue)s”.") % {"issue": issue})
    return report


def _finish_all(put_back: PutBack) -> list[str]:
    goes_on = _("Sending goes on: “%(issue)s”. Some may get it twice.")
    waits = _("Still paused: “%(issue)s”. If an editor lets it go on, some may get it twice.")
    return [
        (waits if issue.state == State.PAUSED else goes_on) % {"issue": issue}
        for issue in [*_under_way(), *_overdue()]
    ]


def matter() -> Matter:
    """Return the question what becomes of issues that were being sent."""
    return Matter(
        "issues",
        _("What becomes of the newsletter that was being sent?"),
        _differs,
        (
            Way(
                "close-issues",
                _("Close it: nobody gets anything more; who may lack it is listed"),
                _close_all,
            ),
            Way("finish-issues", _("Finish it: everybody gets it, and some may get it twice"), _finish_all),
        ),
    )
