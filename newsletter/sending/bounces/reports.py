"""Reads mail that came back: what its delivery report (RFC 3464), or else its text, says about one mailbox."""

import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags

from newsletter.readers import addresses
from newsletter.sending.bounces.wordings import (
    AFTER_TEXT,
    BEFORE_RECIPIENT,
    COPY,
    DAEMON,
    DELAYED,
    FAILED,
    FOUND,
    HEADER,
    REPLY,
)
from newsroom.outbox.replies import ENHANCED, Answer, Result, classify

LONGEST = 8_000  # characters of the text before the copy of the message
WORST = [Result.UNKNOWN, Result.DOUBTFUL, Result.REFUSED]


def answer_about(mail: EmailMessage, key: str) -> Answer | None:
    """Return what a returned mail says about the mailbox with this key, or None where that is nothing final."""
    blocks = list(_recipients(mail))
    words = _words(mail)
    if not blocks:
        return _by_words(mail, words, key)
    answers = [_by_report(block, words) for block in blocks if _speaks_of(block, key)]
    found = [answer for answer in answers if answer is not None]
    return min(found, key=lambda answer: WORST.index(answer.result), default=None)


def key_in(field: object) -> str:
    """Return the key of the address in a field like 'rfc822; ann@example.org', or ''."""
    found = getaddresses([str(field).rpartition(";")[2].strip()])
    try:
        return addresses.key_of(addresses.cleaned(found[0][1] if found else ""))
    except ValidationError:
        return ""


def _recipients(mail: EmailMessage) -> Iterator[Message]:
    """Yield the per-recipient blocks of a delivery-status part (RFC 3464, RFC 6533)."""
    for part in mail.walk():
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            payload = part.get_payload()
            blocks = payload if isinstance(payload, list) else []
            yield from (
                block
                for block in blocks
                if isinstance(block, Message) and (block["Action"] or block["Status"])
            )


def _speaks_of(block: Message, key: str) -> bool:
    """Return whether a block is about this mailbox, and not about one to which its owner forwards mail."""
    return key in [key_in(block[name]) for name in ("Original-Recipient", "Final-Recipient") if block[name]]


def _by_report(block: Message, words: str) -> Answer | None:
    """Return what one block says, by the text of the mail where its own fields are vague."""
    if str(block["Action"] or "").strip().lower() != "failed":
        return None
    status = str(block["Status"] or "").split("(")[0].strip()
    kind, separator, said = str(block["Diagnostic-Code"] or "").partition(";")
    said = " ".join((said if separator else kind).split())
    if not said and status.endswith(".0.0"):
        said = _told(words)
    if BEFORE_RECIPIENT.search(said):
        return Answer(Result.REFUSED, status)
    reply = REPLY.match(said)
    code = int(reply[1]) if reply else 450 if status.startswith("4") else 550
    text = reply[3] if reply else said
    if not ENHANCED.match(text) and not status.endswith(".0.0"):
        text = f"{status} {text}"
    is_vague = reply is None and status.endswith(".0.0")
    return _final(code, text, by_words_alone=is_vague or bool(AFTER_TEXT.search(said)))


def _final(code: int, text: str, by_words_alone: bool) -> Answer:
    """Return what a reply means after which the server does not try again."""
    answer = classify(max(code, 500), text, about_recipient=True, by_words_alone=by_words_alone or code < 500)
    if code < 500 and answer.result is Result.UNKNOWN:  # a temporary code that lasted for days
        return Answer(Result.DOUBTFUL, answer.code)
    return answer


def _by_words(mail: EmailMessage, words: str, key: str) -> Answer | None:
    """Return what the text of a mail without a report says, if it is a bounce at all."""
    if not _is_return(mail, words) or DELAYED.search(words):
        return None
    named = str(mail["X-Failed-Recipients"] or "")
    if named:
        if key not in [key_in(one) for one in named.split(",")]:
            return None
    elif key not in words.casefold() and _names_somebody_else(mail, words):
        return None
    if BEFORE_RECIPIENT.search(words):
        return Answer(Result.REFUSED)
    told = _told(words)
    reply = REPLY.match(told)
    if reply is None:
        return _final(550, told, by_words_alone=True)
    return _final(int(reply[1]), reply[3], by_words_alone=bool(AFTER_TEXT.search(words)))


def _is_return(mail: EmailMessage, words: str) -> bool:
    """Return whether a mail server wrote it about an undelivered message; replies and auto-replies are no bounces."""
    if mail["X-Failed-Recipients"]:
        return True
    by_daemon = DAEMON.search(str(mail["From"] or "")) or str(mail["Return-Path"] or "").strip() == "<>"
    return bool(by_daemon and (FAILED.search(str(mail["Subject"] or "")[:LONGEST]) or FAILED.search(words)))


def _names_somebody_else(mail: EmailMessage, words: str) -> bool:
    ours = f"{mail['To'] or ''} {mail['From'] or ''} {mail['Delivered-To'] or ''}".casefold()
    return any(one.casefold() not in ours for one in FOUND.findall(words) if not DAEMON.search(one))


def _words(mail: EmailMessage) -> str:
    """Return the text of a returned mail, without the copy of our message."""
    for part in mail.walk():
        if part.get_content_maintype() == "message":
            break
        if part.get_content_maintype() == "text" and part.get_content_subtype() != "rfc822-headers":
            text = _decoded(part)[: 4 * LONGEST]
            text = strip_tags(text) if part.get_content_subtype() == "html" else text
            text = text.strip()[:LONGEST]
            copy = COPY.search(text)
            if text[: copy.start() if copy else None].strip():
                return text[: copy.start() if copy else None]
    return ""


def _decoded(part: Message) -> str:
    """Return the text of a part, even where its charset is wrong or unknown."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(str(part.get_content_charset() or "utf-8"))
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "replace")


def _told(words: str) -> str:
    """Return the part of the text that gives the reason: a server's reply up to its end, or else everything."""
    for paragraph in re.split(r"\n[ \t\r>]*\n", words):
        reply = REPLY.search(paragraph)
        if reply is not None:
            return " ".join(paragraph[reply.start() :].split())
    return " ".join(HEADER.sub("", words).split())
