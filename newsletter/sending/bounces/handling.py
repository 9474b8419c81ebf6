"""Mail that came back: reports of mail servers and of providers become suppressions.

A report of a mail server is believed only where it names one of our return paths, whose HMAC nobody but
the mail server of that reader has seen.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from enum import Enum

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter.issues.models import Issue
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.sending import returnpaths, waves
from newsletter.sending.bounces import reports
from newsletter.sending.bounces.events import answer_in
from newsletter.sending.models import Batch, Delivery, DomainPause
from newsroom.outbox.replies import Answer, Result

Reason = Suppression.Reason
# Parts that name the return path. Servers that send no report quote the head of our message as plain text.
NAMING_PARTS = {"message/feedback-report", "message/delivery-status", "text/rfc822-headers", "text/plain"}
TO_US = ["Delivered-To", "X-Original-To", "Envelope-To", "To"]
CLOCKS_DIFFER = timedelta(minutes=5)  # tolerance between our clock and a provider's


type Sent = tuple[Subscriber | None, Delivery | None]


class Fate(Enum):
    """What a report led to."""

    SUPPRESSED = "suppressed"  # there is no such mailbox
    COMPLAINED = "complained"  # the reader reported it as spam
    NOTED = "noted"  # it bounced, but the mailbox may exist: see Subscriber.is_in_doubt()
    IGNORED = "ignored"  # no bounce, not one of ours, or only a delay


def take(raw: bytes, recipient: str = "") -> Fate:
    """Handle a message that came to our return path; return its Fate."""
    report = message_from_bytes(raw, policy=policy.default)
    found = _named(report, recipient)
    if found is None:
        return Fate.IGNORED
    issue, reader = found
    delivery = reader.deliveries.filter(issue=issue).first()
    if _is_outdated(reader, delivery.first_tried_at if delivery else None):
        return Fate.IGNORED
    if str(report.get_param("report-type", "")).lower() == "feedback-report":
        return _complained(reader) if _is_complaint(report) else Fate.IGNORED
    answer = reports.answer_about(report, reader.address_key)
    return Fate.IGNORED if answer is None else _came_back(reader, delivery, answer)


def take_event(event: AnymailTrackingEvent, *, is_signed: bool) -> Fate:
    """Handle a provider's event about a message, as django-anymail parses it; return its Fate.

    An event that is not signed is believed only with the token of our return path.
    """
    if event.event_type not in {EventType.BOUNCED, EventType.COMPLAINED}:
        return Fate.IGNORED
    at = _aware(event.timestamp)
    reader, delivery = _sent_by_token(event)
    sent_at = delivery.first_tried_at if delivery else at
    if reader is None and is_signed:
        reader, delivery = _sent_by_recipient(event)
    if reader is None or _is_outdated(reader, sent_at, at):
        return Fate.IGNORED
    if event.event_type == EventType.COMPLAINED:
        return _complained(reader)
    if reports.key_in(event.recipient) != reader.address_key:  # the reader has changed the address since
        return Fate.IGNORED
    return _came_back(reader, delivery, answer_in(event))


def _sent_by_token(event: AnymailTrackingEvent) -> Sent:
    """Return the reader and the delivery whose return path stands anywhere in the event."""
    for text in _texts([event.metadata, event.esp_event]):
        found = returnpaths.find_token(text) or returnpaths.find(text)
        if found is not None:
            issue, reader = found
            return reader, reader.deliveries.filter(issue=issue).first()
    return None, None


def _texts(value: object) -> Iterator[str]:
    """Yield every text within a JSON value, at any depth."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one


def _sent_by_recipient(event: AnymailTrackingEvent) -> Sent:
    """Return the reader whom the event names, with the latest delivery that was sent."""
    reader = Subscriber.objects.filter(address_key=reports.key_in(event.recipient)).first()
    if reader is None:
        return None, None
    return reader, reader.deliveries.filter(state=Delivery.State.SENT).order_by("-issue_id").first()


def _aware(at: object) -> datetime | None:
    """Return the time of an event as an aware one; a naive time is UTC."""
    if not isinstance(at, datetime):
        return None
    return at.replace(tzinfo=UTC) if timezone.is_naive(at) else at


def _is_outdated(reader: Subscriber, sent_at: datetime | None, at: datetime | None = None) -> bool:
    """Return whether a report no longer counts: the reader has confirmed since, or it is older than the message."""
    if sent_at and at and at < sent_at - CLOCKS_DIFFER:
        return True
    return bool(sent_at and reader.confirmed_at and sent_at < reader.confirmed_at)


def _named(report: EmailMessage, recipient: str) -> tuple[Issue, Subscriber] | None:
    """Return (issue, reader) of the return path that the report came to or names, or None."""
    texts = [recipient, *(str(value) for name in TO_US for value in report.get_all(name, []))]
    for part in report.walk():
        if part.get_content_type() in NAMING_PARTS:
            texts.append(_text(part))
        texts += [str(value) for value in part.get_all("Return-Path", [])]
    for text in texts:
        found = returnpaths.find(text)
        if found is not None:
            return found
    return None


def _text(part: Message) -> str:
    """Return a part as text, whatever its content type says."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        return "\n".join(str(block.get_payload() or "") + _headers(block) for block in blocks)
    return str(payload)


def _headers(block: Message) -> str:
    return "".join(f"{name}: {value}\n" for name, value in block.items())


def _is_complaint(report: EmailMessage) -> bool:
    return any(
        "feedback-type: abuse" in _text(part).lower()
        for part in report.walk()
        if part.get_content_type() == "message/feedback-report"
    )


def _came_back(reader: Subscriber, delivery: Delivery | None, answer: Answer) -> Fate:
    """Suppress the reader of a bounced message where the mailbox is gone, unless its whole domain bounces."""
    domain = reader.address_key.rpartition("@")[2]
    with transaction.atomic():
        is_first = _note(delivery)
        if DomainPause.objects.current().filter(domain=domain).exists():
            return Fate.NOTED
        if answer.result is Result.DOUBTFUL and delivery is not None:
            Delivery.objects.filter(pk=delivery.pk).update(is_doubtful=True)
        is_gone = answer.result is Result.UNKNOWN or (
            answer.result is Result.DOUBTFUL and reader.is_in_doubt()
        )
        if is_gone:
            reader.suppress(Reason.BOUNCED)
        counts = is_first and answer.result in waves.GONE
        paused = waves.note(domain, answer, is_return=True) if counts else None
    if paused is not None:
        waves.restore_readers(paused)
    return Fate.SUPPRESSED if is_gone and paused is None else Fate.NOTED


def _complained(reader: Subscriber) -> Fate:
    reader.suppress(Reason.COMPLAINED)
    return Fate.COMPLAINED


def _note(delivery: Delivery | None) -> bool:
    """Count a message as returned; return whether it was not counted before."""
    if delivery is None:
        return False
    sent = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENT, is_returned=False)
    if not sent.update(is_returned=True):
        return False
    Batch.objects.filter(pk=delivery.batch_id).update(returned=F("returned") + 1)
    return True
