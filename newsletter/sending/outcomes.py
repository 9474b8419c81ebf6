"""What the answer of a mail server means for a delivery."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from newsletter.sending import waves
from newsletter.sending.models import Delivery
from newsroom.outbox import clock, sending
from newsroom.outbox.replies import Answer, Result

State = Delivery.State


@dataclass
class Outcome:
    """What became of a message, to be committed to its row and batch; answer is None where no server was asked."""

    row: Delivery
    values: dict[str, Any]  # of fields of the row, of any type
    counts: Counter[str] = field(default_factory=Counter)
    answer: Answer | None = None

    @property
    def is_refusal(self) -> bool:
        """Return whether the tally of its domain counts it: the server has rejected the message or the mailbox."""
        return self.answer is not None and self.answer.result in {Result.REFUSED, *waves.GONE}


def outcome_with_state(row: Delivery, state: str, code: str, answer: Answer | None = None) -> Outcome:
    """Return the outcome that sets this state of a row."""
    counts = Counter({str(state): 1})
    if row.state == State.DEFERRED:
        counts[State.DEFERRED.value] -= 1
    return Outcome(row, {"state": state, "answer": code, "due_at": None}, counts, answer)


def outcome_of_answer(row: Delivery, answer: Answer) -> Outcome:
    """Return the outcome for a row whose message got this answer."""
    result, now = answer.result, timezone.now()
    if result is Result.ACCEPTED:
        return outcome_with_state(row, State.SENT, answer.code, answer)
    if result is Result.UNREACHABLE:
        return Outcome(row, {"state": row.state, "attempts": row.attempts - 1})
    if result in waves.GONE:
        outcome = outcome_with_state(row, State.BOUNCED, answer.code, answer)
        outcome.values["is_doubtful"] = result is Result.DOUBTFUL
        return outcome
    if now - (row.first_tried_at or now) > sending.GIVE_UP and clock.may_purge():
        outcome = outcome_with_state(row, State.FAILED, answer.code, answer)
    else:
        outcome = outcome_with_state(row, State.DEFERRED, answer.code, answer)
        outcome.values["due_at"] = sending.retry_at(row.attempts, now)
    if result is Result.LOST and not row.is_uncertain:
        outcome.values["is_uncertain"] = True
        outcome.counts["uncertain"] += 1
    return outcome


def domain_of(row: Delivery) -> str:
    """Return the domain of a row's reader in ASCII, '' where the reader is deleted."""
    return row.subscriber.address_key.rpartition("@")[2] if row.subscriber else ""
