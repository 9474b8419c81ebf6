"""The SQL statements that run for every reader: through the ORM they took longer than the SMTP conversation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.sending.models import Batch, Delivery
from newsroom.outbox import leases

COUNTERS = ["sent", "deferred", "bounced", "failed", "cancelled", "uncertain"]
OUTCOME = ["state", "answer", "due_at", "first_tried_at", "attempts", "is_uncertain", "is_doubtful"]
COUNTED = ["sent", "deferred", "bounced", "failed", "cancelled"]

_TABLES = {model.__name__.lower(): model._meta.db_table for model in (Batch, Delivery, Issue, Subscriber)}
_WRITE_BATCH = (
    "UPDATE {batch} SET began_at = %s, active_at = %s, lease_until = %s, {counters} "
    "WHERE id = %s AND leased_by = %s"
).format(**_TABLES, counters=", ".join(f"{name} = %s" for name in COUNTERS))
_WRITE_OUTCOME = "UPDATE {delivery} SET {columns} WHERE id = %s".format(
    **_TABLES, columns=", ".join(f"{name} = %s" for name in OUTCOME)
)
_BEGIN = (
    "UPDATE {delivery} SET state = 'sending', attempts = %s, first_tried_at = %s WHERE id = %s "
    "AND EXISTS (SELECT 1 FROM {issue} i WHERE i.id = {delivery}.issue_id AND i.state = 'sending') "
    "AND EXISTS (SELECT 1 FROM {subscriber} s WHERE s.id = {delivery}.subscriber_id AND s.state = 'confirmed' "
    "AND s.address_key = %s AND (s.paused_until IS NULL OR s.paused_until <= %s))"
).format(**_TABLES)

_ENQUEUE = (
    "INSERT INTO {delivery} (issue_id, batch_id, subscriber_id, state, attempts, is_uncertain, is_returned, answer) "
    "SELECT %s, %s, s.id, 'queued', 0, %s, %s, '' FROM {subscriber} s WHERE s.id IN ({ids}) ORDER BY s.id"
)


def enqueue(batch: Batch, ids: Sequence[int]) -> int:
    """Write a delivery for each of these readers who still exists; return how many there are."""
    sql = _ENQUEUE.format(**_TABLES, ids=", ".join(["%s"] * len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [batch.issue_id, batch.pk, False, False, *ids])
        return cursor.rowcount


def write_batch(batch: Batch, counters: Mapping[str, int], now: datetime, lease_until: datetime) -> bool:
    """Write the counters and the new end of the lease; return whether the lease was still ours."""
    times = [_time(batch.began_at), _time(now), _time(lease_until)]
    return _run(_WRITE_BATCH, [*times, *(counters[name] for name in COUNTERS), batch.pk, batch.leased_by])


def write_outcome(row: Delivery, values: Mapping[str, Any]) -> None:
    """Write the outcome of a message: these values of its row, which are of any type."""
    columns = {name: values.get(name, getattr(row, name)) for name in OUTCOME}
    columns |= {name: _time(columns[name]) for name in ("due_at", "first_tried_at")}
    _run(_WRITE_OUTCOME, [*columns.values(), row.pk])


def begin(row: Delivery, now: datetime) -> bool:
    """Mark a message as being sent if its issue is being sent and its reader still wants it at the same address.

    Return whether that was so.
    """
    if row.subscriber is None:
        return False
    key, today = row.subscriber.address_key, timezone.localdate(now)
    tried_at = _time(row.first_tried_at or now)
    return _run(
        _BEGIN, [row.attempts + 1, tried_at, row.pk, key, connection.ops.adapt_datefield_value(today)]
    )


def recount(batch: Batch) -> None:
    """Count the rows of a batch anew, since a sender that was killed may have left the counters behind."""
    rows = Delivery.objects.filter(batch=batch)
    found = dict(rows.values_list("state").annotate(Count("pk")))
    for name in COUNTED:
        setattr(batch, name, found.get(name, 0))
    batch.uncertain = rows.filter(is_uncertain=True).count()
    leases.held(batch).update(**{name: getattr(batch, name) for name in COUNTERS})


def _time(value: datetime | None) -> object:
    """Return a time as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def _run(sql: str, values: Sequence[Any]) -> bool:
    """Return whether the statement, with these values of any type, changed exactly one row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1
