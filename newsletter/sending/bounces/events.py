"""What a provider's event says about a mailbox: by the reply of the mail server if it is quoted, else by its fields."""

import re
from typing import Any

from anymail.signals import AnymailTrackingEvent, RejectReason

from newsroom.outbox.replies import Answer, Result, classify, speaks_of_us

REPLY = re.compile(r"(?:smtp;)?\s*\W?([245]\d\d)[ -](.*)", re.ASCII | re.DOTALL | re.IGNORECASE)
# Fields by which providers say that a mailbox does not exist.
GONE = {
    ("Type", "HardBounce"),  # Postmark
    ("bounce_class", "10"),  # SparkPost: invalid recipient
    ("bounce_class", "30"),  # SparkPost: no recipient
    ("error", "user unknown"),  # Mailjet
    ("error", "typofix"),  # Mailjet
    ("type", "activity.hard_bounced"),  # MailerSend
}
DOUBTFUL = {("error", "mailbox inactive"), ("error", "invalid domain"), ("error", "no mail host")}  # Mailjet


def answer_in(event: AnymailTrackingEvent) -> Answer:
    """Return the Answer for a message that bounced for good, as a provider reports it."""
    fields = _fields(event.esp_event)
    said = " ".join(str(text) for text in [event.mta_response, _reason(fields)] if text)
    if fields.get("type") == "blocked":  # SendGrid: refused for who sends, for content or for a while
        return Answer(Result.REFUSED, "blocked")
    told = _quoted(said, fields) if said else Answer(Result.REFUSED)
    if told.result in {Result.UNKNOWN, Result.DOUBTFUL} or speaks_of_us(said):
        return told
    if event.reject_reason == RejectReason.INVALID or not GONE.isdisjoint(_pairs(fields)):
        return Answer(Result.UNKNOWN, told.code)
    if not DOUBTFUL.isdisjoint(_pairs(fields)):
        return Answer(Result.DOUBTFUL, told.code)
    return Answer(Result.REFUSED, told.code)


def _quoted(said: str, fields: dict[str, Any]) -> Answer:
    """Return what the quoted reply of a mail server means."""
    reply = REPLY.match(said)
    code = str(reply[1] if reply else fields.get("code") or 550)
    number = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 550
    text = reply[2] if reply else said
    is_quoted = reply is not None or "code" in fields
    return classify(
        max(number, 500), text, about_recipient=True, by_words_alone=number < 500 or not is_quoted
    )


def _reason(fields: dict[str, Any]) -> object:
    """Return the reason of an event of MailerSend, for which django-anymail leaves mta_response empty."""
    return fields.get("readable_reason") or (fields.get("reason") if "morph" in fields else None)


def _pairs(fields: dict[str, Any]) -> set[tuple[str, str]]:
    return {(name, value) for name, value in fields.items() if isinstance(value, str)}


def _fields(content: object) -> dict[str, Any]:
    """Return all fields of an event on one level; outer ones win over nested ones of the same name."""
    found: dict[str, Any] = {}
    left = [content]
    while left:
        one = left.pop(0)
        if isinstance(one, dict):
            for name, value in one.items():
                found.setdefault(str(name), value)
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found
