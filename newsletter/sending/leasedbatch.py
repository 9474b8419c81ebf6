"""A batch under the lease of this process: commits what became of each message together with the counters."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.sending import statements, waves
from newsletter.sending.models import Batch, Delivery, DomainPause
from newsletter.sending.outcomes import Outcome, domain_of
from newsroom.outbox import heartbeat, leases, worker
from newsroom.outbox.replies import Result

State = Delivery.State


class LeaseLost(Exception):
    """Another sender has taken the batch over."""


class LeasedBatch:
    """One batch under our lease, and the outcome that is not committed yet."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.outcome: Outcome | None = None
        self.paused: dict[str, datetime] = {}  # domain to the end of its pause
        self.accepted: Counter[str] = (
            Counter()
        )  # domain to messages that it has accepted and no tally holds yet
        self._leased_until = time.monotonic() + leases.lease().total_seconds()

    def requeue_uncertain(self) -> None:
        """Queue again the messages that a former sender was sending when it died; they may have arrived."""
        with transaction.atomic():
            left = Delivery.objects.filter(batch=self.batch, state=State.SENDING)
            left.update(state=State.QUEUED, is_uncertain=True)
            statements.recount(self.batch)

    def release(self) -> None:
        """Release the batch; it is due when its next message is, those included that others have deferred meanwhile."""
        with transaction.atomic():
            if not leases.held(self.batch).select_for_update().exists():
                return
            statements.recount(self.batch)
            rows = Delivery.objects.filter(batch=self.batch)
            if rows.filter(state=State.QUEUED).exists():
                due_at = timezone.now()
            else:
                due_at = rows.filter(state=State.DEFERRED).aggregate(next=Min("due_at"))["next"]
            leases.release(self.batch, due_at)

    def commit(self, step: Callable[[], bool] = lambda: True) -> bool:
        """Commit the outcome and the step in one transaction; return what the step returned.

        While the database is away, this is repeated for as long as our lease lasts: what the mail server has accepted
        must not be forgotten. Raises LeaseLost.
        """
        while True:
            try:
                with transaction.atomic():
                    pause = self._write_outcome()
                    value = step()
                break
            except (OperationalError, InterfaceError):
                must_give_up = time.monotonic() > self._leased_until - 5 or worker.stopping.is_set()
                if must_give_up or connection.in_atomic_block:
                    raise
                connection.close()
                heartbeat.keep_beating()
                time.sleep(0.5)
        if self.outcome is not None:
            for name, change in self.outcome.counts.items():
                setattr(self.batch, name, getattr(self.batch, name) + change)
            if self.outcome.is_refusal:  # the tally holds them now
                self.accepted[domain_of(self.outcome.row)] = 0
            self.outcome = None
        self._leased_until = time.monotonic() + leases.lease().total_seconds()
        if pause is not None:
            self._hold_back(pause)
        return value

    def _hold_back(self, pause: DomainPause) -> None:
        """Send nothing more to a domain that has just been paused, and undo its wave of suppressions."""
        self.paused[pause.domain] = pause.until
        self.accepted[pause.domain] = 0
        waves.restore_readers(pause)
        statements.recount(self.batch)

    def _write_outcome(self) -> DomainPause | None:
        """Write the outcome and the counters as absolute values, so that it can be repeated.

        Return the pause of a domain that the outcome has set off, or None. Raises LeaseLost.
        """
        now, outcome = timezone.now(), self.outcome
        self.batch.began_at = self.batch.began_at or now
        changes: Counter[str] = outcome.counts if outcome else Counter()
        counters = {name: getattr(self.batch, name) + changes[name] for name in statements.COUNTERS}
        if not statements.write_batch(self.batch, counters, now, leases.end()):
            raise LeaseLost
        if outcome is None:
            return None
        statements.write_outcome(outcome.row, outcome.values)
        if outcome.answer is None:
            return None
        if outcome.values["state"] == State.BOUNCED and (tried := outcome.row.subscriber):
            for reader in Subscriber.objects.filter(pk=tried.pk, address_key=tried.address_key):
                if outcome.answer.result is Result.UNKNOWN or reader.is_in_doubt():
                    reader.suppress(Suppression.Reason.BOUNCED)
        domain = domain_of(outcome.row)
        return waves.note(domain, outcome.answer, self.accepted[domain])
