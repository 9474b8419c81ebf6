"""Enqueues an issue: one delivery for each reader of its audience, batch by batch."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.readers import addresses
from newsletter.readers.models.subscriber import Suppression
from newsletter.sending import statements
from newsletter.sending.audience import readers_of
from newsletter.sending.models import Batch, Dispatch
from newsroom.outbox import leases

BATCH = 500  # readers


def enqueue_due(is_over: Callable[[], bool] = lambda: False) -> None:
    """Enqueue the issues that are not enqueued completely; is_over() ends it between two batches."""
    under_way = [Issue.State.SENDING, Issue.State.PAUSED]
    for one in leases.claim(Dispatch.objects.filter(issue__state__in=under_way), 10):
        while not is_over() and not one.is_complete and _enqueue_batch(one):
            pass
        leases.release(one, None if one.is_complete else timezone.now())


def enqueue_all(issue: Issue) -> None:
    """Enqueue all of an issue that nobody else sends now."""
    for one in leases.claim(Dispatch.objects.filter(issue=issue, is_complete=False), 1):
        while not one.is_complete and _enqueue_batch(one):
            pass
        leases.release(one, None)


def _enqueue_batch(one: Dispatch) -> bool:
    """Enqueue the next batch and store how far it reaches, in one transaction.

    Return False where the issue was cancelled or another process has the lease.
    """
    audience = readers_of(one.issue).filter(
        state_changed_at__lte=one.fixed_at, pk__gt=one.reached_id, pk__lte=one.last_id
    )
    found = list(audience.order_by("pk").values_list("pk", "address_key")[:BATCH])
    reached_id = found[-1][0] if len(found) == BATCH else one.last_id
    wanted = _unsuppressed(found)
    if Issue.objects.filter(pk=one.issue_id, state=Issue.State.CANCELLED).exists():
        return False
    with transaction.atomic():
        is_complete = reached_id == one.last_id
        progress = {"reached_id": reached_id, "is_complete": is_complete}
        if not leases.held(one).update(**progress, lease_until=leases.end()):
            return False
        if wanted:
            batch = Batch.objects.create(issue_id=one.issue_id)
            Batch.objects.filter(pk=batch.pk).update(size=statements.enqueue(batch, wanted))
    one.reached_id, one.is_complete = reached_id, is_complete
    return True


def _unsuppressed(found: list[tuple[int, str]]) -> list[int]:
    """Return the ids of the readers, given as (id, key of the address), whose address is not suppressed."""
    hashes = {pk: addresses.hashes_of(key) for pk, key in found}
    every = [one for some in hashes.values() for one in some]
    stopped = set(Suppression.objects.filter(address_hash__in=every).values_list("address_hash", flat=True))
    return [pk for pk, some in hashes.items() if stopped.isdisjoint(some)]
