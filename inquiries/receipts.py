"""Receipts: common words that open a mailbox, made from the form's nonce and kept by nobody but their owner.

A number of 99 bits is drawn from the nonce with a secret key. It is shown as nine words of a list of 2,048,
or as 30 digits where the page's language has no list, and read back from either. Stored is a keyed hash.
"""

import hashlib
import hmac
import re
import secrets
import string
import unicodedata
from functools import cache
from pathlib import Path

from django.core import signing

from inquiries.models import Safe

LISTS = Path(__file__).parent / "words"
LIST_LENGTH = 2048
BITS_A_WORD = 11
WORDS = 9
BITS = WORDS * BITS_A_WORD  # 99
DIGITS = 30  # 10**30 is just above 2**99
REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 without 0, 1, I and O
REFERENCE_LENGTH = 8
SALT = "inquiries.nonce"
LONGEST_TYPED = 500  # characters


def new_nonce():
    """Return a signed random text for a form; whoever sends it twice gets one receipt."""
    return signing.dumps(secrets.token_urlsafe(24), salt=SALT)


def is_nonce(text):
    """Return whether we made this text."""
    try:
        signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return False
    return True


def number_for(nonce):
    """Return the 99 bits of the receipt that belongs to a form."""
    return int.from_bytes(_keyed("receipt", nonce), "big") >> (256 - BITS)


def reference_for(nonce):
    """Return the short reference of what a form brings: no order and no date in it, such as 'K7QM-2XRP'."""
    drawn = _keyed("reference", nonce)
    letters = "".join(REFERENCE_LETTERS[byte % 32] for byte in drawn[:REFERENCE_LENGTH])
    return f"{letters[:4]}-{letters[4:]}"


def lookup_of(number):
    """Return the keyed hash under which a receipt is found."""
    return _keyed("lookup", str(number)).hex()


def once(purpose, nonce):
    """Return a keyed hash that lets a text that is sent twice be stored once."""
    return _keyed(f"once {purpose}", nonce).hex()


def written(number, language):
    """Return the receipt as its owner copies it: words of the language, or groups of digits."""
    words = word_list(language)
    if not words:
        digits = str(number).zfill(DIGITS)
        return [digits[start : start + 5] for start in range(0, DIGITS, 5)]
    places = range(BITS - BITS_A_WORD, -1, -BITS_A_WORD)
    return [words[(number >> place) % LIST_LENGTH] for place in places]


def read(text):
    """Return the number that somebody typed as words or digits; None where it can be no receipt."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).casefold()
    parts = re.findall(r"[^\W_]+", text)
    if parts and all(part.isdecimal() for part in parts):
        digits = "".join(parts)
        return int(digits) if len(digits) == DIGITS and int(digits) >> BITS == 0 else None
    if len(parts) != WORDS:
        return None
    for language in languages():
        indexes = [_index(part, language) for part in parts]
        if None not in indexes:
            number = 0
            for index in indexes:
                number = number << BITS_A_WORD | index
            return number
    return None


@cache
def word_list(language):
    """Return the 2,048 words of a language, or an empty tuple where it has no list."""
    path = LISTS / f"{language.split('-')[0]}.txt"
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


@cache
def languages():
    """Return the languages that have a list."""
    return sorted(path.stem for path in LISTS.glob("*.txt"))


@cache
def _places(language):
    return {word: index for index, word in enumerate(word_list(language))}


def _index(typed, language):
    """Return the place of a word; one slip of a finger is forgiven where it leaves no doubt."""
    places = _places(language)
    if typed in places:
        return places[typed]
    near = {places[word] for word in _one_slip_away(typed) if word in places}
    return near.pop() if len(near) == 1 else None


def _one_slip_away(word):
    letters = string.ascii_lowercase
    for at in range(min(len(word), 20) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def _keyed(purpose, text):
    return hmac.new(Safe.receipt_key(), f"{purpose}\0{text}".encode(), hashlib.sha256).digest()
