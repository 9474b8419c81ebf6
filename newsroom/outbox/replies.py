"""What a reply of a mail server means: by its text first, by its codes (RFC 5321, RFC 3463) where that says nothing."""

import re
from dataclasses import dataclass
from enum import Enum

LONGEST = 1_200  # characters of a reply that are read: the patterns are slow on long texts
ENHANCED = re.compile(r"[\s(#<]*([245]\.\d{1,3}\.\d{1,3})\b")
POLICY = re.compile(r"\b5\.7\.\d")  # anywhere in the text
UNKNOWN_CODES = {"5.1.1", "5.1.6", "5.1.10"}  # bad mailbox, moved, null MX
DOUBTFUL_CODES = {"5.1.0", "5.1.2", "5.1.3", "5.1.4", "5.2.1", "5.4.4"}
DOUBTFUL_REPLIES = {525, 550, 551, 553, 556}  # without an enhanced code


class Result(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"  # the server is responsible for it now
    DEFERRED = "deferred"  # a temporary failure, or the connection broke before the message was sent
    REFUSED = "refused"  # the sender, the content or a full mailbox; the mailbox may exist
    UNKNOWN = "unknown"  # no such mailbox
    DOUBTFUL = "doubtful"  # the mailbox may not exist: three such answers to three messages decide
    LOST = "lost"  # the message was sent and no reply came: it may have arrived
    UNREACHABLE = "unreachable"  # there is no conversation with the server; the message is not the cause
    UNWANTED = "unwanted"  # nothing was sent: the caller found just before that it must not be


@dataclass(frozen=True)
class Answer:
    """A result, and the codes of the reply, such as '550 5.1.1', without its text, which may hold addresses.

    The text is kept only where no mail leaves at all, for those who have to mend it.
    """

    result: Result
    code: str = ""
    is_broken: bool = False  # the connection broke, and a new one may work
    words: str = ""
    is_sign_in: bool = False  # the server refuses our user name and password


def classify(code: int, text: str | bytes, about_recipient: bool, by_words_alone: bool = False) -> Answer:
    """Return the Answer for an SMTP reply; about_recipient says whether it can be about the mailbox.

    by_words_alone: the reply followed DATA, where codes are about the message, so only its text can name the mailbox.
    """
    words = (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))[:LONGEST]
    match = ENHANCED.match(words)
    enhanced = match[1] if match else ""
    label = f"{code} {enhanced}".strip()[:12]
    if 200 <= code < 300:
        return Answer(Result.ACCEPTED, label)
    if code < 500:
        return Answer(Result.DEFERRED, label)
    if not about_recipient:
        return Answer(Result.REFUSED, label)
    from .wordings import plain  # loaded for the first refusal: its patterns take long to compile

    words = words[match.end() :] if match else words
    told = _by_words(words)
    if told is None:
        told = Result.REFUSED if by_words_alone else _by_codes(code, enhanced, is_bare=not plain(words))
    return Answer(told, label)


def _by_words(words: str) -> Result | None:
    """Return the result that the text tells, or None where it tells none."""
    from .wordings import DOUBTFUL, MISSING, OTHER, plain

    text = plain(words)
    if MISSING.search(text):
        return Result.REFUSED if OTHER.search(text) else Result.UNKNOWN
    if speaks_of_us(words):
        return Result.REFUSED
    return Result.DOUBTFUL if DOUBTFUL.search(text) else None


def speaks_of_us(words: str) -> bool:
    """Return whether the text blames the sender, the message or a full mailbox."""
    from .wordings import OTHER, plain

    words = words[:LONGEST]
    return bool(OTHER.search(plain(words)) or POLICY.search(words))


def _by_codes(code: int, enhanced: str, is_bare: bool) -> Result:
    """Return the result that the codes tell; is_bare: the reply had no text that we may have failed to understand."""
    if enhanced in UNKNOWN_CODES and code != 552:
        return Result.UNKNOWN
    if enhanced in DOUBTFUL_CODES or (
        is_bare and code in DOUBTFUL_REPLIES and enhanced in {"", "5.0.0", "5.5.0"}
    ):
        return Result.DOUBTFUL
    return Result.REFUSED
