"""Sends issues from their ledger, so that a machine that dies leaves nobody out: the worker's part."""

import time

from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.sending import enqueuing, lifecycle, waves
from newsletter.sending.batch import Sender
from newsletter.sending.models import Batch, Delivery
from newsletter.sending.statements import recount
from newsroom.outbox import leases, sending, worker

EVERY = 1  # seconds
SLICE = 20  # seconds, after which the worker's other jobs have their turn
LONGEST_SILENCE = 60  # seconds between two attempts at a mail server that is out of reach

_failures = 0  # to reach the mail server, one after the other
_silent_until = 0.0


def send_due(seconds: float = SLICE) -> None:
    """Start, send, cancel and finish what is due, for about so long."""
    end = time.monotonic() + seconds

    def is_over() -> bool:
        return worker.stopping.is_set() or time.monotonic() > end

    leases.sweep()
    waves.bring_back_all()
    for issue in Issue.objects.filter(state=Issue.State.SCHEDULED, send_at__lte=timezone.now()):
        lifecycle.start(issue)
    enqueuing.write_due(is_over)
    _cancel_rest()
    while not is_over() and time.monotonic() >= _silent_until:
        batches = leases.claim(Batch.objects.filter(issue__state=Issue.State.SENDING), 1)
        if not batches:
            break
        _note_reachability(Sender(batches[0]).run(is_over))
    for issue in Issue.objects.filter(state=Issue.State.SENDING):
        lifecycle.finish(issue)


def _note_reachability(is_reachable) -> None:
    """Leave a mail server that is out of reach alone for a while, longer each time."""
    global _failures, _silent_until
    _failures = 0 if is_reachable else _failures + 1
    pause = min(2 ** (_failures - 1), LONGEST_SILENCE) if _failures else 0
    _silent_until = time.monotonic() + pause
    if pause:
        sending.transport.close()


def _cancel_rest() -> None:
    """Close the batches of cancelled issues; a message whose fate nobody knows stays uncertain."""
    cancelled = Batch.objects.filter(issue__state=Issue.State.CANCELLED)
    while batches := leases.claim(cancelled, 20):
        for batch in batches:
            rows = Delivery.objects.filter(batch=batch)
            rows.filter(state=Delivery.State.SENDING).update(is_uncertain=True)
            waiting = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.DEFERRED]
            rows.filter(state__in=waiting).update(state=Delivery.State.CANCELLED)
            recount(batch)
            leases.release(batch, None)


def resume_domain(paused) -> None:
    """Try a paused domain again now, and what waits for it."""
    now = timezone.now()
    type(paused).objects.filter(pk=paused.pk).update(until=now)
    waiting = Delivery.objects.filter(
        state=Delivery.State.DEFERRED, subscriber__address_key__endswith=f"@{paused.domain}"
    )
    batches = list(waiting.values_list("batch", flat=True).distinct())
    waiting.update(due_at=now)
    Batch.objects.filter(pk__in=batches, due_at__isnull=False).update(due_at=now)
