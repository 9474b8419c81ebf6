"""Waves of refusals: a domain that refuses too much is paused, and suppressions of its readers are undone.

A mail server that blocks us or is broken may report one reader after the other as unknown. The count is written in
the same transaction as each refusal, so it holds over all senders and after a kill. Readers who were suppressed in
the wave are restored at once; what they have not received is sent when the pause is over.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.sending import domains, statements
from newsletter.sending.models import Batch, Delivery, DomainPause, DomainTally
from newsroom.outbox.replies import Answer, Result

MOST_REFUSED = 0.05  # of the answers of a domain
FEWEST = 5  # refusals below which the share is not judged
MOST_UNKNOWN = 0.25  # a larger share is a very old list, or a server that reports everybody as unknown
FEWEST_UNKNOWN = 10
PAUSE = timedelta(hours=4)
REMEMBERED = timedelta(days=1)  # for so long a refusal counts
# A wave begins this long before its first count, since the reader is suppressed before that.
LATE = timedelta(minutes=1)
GONE = {Result.UNKNOWN, Result.DOUBTFUL}


def note(domain: str, answer: Answer, accepted: int = 0, is_return: bool = False) -> DomainPause | None:
    """Count a refusal, in the caller's transaction; return the DomainPause that holds now, or None.

    accepted: messages that the domain has accepted from this sender and that are not counted yet.
    is_return: the message had been accepted before, and bounced later.
    """
    if answer.result is not Result.REFUSED and answer.result not in GONE:
        return None
    now = timezone.now()
    paused = DomainPause.objects.current().select_for_update().filter(domain=domain).first()
    if paused is not None:
        return _join(paused, answer, now)
    since = now - LATE
    tally, _made = DomainTally.objects.select_for_update().get_or_create(
        domain=domain, defaults={"since": since}
    )
    if now - tally.since > REMEMBERED:
        tally.since, tally.answered, tally.refused, tally.unknown = since, 0, 0, 0
    tally.answered += accepted + (not is_return)
    if answer.result in GONE:
        tally.unknown += 1
    else:
        tally.refused += 1
    if is_return and max(tally.unknown, tally.refused) >= FEWEST:
        tally.answered = max(tally.answered, _sent_to(domain, now))
    if _is_wave(tally, answer.result):
        return _pause(tally, answer, now)
    tally.save(update_fields=["since", "answered", "refused", "unknown"])
    return None


def _join(paused: DomainPause, answer: Answer, now: datetime) -> DomainPause:
    """Count an answer to a message that was in flight when the domain was paused as part of the wave."""
    if answer.result in GONE and paused.wave_since is None:
        paused.wave_since = now - LATE
        paused.save(update_fields=["wave_since"])
    return paused


def flush(accepted: dict[str, int]) -> None:
    """Add the accepted messages to the tallies of their domains, and set what was added to 0."""
    for tally in DomainTally.objects.filter(domain__in=[name for name, number in accepted.items() if number]):
        with transaction.atomic():
            locked = DomainTally.objects.select_for_update().filter(pk=tally.pk).first()
            if locked is not None:
                locked.answered += accepted[tally.domain]
                locked.save(update_fields=["answered"])
                accepted[tally.domain] = 0


def _sent_to(domain: str, now: datetime) -> int:
    """Return how many messages the domain, or our relay for it, has accepted within twice REMEMBERED."""
    lately = Delivery.objects.filter(state=Delivery.State.SENT, first_tried_at__gte=now - 2 * REMEMBERED)
    return lately.filter(subscriber__address_key__endswith=f"@{domain}").count()


def _is_wave(tally: DomainTally, result: Result) -> bool:
    if result in GONE:
        return tally.unknown >= FEWEST_UNKNOWN and tally.unknown > MOST_UNKNOWN * tally.answered
    return tally.refused >= FEWEST and tally.refused > MOST_REFUSED * tally.answered


def _pause(tally: DomainTally, answer: Answer, now: datetime) -> DomainPause:
    """Pause a domain; restore_readers() then undoes the suppressions of its wave."""
    refused = tally.unknown if answer.result in GONE else tally.refused
    values = {
        "until": now + PAUSE,
        "answer": answer.code,
        "refused": refused,
        "answered": max(tally.answered, refused),
    }
    if tally.unknown:
        values["wave_since"] = tally.since
    was_paused = DomainPause.objects.filter(domain=tally.domain, until__gt=now).exists()
    row, _created = DomainPause.objects.update_or_create(
        domain=tally.domain, defaults=values, create_defaults=values | {"since": now}
    )
    tally.delete()
    if not was_paused:
        domains.tell_staff(row)
    return row


def restore_all_readers() -> None:
    """Restore the readers of waves for which that was not finished, such as by a worker that was killed."""
    for paused in DomainPause.objects.exclude(wave_since=None):
        restore_readers(paused)


def restore_readers(paused: DomainPause) -> None:
    """Undo a wave: confirm its readers again, and defer what they have not received to the end of the pause."""
    since = DomainPause.objects.filter(pk=paused.pk).values_list("wave_since", flat=True).first()
    if since is None:
        return
    readers = list(_suppressed_in_wave(paused.domain, since))
    under_way = Q(issue__state__in=[Issue.State.SENDING, Issue.State.PAUSED])
    of_wave = Q(subscriber__in=[reader.pk for reader in readers])
    doubted = Q(is_doubtful=True, subscriber__address_key__endswith=f"@{paused.domain}")
    rows = Delivery.objects.filter(under_way, of_wave | doubted, first_tried_at__gte=since - REMEMBERED)
    for batch in sorted(set(rows.values_list("batch", flat=True))):
        _put_off(batch, rows, paused)
    for reader in readers:
        with transaction.atomic():
            Suppression.objects.of(reader.address_key).filter(reason=Suppression.Reason.BOUNCED).delete()
            reader.restore()
    DomainPause.objects.filter(pk=paused.pk, wave_since=since).update(wave_since=None)


def _suppressed_in_wave(domain: str, since: datetime) -> QuerySet[Subscriber]:
    """Return the readers of a domain who were suppressed since then and had deliveries, so were confirmed before."""
    found = Subscriber.objects.filter(
        state=Subscriber.State.BOUNCED, state_changed_at__gte=since, address_key__endswith=f"@{domain}"
    )
    return found.filter(pk__in=Delivery.objects.values("subscriber"))


def _put_off(batch_id: int, rows: QuerySet[Delivery], paused: DomainPause) -> None:
    """Defer the messages of the wave in one batch; a sender that holds the batch recounts when it releases it."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        mine = rows.filter(batch=batch_id)
        mine.filter(state=Delivery.State.BOUNCED).update(
            state=Delivery.State.DEFERRED, due_at=paused.until, is_doubtful=False
        )
        mine.filter(is_doubtful=True).update(is_doubtful=False)
        if not batch.leased_by:
            statements.recount(batch)
            first = mine.filter(state=Delivery.State.DEFERRED).exists()
            if first and (batch.due_at is None or batch.due_at > paused.until):
                Batch.objects.filter(pk=batch_id).update(due_at=paused.until)
