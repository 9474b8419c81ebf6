"""Sends one batch of a ledger, message by message.

What became of a message is committed before the text of the next one leaves: so at any moment at most one
message of a sender can have arrived without our knowing. Its row then says 'sending'; whoever takes the
batch over calls it uncertain, and sends it again under the same Message-ID.
"""

import logging
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.readers.tokens import UNSUBSCRIBE
from newsletter.sending import lifecycle, mail, returnpaths, statements, waves
from newsletter.sending.models import Batch, Delivery, DomainPause
from newsletter.sending.outcomes import domain_of, judged, settled
from newsroom.outbox import clock, heartbeat, leases, rates, sending, troubles, worker
from newsroom.outbox.replies import Answer, Result

logger = logging.getLogger(__name__)

AT_ONCE = 100  # rows in memory
TICK = 1  # seconds between two looks at what else there is to do
State = Delivery.State

_prepared = {}  # the one issue that this process sends, rendered


class LeaseLost(Exception):
    """Another sender has taken the batch over."""


class Sender:
    """One batch under our lease, and the outcome that is not committed yet."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.issue = batch.issue
        self.outcome = None
        self.paused = {}  # domain to the end of its pause
        self.accepted = Counter()  # domain to messages that it has taken and no tally holds yet
        self.is_stopped = False  # by somebody who paused or cancelled the issue
        self.is_reachable = True
        self._ready = (None, None)  # the id of a row and its message, made in advance
        self._ticked_at = 0.0
        self._leased_until = time.monotonic() + leases.lease().total_seconds()

    def run(self, is_over: Callable[[], bool]) -> bool:
        """Send what is due until it is over; return whether the mail server could be reached."""
        try:
            self._take_back()
            prepared = self._prepare()
            while prepared and not self._must_stop(is_over) and (rows := self._due_rows()):
                self._send_rows(prepared, deque(rows), is_over)
            self._give_back()
        except LeaseLost:
            logger.warning("Batch %s was taken over by another sender.", self.batch.pk)
        except Exception:
            with suppress(Exception):  # what is known must not be lost with what went wrong
                self._commit()
                self._give_back()
            raise
        return self.is_reachable

    def _take_back(self) -> None:
        """Queue again what a sender before us left uncertain."""
        with transaction.atomic():
            left = Delivery.objects.filter(batch=self.batch, state=State.SENDING)
            left.update(state=State.QUEUED, is_uncertain=True)
            statements.recount(self.batch)

    def _prepare(self) -> mail.Prepared | None:
        key = (self.issue.pk, self.issue.updated_at)
        if key not in _prepared:
            _prepared.clear()
            try:
                _prepared[key] = mail.prepare(self.issue)
            except mail.NotReady as error:
                lifecycle.pause(self.issue, str(error))
                return None
            except (DatabaseError, InterfaceError):  # the database is away: that is no fault of the issue
                raise
            except Exception:
                logger.exception("Issue %s could not be rendered.", self.issue.pk)
                lifecycle.pause(self.issue, _("The mail could not be made; the log of the server says why."))
                return None
        return _prepared[key]

    def _due_rows(self) -> list[Delivery]:
        """Return the next rows that are due; those of paused domains are put off."""
        due = Q(state=State.QUEUED) | Q(state=State.DEFERRED, due_at__lte=timezone.now())
        rows = Delivery.objects.filter(due, batch=self.batch).select_related("subscriber")
        return list(rows.order_by("pk")[:AT_ONCE])

    def _must_stop(self, is_over: Callable[[], bool]) -> bool:
        if time.monotonic() - self._ticked_at >= TICK:
            self._tick()
        return is_over() or self.is_stopped or not self.is_reachable

    def _tick(self) -> None:
        """Look at what goes before: transactional mail, withdrawn articles, paused domains."""
        self._commit()
        heartbeat.keep_beating()
        sending.send_due()
        waves.flush(self.accepted)
        self.paused = dict(DomainPause.objects.current().values_list("domain", "until"))
        self.is_stopped = lifecycle.pause_if_withdrawn(self.issue) or self.is_stopped
        self._ticked_at = time.monotonic()

    def _send_rows(self, prepared: mail.Prepared, rows: deque[Delivery], is_over: Callable[[], bool]) -> None:
        put_off, waits = [], []
        while rows and not self._must_stop(is_over):
            row = rows.popleft()
            domain = domain_of(row)
            if domain in self.paused:
                put_off.append(row)
                continue
            wait = rates.take(domain)
            if wait:
                rows.append(row)
                waits.append(wait)
                if len(waits) >= len(rows):
                    self._commit()
                    worker.stopping.wait(min(*waits, TICK))
                    waits = []
                continue
            waits = []
            self._send(prepared, row, domain, rows[0] if rows else None)
        self._put_off(put_off)
        self._commit()  # before rows are read again

    def _send(self, prepared: mail.Prepared, row: Delivery, domain: str, following: Delivery | None) -> None:
        try:
            answer = self._speak(prepared, row, following)
        except ValueError:  # no mail server could take this address
            self._commit()
            self.outcome = settled(row, State.FAILED, "address")
            return
        if answer.result is Result.UNWANTED:
            return
        self.accepted[domain] += answer.result is Result.ACCEPTED
        self.is_reachable = answer.result is not Result.UNREACHABLE
        self.outcome = judged(row, answer)
        if self.outcome.is_refusal:  # it may pause the domain, and the next message may go there
            self._commit()
        troubles.note(answer)

    def _speak(self, prepared: mail.Prepared, row: Delivery, following: Delivery | None) -> Answer:
        """Send the message; return the Answer. The following one is made while the server thinks about this."""
        if row.subscriber is None:
            return self._unwanted(row)
        message = self._message(prepared, row)
        try:
            return sending.transport.send(
                message, lambda: self._begin(row), lambda: self._make_ready(prepared, following)
            )
        except (LeaseLost, DatabaseError, InterfaceError, ValueError):
            raise
        except Exception as error:  # a backend that breaks may have sent it
            logger.error("Delivery %s broke off: %s", row.pk, type(error).__name__)
            sending.transport.close()
            return Answer(Result.LOST, type(error).__name__[:12])

    def _message(self, prepared: mail.Prepared, row: Delivery) -> mail.IssueMail:
        """Return the message of this row; raises ValueError for an address that mail can't carry."""
        ready, self._ready = self._ready, (None, None)
        if ready[0] == row.pk:
            return ready[1]
        message = prepared.message(
            row.subscriber,
            message_id=returnpaths.message_id(self.issue, row.subscriber),
            return_path=returnpaths.return_path(self.issue, row.subscriber),
            unsubscribe_url=UNSUBSCRIBE.url(row.subscriber),
        )
        # Providers put a return path of their own in the place of ours; what they give back is this.
        message.metadata = {returnpaths.METADATA: returnpaths.token(self.issue, row.subscriber)}
        return message

    def _make_ready(self, prepared: mail.Prepared, row: Delivery | None) -> None:
        if row is not None and row.subscriber is not None:
            with suppress(ValueError):  # it is raised again when its turn has come
                self._ready = (row.pk, self._message(prepared, row))

    def _unwanted(self, row: Delivery) -> Answer:
        """Cancel the message to somebody who has left meanwhile."""
        self._commit()
        self.outcome = settled(row, State.CANCELLED, "")
        return Answer(Result.UNWANTED)

    def _begin(self, row: Delivery) -> bool:
        """Commit the outcome before this message and that this one is being sent; return whether it is wanted."""
        now = timezone.now()
        if self._commit(lambda: statements.begin(row, now)):
            row.attempts += 1
            row.first_tried_at = row.first_tried_at or now
            return True
        self.is_stopped = not Issue.objects.filter(pk=self.issue.pk, state=Issue.State.SENDING).exists()
        reader = Subscriber.objects.receiving().filter(pk=row.subscriber_id).first()
        if reader is None and not self.is_stopped:
            self.outcome = settled(row, State.CANCELLED, "")
        return False  # a reader with another address is read again

    def _commit(self, step: Callable[[], Any] = lambda: None) -> Any:
        """Commit the outcome and the step together; return what the step returned.

        A database that is away for a moment is asked again for as long as our lease runs: what the mail
        server has accepted must not be forgotten.
        """
        while True:
            try:
                with transaction.atomic():
                    pause = self._write_outcome()
                    value = step()
                break
            except (OperationalError, InterfaceError):
                over = time.monotonic() > self._leased_until - 5 or worker.stopping.is_set()
                if over or connection.in_atomic_block:
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
        """Send nothing more to a domain that has just been paused, and undo what it has made us do."""
        self.paused[pause.domain] = pause.until
        self.accepted[pause.domain] = 0
        waves.bring_back(pause)
        statements.recount(self.batch)

    def _write_outcome(self) -> DomainPause | None:
        """Write the outcome and the counters, as they will be: to do it twice does no harm.

        Return the pause of a domain that the outcome has set off, or None.
        """
        now, outcome = timezone.now(), self.outcome
        self.batch.began_at = self.batch.began_at or now
        changes = outcome.counts if outcome else Counter()
        counters = {name: getattr(self.batch, name) + changes[name] for name in statements.COUNTERS}
        if not statements.write_batch(self.batch, counters, now, now + leases.lease()):
            raise LeaseLost
        if outcome is None:
            return None
        statements.write_outcome(outcome.row, outcome.values)
        if outcome.answer is None:
            return None
        if outcome.values["state"] == State.BOUNCED:
            key = outcome.row.subscriber.address_key
            for reader in Subscriber.objects.filter(pk=outcome.row.subscriber_id, address_key=key):
                if outcome.answer.result is Result.UNKNOWN or reader.is_in_doubt():
                    reader.suppress(Suppression.Reason.BOUNCED)
        domain = domain_of(outcome.row)
        return waves.note(domain, outcome.answer, self.accepted[domain])

    def _put_off(self, rows: list[Delivery]) -> None:
        """Let the messages to paused domains wait until the pause is over, or give them up after three days."""
        for row in rows:
            tried_at = row.first_tried_at or timezone.now()
            if timezone.now() - tried_at > sending.GIVE_UP and clock.may_purge():
                outcome = settled(row, State.FAILED, row.answer)
            else:
                outcome = settled(row, State.DEFERRED, row.answer)
                outcome.values["due_at"] = self.paused[domain_of(row)] + timedelta(
                    seconds=random.uniform(0, 600)  # noqa: S311
                )
            outcome.values["first_tried_at"] = tried_at
            self._commit()
            self.outcome = outcome

    def _give_back(self) -> None:
        """Give the batch back, due when the next of its messages is, with what others have put off in it meanwhile."""
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
