"""Sends one batch of an issue's deliveries, message by message.

What became of a message is committed before the next one is sent, so at most one message of each sender can have
arrived without being recorded. Its row then says 'sending'; the next sender of the batch marks it as uncertain and
sends it again under the same Message-ID.
"""

import logging
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber
from newsletter.readers.tokens import UNSUBSCRIBE
from newsletter.sending import lifecycle, mail, returnpaths, statements, waves
from newsletter.sending.leasedbatch import LeasedBatch, LeaseLost
from newsletter.sending.models import Batch, Delivery, DomainPause
from newsletter.sending.outcomes import domain_of, outcome_of_answer, outcome_with_state
from newsroom.outbox import clock, heartbeat, rates, sending, troubles, worker
from newsroom.outbox.replies import Answer, Result
from newsroom.pagecache import contentversion

logger = logging.getLogger(__name__)

AT_ONCE = 100  # rows in memory
TICK = 1  # seconds between two checks for other work, see _tick()
State = Delivery.State

# The issue that this process sends, rendered: its key and time of change, and the version of the public content with
# its pictures and articles, to the mail; it holds one entry.
_prepared: dict[tuple[int, datetime, int], mail.Prepared] = {}


class Sender(LeasedBatch):
    """Sends the messages of one batch."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        self.issue = batch.issue
        self.is_stopped = False  # by somebody who paused or cancelled the issue
        self.is_reachable = True
        # The id of a row and its message, made in advance, and of what.
        self._ready: tuple[int, mail.IssueMail, mail.Prepared] | None = None
        self._ticked_at = 0.0
        self._version = 0  # of the public content, as known since the last tick

    def run(self, is_over: Callable[[], bool]) -> bool:
        """Send what is due until is_over() says so; return whether the mail server could be reached."""
        try:
            self.requeue_uncertain()
            self._version = contentversion.read()
            while self._prepare() and not self._must_stop(is_over) and (rows := self._due_rows()):
                self._send_rows(deque(rows), is_over)
            self.release()
        except LeaseLost:
            logger.warning("Batch %s was taken over by another sender.", self.batch.pk)
        except Exception:
            with suppress(Exception):  # the outcome before must not be lost with this one
                self.commit()
                self.release()
            raise
        return self.is_reachable

    def _prepare(self) -> mail.Prepared | None:
        """Return the issue as mail; pause it and return None where it can't be rendered.

        What it shows may change while it is sent: a picture that was withdrawn or replaced leaves in no further message.
        """
        key = (self.issue.pk, self.issue.updated_at, self._version)
        if key not in _prepared:
            _prepared.clear()
            try:
                _prepared[key] = mail.prepare(self.issue)
            except mail.NotReady as error:
                lifecycle.pause(self.issue, str(error))
                return None
            except (DatabaseError, InterfaceError):  # no fault of the issue
                raise
            except Exception:
                logger.exception("Issue %s could not be rendered.", self.issue.pk)
                lifecycle.pause(self.issue, _("The mail could not be made; the log of the server says why."))
                return None
        return _prepared[key]

    def _due_rows(self) -> list[Delivery]:
        """Return the next rows that are due, at most AT_ONCE."""
        due = Q(state=State.QUEUED) | Q(state=State.DEFERRED, due_at__lte=timezone.now())
        rows = Delivery.objects.filter(due, batch=self.batch).select_related("subscriber")
        return list(rows.order_by("pk")[:AT_ONCE])

    def _must_stop(self, is_over: Callable[[], bool]) -> bool:
        if time.monotonic() - self._ticked_at >= TICK:
            self._tick()
        return is_over() or self.is_stopped or not self.is_reachable

    def _tick(self) -> None:
        """Do what must not wait for the batch: transactional mail, withdrawn articles, paused domains, other content."""
        self.commit()
        self._version = contentversion.read()
        heartbeat.keep_beating()
        sending.send_due()
        waves.flush(self.accepted)
        self.paused = dict(DomainPause.objects.current().values_list("domain", "until"))
        self.is_stopped = lifecycle.pause_if_withdrawn(self.issue) or self.is_stopped
        self._ticked_at = time.monotonic()

    def _send_rows(self, rows: deque[Delivery], is_over: Callable[[], bool]) -> None:
        put_off: list[Delivery] = []
        waits: list[float] = []
        while rows and not self._must_stop(is_over) and (prepared := self._prepare()):
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
                    self.commit()
                    worker.stopping.wait(min(*waits, TICK))
                    waits = []
                continue
            waits = []
            self._send(prepared, row, domain, rows[0] if rows else None)
        self._put_off(put_off)
        self.commit()  # before rows are read again

    def _send(self, prepared: mail.Prepared, row: Delivery, domain: str, following: Delivery | None) -> None:
        try:
            answer = self._transmit(prepared, row, following)
        except ValueError:  # no mail server could take this address
            self.commit()
            self.outcome = outcome_with_state(row, State.FAILED, "address")
            return
        if answer.result is Result.UNWANTED:
            return
        self.accepted[domain] += answer.result is Result.ACCEPTED
        self.is_reachable = answer.result is not Result.UNREACHABLE
        self.outcome = outcome_of_answer(row, answer)
        if self.outcome.is_refusal:  # it may pause the domain, and the next message may go there
            self.commit()
        troubles.note(answer)

    def _transmit(self, prepared: mail.Prepared, row: Delivery, following: Delivery | None) -> Answer:
        """Send the message and return the Answer; the following one is made while the server handles this one."""
        if row.subscriber is None:
            return self._unwanted(row)
        message = self._message(prepared, row, row.subscriber)
        try:
            return sending.transport.send(
                message, lambda: self._begin(row), lambda: self._make_ready(prepared, following)
            )
        except (LeaseLost, DatabaseError, InterfaceError, ValueError):
            raise
        except Exception as error:  # the message may have been sent all the same
            logger.error("Delivery %s broke off: %s", row.pk, type(error).__name__)
            sending.transport.close()
            return Answer(Result.LOST, type(error).__name__[:12])

    def _message(self, prepared: mail.Prepared, row: Delivery, reader: Subscriber) -> mail.IssueMail:
        """Return the message of this row; raises ValueError for an address that mail can't carry."""
        ready, self._ready = self._ready, None
        if ready is not None and ready[0] == row.pk and ready[2] is prepared:
            return ready[1]
        message = prepared.message(
            reader,
            message_id=returnpaths.message_id(self.issue, reader),
            return_path=returnpaths.return_path(self.issue, reader),
            unsubscribe_url=UNSUBSCRIBE.url(reader),
        )
        # Providers replace our return path by their own, and return this with their events instead.
        message.metadata = {returnpaths.METADATA: returnpaths.token(self.issue, reader)}
        return message

    def _make_ready(self, prepared: mail.Prepared, row: Delivery | None) -> None:
        if row is not None and row.subscriber is not None:
            with suppress(ValueError):  # raised again when the row is sent
                self._ready = (row.pk, self._message(prepared, row, row.subscriber), prepared)

    def _unwanted(self, row: Delivery) -> Answer:
        """Cancel the message to a reader who was deleted meanwhile."""
        self.commit()
        self.outcome = outcome_with_state(row, State.CANCELLED, "")
        return Answer(Result.UNWANTED)

    def _begin(self, row: Delivery) -> bool:
        """Commit the former outcome and mark this row as being sent; return False where it is not wanted any more."""
        now = timezone.now()
        if self.commit(lambda: statements.begin(row, now)):
            row.attempts += 1
            row.first_tried_at = row.first_tried_at or now
            return True
        self.is_stopped = not Issue.objects.filter(pk=self.issue.pk, state=Issue.State.SENDING).exists()
        is_reading = Subscriber.objects.receiving().filter(deliveries=row.pk).exists()
        if not is_reading and not self.is_stopped:
            self.outcome = outcome_with_state(row, State.CANCELLED, "")
        return False  # a reader with another address gets it when the rows are read again

    def _put_off(self, rows: list[Delivery]) -> None:
        """Defer the messages to paused domains until the pause is over, or give them up after sending.GIVE_UP."""
        for row in rows:
            tried_at = row.first_tried_at or timezone.now()
            if timezone.now() - tried_at > sending.GIVE_UP and clock.may_purge():
                outcome = outcome_with_state(row, State.FAILED, row.answer)
            else:
                outcome = outcome_with_state(row, State.DEFERRED, row.answer)
                outcome.values["due_at"] = self.paused[domain_of(row)] + timedelta(
                    seconds=random.uniform(0, 600)  # noqa: S311
                )
            outcome.values["first_tried_at"] = tried_at
            self.commit()
            self.outcome = outcome
