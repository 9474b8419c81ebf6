"""Mail that came back: reports of mail servers and of providers become suppressions.

A report of a mail server is believed only where it names one of our return paths, whose HMAC nobody but
the mail server of that reader has seen.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses
from enum import Enum

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter import addresses, returnpaths
from newsletter.models import Batch, Delivery, Subscriber, Suppression
from newsroom.outbox.transport import Result, classify

Reason = Suppression.Reason
TO_US = ["Delivered-To", "X-Original-To", "Envelope-To", "To"]
HARD = {RejectReason.INVALID, RejectReason.BOUNCED}
REPLY = re.compile(r"\s*([245]\d\d)[ -](.*)", re.ASCII | re.DOTALL)
CLOCKS_DIFFER = timedelta(minutes=5)  # between us and a provider, at most


type Sent = tuple[Subscriber | None, Delivery | None]


class Fate(Enum):
    """What a report led to."""

    SUPPRESSED = "suppressed"  # there is no such mailbox
    COMPLAINED = "complained"  # the reader called it spam
    NOTED = "noted"  # it came back, but the mailbox may be sound
    IGNORED = "ignored"  # not a report, not ours, or only a delay


def take(raw: bytes, recipient: str = "") -> Fate:
    """Take up a message that came to our return path, as bytes; return its Fate."""
    report = message_from_bytes(raw, policy=policy.default)
    found = _named(report, recipient)
    if found is None or report.get_content_type() != "multipart/report":
        return Fate.IGNORED
    issue, reader = found
    delivery = reader.deliveries.filter(issue=issue).first()
    if _is_overtaken(reader, delivery.first_tried_at if delivery else None):
        return Fate.IGNORED
    kind = str(report.get_param("report-type", "")).lower()
    if kind == "feedback-report":
        return _complained(reader) if _is_complaint(report) else Fate.IGNORED
    if kind != "delivery-status":
        return Fate.IGNORED
    fates = [_fate_of(issue, reader, block) for block in _recipients(report)]
    return next((fate for fate in fates if fate is not Fate.IGNORED), Fate.IGNORED)


def take_event(event: AnymailTrackingEvent, *, is_signed: bool) -> Fate:
    """Take up what a provider says of a message, as django-anymail reads it; return its Fate.

    Where the provider has not signed it, it is believed only with the token of our return path.
    """
    if event.event_type not in {EventType.BOUNCED, EventType.COMPLAINED}:
        return Fate.IGNORED
    at = _aware(event.timestamp)
    reader, delivery = _sent_by_token(event)
    left_at = delivery.first_tried_at if delivery else at
    if reader is None and is_signed:
        reader, delivery = _sent_by_recipient(event)
    if reader is None or _is_overtaken(reader, left_at, at):
        return Fate.IGNORED
    if event.event_type == EventType.COMPLAINED:
        return _complained(reader)
    if _key(event.recipient) != reader.address_key:  # the reader has another address by now
        return Fate.IGNORED
    _note(delivery.issue_id if delivery else None, reader)
    return _bounced(reader) if _is_hard(event) else Fate.NOTED


def _is_hard(event: AnymailTrackingEvent) -> bool:
    """Return whether the provider, or the mail server that it quotes, says that there is no such mailbox."""
    if event.reject_reason is not None:
        return event.reject_reason in HARD
    match = REPLY.match(str(event.mta_response or ""))
    return bool(match) and classify(int(match[1]), match[2], about_recipient=True).result is Result.UNKNOWN


def _sent_by_token(event: AnymailTrackingEvent) -> Sent:
    """Return the reader and the delivery whose return path the event carries anywhere in it."""
    for text in _texts([event.metadata, event.esp_event]):
        found = returnpaths.find_token(text) or returnpaths.find(text)
        if found is not None:
            issue, reader = found
            return reader, reader.deliveries.filter(issue=issue).first()
    return None, None


def _texts(value: object) -> Iterator[str]:
    """Yield every text within what was JSON, however deep it goes."""
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
    """Return the reader whom the event names, and what was sent there last."""
    reader = Subscriber.objects.filter(address_key=_key(event.recipient)).first()
    if reader is None:
        return None, None
    return reader, reader.deliveries.filter(state=Delivery.State.SENT).order_by("-issue").first()


def _aware(at: object) -> datetime | None:
    """Return a moment of an event with its zone, which is UTC where it names none."""
    if not isinstance(at, datetime):
        return None
    return at.replace(tzinfo=UTC) if timezone.is_naive(at) else at


def _is_overtaken(reader: Subscriber, left_at: datetime | None, at: datetime | None = None) -> bool:
    """Return whether the reader has confirmed since, or the report is older than what it speaks of."""
    if left_at and at and at < left_at - CLOCKS_DIFFER:
        return True
    return bool(left_at and reader.confirmed_at and left_at < reader.confirmed_at)


def _named(report, recipient):
    """Return (issue, reader) of the return path that the report came to or speaks of, or None."""
    texts = [recipient, *(str(value) for name in TO_US for value in report.get_all(name, []))]
    for part in report.walk():
        if part.get_content_type() in {
            "message/feedback-report",
            "message/delivery-status",
            "text/rfc822-headers",
        }:
            texts.append(_text(part))
        texts += [str(value) for value in part.get_all("Return-Path", [])]
    for text in texts:
        found = returnpaths.find(text)
        if found is not None:
            return found
    return None


def _text(part):
    """Return a part as text, whatever it claims to be."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(block.as_string() for block in payload)
    return str(payload)


def _recipients(report):
    """Yield the blocks of a delivery-status part that speak of a recipient."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if block["Action"] or block["Status"])


def _fate_of(issue, reader, block):
    """Take up what a mail server says of one recipient."""
    if str(block["Action"] or "").strip().lower() != "failed":
        return Fate.IGNORED
    named = [_key(block[name]) for name in ("Original-Recipient", "Final-Recipient") if block[name]]
    if reader.address_key not in named:  # the reader has another address by now, or forwards the mail
        return Fate.IGNORED
    _note(issue.pk, reader)
    status = str(block["Status"] or "").split("(")[0].strip()
    said = str(block["Diagnostic-Code"] or "").partition(";")[2].strip()
    code, _space, words = said.partition(" ")
    if status.endswith(".0.0") and len(code) == 3 and code.isdigit():  # the words of the server say more
        answer = classify(int(code), words, about_recipient=True)
    else:
        answer = classify(550 if status.startswith("5") else 450, status, about_recipient=True)
    return _bounced(reader) if answer.result is Result.UNKNOWN else Fate.NOTED


def _key(field):
    """Return the key of the address in a field like 'rfc822; ann@example.org', or ''."""
    found = getaddresses([str(field).rpartition(";")[2].strip()])
    try:
        return addresses.key_of(addresses.cleaned(found[0][1] if found else ""))
    except ValidationError:
        return ""


def _is_complaint(report):
    return any(
        "feedback-type: abuse" in _text(part).lower()
        for part in report.walk()
        if part.get_content_type() == "message/feedback-report"
    )


def _bounced(reader):
    reader.suppress(Reason.BOUNCED)
    return Fate.SUPPRESSED


def _complained(reader):
    reader.suppress(Reason.COMPLAINED)
    return Fate.COMPLAINED


def _note(issue_id, reader):
    """Count a message as returned, once."""
    with transaction.atomic():
        sent = Delivery.objects.filter(
            issue=issue_id, subscriber=reader, state=Delivery.State.SENT, is_returned=False
        )
        batch = sent.values_list("batch", flat=True).first()
        if batch is not None and sent.update(is_returned=True):
            Batch.objects.filter(pk=batch).update(returned=F("returned") + 1)
