"""Receipts: common words that open a mailbox, derived from the form's nonce and stored nowhere.

A number of 99 bits is derived from the nonce with a secret key. It is shown as nine words of a list of 2,048,
or as 30 digits where the page's language has no list, and read back from either. Only a keyed hash is stored.
"""

import hashlib
import hmac
import re
import secrets
import string
import unicodedata
from collections.abc import Iterable, Iterator
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
GROUP = 5  # digits of a group
GROUPS = DIGITS // GROUP
MOST_READINGS = 8  # of a text without spaces
REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 without 0, 1, I and O
REFERENCE_LENGTH = 8
SALT = "inquiries.nonce"
LONGEST_TYPED = 500  # characters


def new_nonce() -> str:
    """Return a signed random text for a form; a form that is sent twice has one receipt."""
    return signing.dumps(secrets.token_urlsafe(24), salt=SALT)


def is_nonce(text: str) -> bool:
    """Return whether new_nonce() made this text."""
    try:
        signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return False
    return True


def number_for(nonce: str) -> int:
    """Return the number of a form's receipt, of 99 bits."""
    return int.from_bytes(_keyed("receipt", nonce), "big") >> (256 - BITS)


def reference_for(nonce: str) -> str:
    """Return the reference of a form's inquiry, such as 'K7QM-2XRP'; it shows neither date nor order."""
    drawn = _keyed("reference", nonce)
    letters = "".join(REFERENCE_LETTERS[byte % 32] for byte in drawn[:REFERENCE_LENGTH])
    return f"{letters[:4]}-{letters[4:]}"


def lookup_of(number: int) -> str:
    """Return the keyed hash by which an inquiry is found."""
    return _keyed("lookup", str(number)).hex()


def once(purpose: str, nonce: str) -> str:
    """Return the keyed hash for a unique column that refuses the same form a second time."""
    return _keyed(f"once {purpose}", nonce).hex()


def key_for_draft(nonce: str) -> bytes:
    """Return the key under which what stands in a form is kept before it is sent."""
    return _keyed("draft", nonce)


def written(number: int, language: str) -> list[str]:
    """Return the receipt as its owner copies it: words of the language, or groups of digits."""
    words = word_list(language)
    if not words:
        digits = str(number).zfill(DIGITS)
        return [digits[start : start + GROUP] for start in range(0, DIGITS, GROUP)]
    places = range(BITS - BITS_A_WORD, -1, -BITS_A_WORD)
    return [words[(number >> place) % LIST_LENGTH] for place in places]


def read(text: str) -> int | None:
    """Return the number that was typed as words or digits; None where it is no receipt or has several readings."""
    found = readings(text)
    return found[0] if len(found) == 1 else None


def readings(text: str) -> list[int]:
    """Return the numbers that a typed receipt can mean: mostly one, several where spaces are missing.

    The ordinals that the page shows before the words or groups may be typed too, and then in any order.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).casefold()
    parts = re.findall(r"[^\W\d_]+|\d+", text)
    if parts and all(part.isdecimal() for part in parts):
        return _digits_read(parts)
    parts = _in_order(parts, WORDS) or [part for part in parts if not part.isdecimal()]
    found = [number for language in languages() for number in _words_read(parts, language)]
    return found[:MOST_READINGS]


def _in_order(parts: list[str], count: int) -> list[str]:
    """Return the parts in the order of the ordinals before them; [] where these are not the numbers 1 to `count`."""
    numbers, others = parts[::2], parts[1::2]
    if len(others) != count or not all(number.isdecimal() for number in numbers):
        return []
    by_number = {int(number): other for number, other in zip(numbers, others, strict=False)}
    return (
        [by_number[place] for place in sorted(by_number)]
        if set(by_number) == set(range(1, count + 1))
        else []
    )


def _digits_read(parts: list[str]) -> list[int]:
    digits = "".join(_in_order(parts, GROUPS) or parts)
    if len(digits) == DIGITS + GROUPS:  # each group stands behind its number
        places = [int(place) for place in digits[:: GROUP + 1]]
        if places == list(range(1, GROUPS + 1)):
            digits = "".join(digits[at + 1 : at + GROUP + 1] for at in range(0, len(digits), GROUP + 1))
    return [int(digits)] if len(digits) == DIGITS and int(digits) >> BITS == 0 else []


def _words_read(parts: list[str], language: str) -> list[int]:
    """Return the numbers of all ways to read these letters as nine words of a language."""
    indexes = [index for part in parts if (index := _index(part, language)) is not None]
    if len(parts) == len(indexes) == WORDS:
        return [_number(indexes)]
    joined = "".join(parts)
    if len(joined) > WORDS * longest_word(language):
        return []
    # For each position: the number of words read so far, to the ways to read the letters before it as that many.
    ways: list[dict[int, list[tuple[int, ...]]]] = [{} for _letter in range(len(joined) + 1)]
    ways[0][0] = [()]
    places = _places(language)
    for start, reached in enumerate(ways):
        for end in range(start + 1, min(start + longest_word(language), len(joined)) + 1 if reached else 0):
            index = places.get(joined[start:end])
            if index is None:
                continue
            for count, before in reached.items():
                if count < WORDS:
                    known = ways[end].setdefault(count + 1, [])
                    known += [(*one, index) for one in before][: MOST_READINGS - len(known)]
    return [_number(way) for way in ways[-1].get(WORDS, [])]


def _number(indexes: Iterable[int]) -> int:
    number = 0
    for index in indexes:
        number = number << BITS_A_WORD | index
    return number


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 2,048 words of a language, or an empty tuple where it has no list."""
    path = LISTS / f"{language.split('-')[0]}.txt"
    return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()


@cache
def longest_word(language: str) -> int:
    """Return how many letters the longest word of a language has."""
    return max(map(len, word_list(language)))


@cache
def languages() -> list[str]:
    """Return the languages that have a list."""
    return sorted(path.stem for path in LISTS.glob("*.txt"))


@cache
def _places(language: str) -> dict[str, int]:
    return {word: index for index, word in enumerate(word_list(language))}


def _index(typed: str, language: str) -> int | None:
    """Return the place of a word in the list; one typing error is forgiven where only one word is that near."""
    places = _places(language)
    if typed in places:
        return places[typed]
    near = {places[word] for word in _one_slip_away(typed) if word in places}
    return near.pop() if len(near) == 1 else None


def _one_slip_away(word: str) -> Iterator[str]:
    """Yield every text that differs from the word by one letter left out, added, exchanged or swapped."""
    letters = string.ascii_lowercase
    for at in range(min(len(word), 20) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def _keyed(purpose: str, text: str) -> bytes:
    return hmac.new(Safe.receipt_key(), f"{purpose}\0{text}".encode(), hashlib.sha256).digest()
