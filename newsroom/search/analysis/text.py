"""The analysis of text, the same for both databases: which terms stand for the words that a reader sees.

A word is folded (no case, no diacritics of Latin and Greek) and stemmed in the language of its text; a stem
carries a letter of that language, so that a stem of one never meets a word of another. Scripts that write
without spaces become overlapping pairs of characters, so that any part of a word finds it as a phrase. Digits of
every script are those from 0 to 9, and a number is a word of its own wherever it stands.
"""

import itertools
import operator
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from Stemmer import Stemmer

from .characters import MARKS, SPACELESS, UNSEEN, UNSEEN_ONES
from .english import IRREGULAR, regular

VERSION = 3  # raise it when terms change: the worker then writes every entry anew
LONGEST_TERM = 64  # characters
LONGEST_RUN = 256  # characters that are folded: Unicode sorts a pile of accents in quadratic time
SHORTEST_SPELLING, LONGEST_SPELLING = 4, 40
BREAK = "¦"  # stands between two fields, so that no phrase reaches from one into the next

type Token = tuple[str, int, int]  # a term, and where its word starts and ends in the text
type Form = tuple[str, tuple[str, ...]]  # a language, and the terms of a text that is written in it

# A stem begins with the letter of its language; folded words hold none of these.
LANGUAGES = {
    "en": ("À", "english"),
    "ar": ("Á", "arabic"),
    "de": ("Â", "german"),
    "es": ("Ã", "spanish"),
    "fr": ("Ä", "french"),
    "id": ("Å", "indonesian"),
    "ne": ("Ç", "nepali"),
    "pt": ("È", "portuguese"),
    "ru": ("É", "russian"),
}
STEM_LETTERS = {letter for letter, _algorithm in LANGUAGES.values()}
CHANGE_BEGINNINGS = {"ar", "id", "ne"}  # their stemmers remove prefixes
FORMS = [*LANGUAGES, ""]  # the languages that a query is analysed in; "" stands for those without a stemmer

# Stop words: left out of a query that has other words.
SLIGHT_WORDS = """
a an and are as at be by for from has have how in is it its of on or that the their this to was were what when
where which who will with
de la el los las un una y en del al por para con que se su
le les des du et dans pour par sur au aux est une
der die das und ein eine den dem im von zu mit fur ist
o os as um uma e do da dos no na em
di ke dan yang untuk dari dengan
"""
SLIGHT = frozenset(SLIGHT_WORDS.split())

RUN = re.compile(
    r"[A-Za-z]{2}[A-Za-z0-9]*+(?:['’][sS])?+(?=[ \n.,;:!?)]|\Z)"  # nearly every word; it is here for speed alone
    rf"|(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?"  # M.o.U. is one word
    rf"|\d{{1,3}}(?:[,٬]\d{{3}})+(?![\d,])"  # 2,000 is one number
    rf"|[^\W_][^\W_{MARKS}{UNSEEN}]*(?:[^\W_]|[{MARKS}{UNSEEN}])*(?:['’][sS](?![^\W_]))?"
)
SIMPLE = re.compile(rf"[^{SPACELESS}]+")
PIECES = re.compile(rf"[{SPACELESS}](?:[{SPACELESS}{UNSEEN}])*|[^{SPACELESS}]+")
SPACELESS_WORD = re.compile(f"[{SPACELESS}](?:[{SPACELESS}{UNSEEN}])*")
HAS_SPACELESS = re.compile(f"[{SPACELESS}]")
LATIN_MARKS = re.compile("(?<=[a-zα-ωⲀ-ⳣ])[\u0300-\u036f]+")
VOWEL_POINTS = re.compile("[\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u0652\u0670]")
NO_LETTER = re.compile(rf"(?:[^\w{MARKS}]|_)+")


class Digits(dict[int, str]):
    """A table for str.translate() that learns: digits of every script become those from 0 to 9, all else stays."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        return self[code]


DIGITS = Digits()
LETTERS = Digits()
LETTERS |= str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ё": "е"}
)
PLURAL_ABBREVIATION = re.compile(r"[A-Z][A-Za-z]*[A-Z]s")

MOST_REMEMBERED = 60_000  # runs of a language; then all are forgotten, and the common ones return at once
LONGEST_REMEMBERED = 40  # characters

_stemmers = threading.local()  # a stemmer is not safe to share between threads


class Remembered(dict[str, str]):
    """A cache of what a function returns for each run of characters, since most words of a text recur in others."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function

    def __missing__(self, run: str) -> str:
        value = self.function(run)
        if len(run) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[run] = value
        return value


def fold(word: str) -> str:
    """Return the word without case, without the diacritics of Latin and Greek, and without punctuation."""
    if word.isascii() and word.isalnum():
        return word.lower()
    word = unicodedata.normalize("NFKD", word).casefold()
    word = VOWEL_POINTS.sub("", LATIN_MARKS.sub("", word))
    return NO_LETTER.sub("", unicodedata.normalize("NFC", word).translate(LETTERS))


def _stem(word: str, language: str) -> str:
    letter, algorithm = LANGUAGES[language]
    if language == "en":
        word = regular(word)
    try:
        stemmer: Stemmer = getattr(_stemmers, algorithm)
    except AttributeError:
        stemmer = Stemmer(algorithm, 0)
        setattr(_stemmers, algorithm, stemmer)
    return letter + fold(stemmer.stemWord(word))


def _word(run: str) -> str:
    """Return the folded word of a run, without the 's of a name or the s of a plural abbreviation (NGOs)."""
    if run[-2:] in {"'s", "’s", "'S", "’S"}:
        run = run[:-2]
    if run[-1:] == "s" and PLURAL_ABBREVIATION.fullmatch(run):
        run = run[:-1]
    return fold(run[:LONGEST_RUN])[:LONGEST_TERM]


def _term(language: str, run: str) -> str:
    word = _word(run)
    return _stem(word, language) if word and language in LANGUAGES else word


def _spelling(run: str) -> str:
    word = _word(run)
    return word if SHORTEST_SPELLING <= len(word) <= LONGEST_SPELLING and word.isalpha() else ""


# The term of a run in a script with spaces.
TERMS = {language: Remembered(partial(_term, language)) for language in FORMS}
SPELLINGS = Remembered(_spelling)  # a run as a word for the table of spellings, or nothing


def _single(character: str) -> str:
    return "" if character in UNSEEN_ONES else fold(character)


SINGLES = Remembered(_single)  # a character of a script without spaces, folded; nothing for an invisible one


def _pairs(run: str, start: int = 0) -> Iterator[Token]:
    """Yield (pair of characters, start, end) of a run without spaces; a single last one stands for itself."""
    places = [
        (character, place)
        for place, folded in enumerate(map(SINGLES.__getitem__, run), start)
        for character in folded
    ]
    if len(places) == 1:
        yield places[0][0], places[0][1], places[0][1] + 1
    for (first, begin), (second, end) in itertools.pairwise(places):
        yield first + second, begin, end + 1


def _terms(run: str, of_run: Remembered) -> list[str]:
    """Return the terms of a run that may hold characters of scripts without spaces, in their order."""
    if run.isascii() or not HAS_SPACELESS.search(run):
        return [of_run[run]]
    terms: list[str] = []
    for piece in PIECES.findall(run):
        if HAS_SPACELESS.match(piece):
            folded = "".join(map(SINGLES.__getitem__, piece))
            terms += map(operator.add, folded, folded[1:]) if len(folded) > 1 else [folded]
        else:
            terms.append(of_run[piece])
    return terms


def base_language(language: str) -> str:
    """Return the key in LANGUAGES of a language code such as pt-br, or nothing where it has no stemmer."""
    code = language.split("-")[0]
    return code if code in LANGUAGES else ""


def tokens(text: str, language: str, letters: frozenset[str] | None = None) -> Iterator[Token]:
    """Yield the tokens of the text in their order.

    `letters` are the first letters of the terms that are looked for; words that begin with another one are left out,
    which saves time on long texts. One token "" stands in place of those left out between two tokens, so that a search
    for a phrase does not take the two for neighbours.
    """
    language = base_language(language)
    terms = TERMS[language]
    pattern = RUN if letters is None or language in CHANGE_BEGINNINGS else _beginning_with(letters)
    last = 0
    for match in pattern.finditer(text):
        run = match[0]
        if pattern is not RUN and RUN.search(text, last, match.start()):
            yield "", last, match.start()
        last = match.end()
        if run.isascii() or not HAS_SPACELESS.search(run):
            if term := terms[run]:
                yield term, match.start(), match.end()
            continue
        for piece in PIECES.finditer(run):
            start = match.start() + piece.start()
            if HAS_SPACELESS.match(piece[0]):
                yield from _pairs(piece[0], start)
            elif term := terms[piece[0]]:
                yield term, start, start + len(piece[0])


@lru_cache(1_000)
def _beginning_with(letters: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of runs whose stems can begin with one of these letters."""
    more = {word[0] for word, base in IRREGULAR.items() if base[0] in letters}
    first = re.escape("".join(one for one in letters | more if one.isascii()))
    starts = rf"[{first}{first.upper()}\x80-\U0010ffff]"
    return re.compile(rf"(?={starts})(?<![^\W_])(?<![{MARKS}{UNSEEN}])(?:{RUN.pattern})")


def first_letter(term: str) -> str:
    """Return the first letter of the word that a term stands for."""
    return term[1:2] if term[0] in STEM_LETTERS else term[:1]


def analysed(text: str, language: str) -> tuple[list[str], list[str]]:
    """Return the terms of the text in their order, and the runs in scripts with spaces that they come from."""
    runs = RUN.findall(text)
    if not text.isascii() and HAS_SPACELESS.search(text):
        of_run = TERMS[base_language(language)]
        terms = [term for run in runs for term in _terms(run, of_run) if term]
        runs = [run for run in runs if not HAS_SPACELESS.search(run)]
    else:
        terms = list(filter(None, map(TERMS[base_language(language)].__getitem__, runs)))
    return terms, runs


def spellings(runs: Iterable[str]) -> set[str]:
    """Return the words of these runs that belong into the table of spellings."""
    return set(map(SPELLINGS.__getitem__, set(runs))) - {""}


def sequence(terms: Sequence[str]) -> str:
    """Return terms as one string with a space around each."""
    return f" {' '.join(terms)} " if terms else " "


def characters(text: str) -> list[str]:
    """Return the characters of scripts without spaces, each once, so that a query of one character finds them."""
    return sorted(set(map(fold, set(HAS_SPACELESS.findall(text)))) - {""})


@lru_cache(10_000)
def forms(text: str) -> tuple[Form, ...]:
    """Return the terms of the text in every language that it may be written in; none for text without words."""
    found = ((language, tuple(analysed(text, language)[0])) for language in FORMS)
    return tuple((language, terms) for language, terms in found if terms)
