"""What an answer of a mail server means: by its words first, by its codes where the words say nothing."""

import re
from dataclasses import dataclass
from enum import Enum

from .wordings import DOUBTFUL, MISSING, OTHER, plain

LONGEST = 1_200  # characters of a reply that are read: patterns take long over long words
ENHANCED = re.compile(r"[\s(#<]*([245]\.\d{1,3}\.\d{1,3})\b")
POLICY = re.compile(r"\b5\.7\.\d")  # wherever it stands among the words
UNKNOWN_CODES = {"5.1.1", "5.1.6", "5.1.10"}  # bad mailbox, moved away, a domain that takes no mail at all
DOUBTFUL_CODES = {"5.1.0", "5.1.2", "5.1.3", "5.1.4", "5.2.1", "5.4.4"}
DOUBTFUL_REPLIES = {525, 550, 551, 553, 556}  # without a finer code


class Result(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"  # the server answers for it now
    DEFERRED = "deferred"  # not now: a passing trouble, or the connection broke before the text had left
    REFUSED = "refused"  # not from us, or not like this, or no room; the mailbox may be sound
    UNKNOWN = "unknown"  # there is no such mailbox
    DOUBTFUL = (
        "doubtful"  # there may be no such mailbox any more: three such answers to three messages decide
    )
    LOST = "lost"  # the text had left and no answer came: it may have arrived
    UNREACHABLE = "unreachable"  # the server can't be spoken to at all; the message is not the cause
    UNWANTED = "unwanted"  # meanwhile() said no: nothing has left


@dataclass(frozen=True)
class Answer:
    """The result, and the codes that the server gave: '550 5.1.1', without its words, which hold addresses.

    Only of a server that takes no mail at all the words are kept, for those who have to mend it.
    """

    result: Result
    code: str = ""
    is_broken: bool = False  # the connection ended where a new one may do
    words: str = ""
    is_sign_in: bool = False  # the server is there, and refuses who we say we are


def classify(code: int, text: str | bytes, about_recipient: bool, by_words_alone: bool = False) -> Answer:
    """Return the Answer for an SMTP reply; about_recipient tells what can speak of the mailbox from the rest.

    by_words_alone: the reply came to the text of the message, where codes speak of that.
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
    words = words[match.end() :] if match else words
    told = _by_words(words)
    if told is None:
        told = Result.REFUSED if by_words_alone else _by_codes(code, enhanced, is_bare=not plain(words))
    return Answer(told, label)


def _by_words(words: str) -> Result | None:
    """Return what the words say, or None where they say nothing of the kind."""
    text = plain(words)
    if MISSING.search(text):
        return Result.REFUSED if OTHER.search(text) else Result.UNKNOWN
    if speaks_of_us(words):
        return Result.REFUSED
    return Result.DOUBTFUL if DOUBTFUL.search(text) else None


def speaks_of_us(words: str) -> bool:
    """Return whether the words give a reason that lies with us, with the message or with a full mailbox."""
    words = words[:LONGEST]
    return bool(OTHER.search(plain(words)) or POLICY.search(words))


def _by_codes(code: int, enhanced: str, is_bare: bool) -> Result:
    """Return what the codes say; is_bare: no words came with them that we might just not understand."""
    if enhanced in UNKNOWN_CODES and code != 552:
        return Result.UNKNOWN
    if enhanced in DOUBTFUL_CODES or (
        is_bare and code in DOUBTFUL_REPLIES and enhanced in {"", "5.0.0", "5.5.0"}
    ):
        return Result.DOUBTFUL
    return Result.REFUSED
