"""The worker's job of sending issues; their state is in the database, so that a killed worker leaves nobody out."""

import time

from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.sending import enqueuing, lifecycle, waves
from newsletter.sending.batch import Sender
from newsletter.sending.models import Batch, Delivery, DomainPause
from newsletter.sending.statements import recount
from newsroom.outbox import leases, sending, worker

EVERY = 1  # seconds
SLICE = 20  # seconds until the worker's other jobs run
LONGEST_SILENCE = 60  # seconds between two attempts at an unreachable mail server

_failures = 0  # consecutive ones to reach the mail server
_silent_until = 0.0


def send_due(seconds: float = SLICE) -> None:
    """Start, enqueue, send, cancel and finish the issues that are due, for at most about that many seconds."""
    end = time.monotonic() + seconds

    def is_over() -> bool:
        return worker.stopping.is_set() or time.monotonic() > end

    leases.sweep()
    waves.restore_all_readers()
    for issue in Issue.objects.filter(state=Issue.State.SCHEDULED, send_at__lte=timezone.now()):
        lifecycle.start(issue)
    enqueuing.enqueue_due(is_over)
    _cancel_rest()
    while not is_over() and time.monotonic() >= _silent_until:
        batches = leases.claim(Batch.objects.filter(issue__state=Issue.State.SENDING), 1)
        if not batches:
            break
        _note_reachability(Sender(batches[0]).run(is_over))
    for issue in Issue.objects.filter(state=Issue.State.SENDING):
        lifecycle.finish(issue)


def _note_reachability(is_reachable: bool) -> None:
    """Wait before the next attempt at an unreachable mail server, longer each time."""
    global _failures, _silent_until
    _failures = 0 if is_reachable else _failures + 1
    pause = min(2 ** (_failures - 1), LONGEST_SILENCE) if _failures else 0
    _silent_until = time.monotonic() + pause
    if pause:
        sending.transport.close()


def _cancel_rest() -> None:
    """Cancel what is left of cancelled issues; a message that was being sent stays uncertain."""
    cancelled = Batch.objects.filter(issue__state=Issue.State.CANCELLED)
    while batches := leases.claim(cancelled, 20):
        for batch in batches:
            rows = Delivery.objects.filter(batch=batch)
            rows.filter(state=Delivery.State.SENDING).update(is_uncertain=True)
            waiting = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.DEFERRED]
            rows.filter(state__in=waiting).update(state=Delivery.State.CANCELLED)
            recount(batch)
            leases.release(batch, None)


def resume_domain(paused: DomainPause) -> None:
    """End the pause of a domain now, and send what waits for it."""
    now = timezone.now()
    DomainPause.objects.filter(pk=paused.pk).update(until=now)
    waiting = Delivery.objects.filter(
        state=Delivery.State.DEFERRED, subscriber__address_key__endswith=f"@{paused.domain}"
    )
    batches = list(waiting.values_list("batch", flat=True).distinct())
    waiting.update(due_at=now)
    Batch.objects.filter(pk__in=batches, due_at__isnull=False).update(due_at=now)
