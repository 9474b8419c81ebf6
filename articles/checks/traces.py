"""Finders of what leads to a person: telephone numbers, mail addresses, papers, coordinates and street addresses.

They look for shapes. What place, age, work and date together give away no pattern finds.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from .finding import BODY, TRACE, Finding
from .folding import Folded, fold

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDRESS_OF_PAGE = re.compile(r"(?:https?://|www\.|doi:\s?|doi\.org/)[^\s<>\"]+", re.IGNORECASE)
MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24}(?![a-z0-9_-])|[^\W\d_]{2,24}(?![\w-]))",
    re.IGNORECASE,
)
RESERVED = re.compile(
    r"(?:^|\.)(?:example\.(?:org|com|net)|example|invalid|test|localhost)$"
)  # RFC 2606: nobody's

DIGIT = re.compile(r"\d")
HOLDS = re.compile(
    r"[\d@+\uff0b\uff20\uff1c]|<<|://|www\.", re.IGNORECASE
)  # without one of these there is no trace that can be found
MOST = 500  # findings of one shape in a text
APART = "\0"  # between paragraphs: no pattern reaches across
GAP = r"[ \u00a0\u2009\u202f()./\u2010-\u2013-]"
# Letters of scripts that put no spaces between words, and none of their digits: a number may stand right beside them.
SPACELESS = (
    "\u0e01-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1780-\u17df"
    "\u3040-\u30ff\u4e00-\u9fff"
)
OF_A_WORD = rf"[^\W{SPACELESS}]"
NUMBER = re.compile(
    rf"(?<!\d[.,/-])(?<!\+)(?<!{OF_A_WORD})(?:\+{GAP}?)?\(?\d(?:{GAP}{{0,3}}\d){{4,18}}(?!{OF_A_WORD})(?![,/]\d)"
)
CALLED = re.compile(
    r"(?:\btel|\bphones?|\btelephones?|\bcall(?:ed|ing)?|\bmobiles?|\bcell|\bwhats\s?app|\btelegram|\bsignal|\bviber|"
    r"\bsms|\bfax|\bdial(?:led|ed)?|\bteléfono|\btéléphone|\btelefon|\bhandy|โทร|ໂທ|\bđiện thoại|电话|電話)"
    r"(?:\s+\w{1,12}){0,3}[\s.:,(/-]*$",
    re.IGNORECASE,
)
NOT_CALLED = re.compile(
    r"(?:isbn|issn|doi|docket|resolution|convention|act|law|decree|no\.|nos\.|number|directive|regulation|case|chf|usd|eur|"
    r"[$€£¥₭฿₫%])[\s:.-]*(?:13[-:]?)?\s*$",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}|\d{4}\s?[-/\u2010-\u2013]\s?\d{2,4}|"
    r"(?:\d{4}[ ,/\u2010-\u2013-]+)+\d{4})"
)
GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f.]\d{3})+")  # 10 000 000

PAPER = re.compile(
    r"\b(?:passport|id card|identity card|national id|id number|identity number|identification number|personal number|"
    r"social security|ssn|driver.?s? licen[cs]e|driving licen[cs]e|licen[cs]e plate|number plate|visa number|"
    r"work permit|birth certificate|bank account|account number|iban|reisepass|passeport|pasaporte|hộ chiếu|cmnd|cccd)\b"
    r"[^.;\n<>\0]{0,30}?(?<![\w])(?P<number>(?=[\w-]*\d[\w-]*\d[\w-]*\d[\w-]*\d)[A-Z0-9][A-Z0-9-]{4,24})(?![\w])",
    re.IGNORECASE,
)
PASSPORT = re.compile(r"(?<![\w/.-])(?!ISO|RES|COVID)[A-Z]{1,2}\d{6,9}(?![\w/-])")
MACHINE_READ = re.compile(r"(?<![A-Z0-9<])[A-Z0-9<]{5,40}<<[A-Z0-9<]{5,40}")
ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
THAI = re.compile(r"(?<![\d-])\d-\d{4}-\d{5}-\d{2}-\d(?![\d-])")

DEGREES = r"\d{1,3}(?:\.\d+)?\s?°\s?(?:\d{1,2}(?:\.\d+)?\s?['′’]\s?(?:\d{1,2}(?:\.\d+)?\s?(?:\"|″|”|''|’’))?)?\s?[NSEWO]"
COORDINATES = re.compile(
    rf"(?<![\w.])(?:(?:[NS]\s?|-)?\d{{1,2}}\.\d{{3,}}\s?°?\s?[NS]?\s?[,;/ ]\s?"
    rf"(?:[EW]\s?|-)?\d{{1,3}}\.\d{{3,}}[EWO]?(?!\w)|"
    rf"{DEGREES}(?:[,;/ ]{{1,2}}{DEGREES})?)(?!\w)"
)
PLUS_CODE = re.compile(r"(?<![\w+])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?!\w)")
MAP = re.compile(
    r"(?:google\.[a-z.]{2,6}/maps|maps\.google\.|goo\.gl/maps|maps\.app\.goo\.gl|openstreetmap\.org/\S*(?:map=|mlat)|osm\.org/"
    r"|bing\.com/maps|yandex\.[a-z.]{2,6}/maps|maps\.apple\.com|what3words\.com/|w3w\.co/)",
    re.IGNORECASE,
)

# Addresses that open a chat with a number.
CHAT = re.compile(
    r"(?:wa\.me/|whatsapp\.com/send\S{0,80}?phone=|signal\.me/#p/|t\.me/)(?P<number>(?:\+|%2B)?\d{7,15})",
    re.IGNORECASE,
)

NAME = r"[^\W\d_][\w.'’-]{0,30}"
KIND_OF_STREET = (
    r"(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|Lane|Boulevard|Blvd\.?|Drive|Alley|Terrace|Crescent|Highway)"
)
STREETS = (
    re.compile(
        rf"(?<![\w.,])(?!(?:19|20)\d\d\s)\d{{1,5}}[A-Za-z]?(?:/\d{{1,4}})?,?\s(?=[A-Z])(?:{NAME}\s){{1,4}}{KIND_OF_STREET}(?!\w)"
    ),
    re.compile(
        rf"(?<!\w)(?=[A-Z])(?:{NAME}\s){{1,3}}{KIND_OF_STREET},?\s(?:[Nn]o\.?\s?)?\d{{1,4}}(?!\w)(?!\s?km)"
    ),
    re.compile(r"(?<!\w)(?i:house|apartment|apt\.?|flat|room)\s(?i:no\.?|number|nr\.?|#)\s?\d{1,5}(?!\w)"),
    re.compile(r"(?<!\w)(?:Soi|Moo|Mu|Thanon)\s\d{1,3}(?!\w)"),
    re.compile(rf"(?<!\w){NAME}(?:straße|strasse|str\.|gasse|weg|platz)\s\d{{1,4}}[a-z]?(?!\w)"),
    re.compile(
        r"(?<![\w.,])\d{1,4}(?:\s?bis)?,?\s(?:rue|boulevard|allée|chemin|quai|đường|phố)\s[^\W\d_]\w{1,30}"
    ),
    re.compile(
        r"(?<!\w)(?:[Cc]alle|[Aa]venida|[Rr]ua|[Jj]alan|Jl\.|Via|Đường|Phố)\s(?=[A-ZÀ-Þ])(?:[\w.'’-]{2,30}\s){1,4}"
        r"(?:[Nn]o\.?\s?|n\.?º\s?)?\d{1,4}(?!\w)"
    ),
)

# What a text has to hold before a pattern that takes longer is tried: to look for plain words takes next to nothing.
HINTS: dict[re.Pattern[str], tuple[str, ...]] = {
    PAPER: (
        "passport", "id card", "identity", "national id", "id number", "ion number", "personal number", "social",
        "ssn", "licen", " plate", "visa number", "work permit", "birth cert", "account", "iban", "reisepass",
        "passeport", "pasaporte", "hộ chiếu", "cmnd", "cccd",
    ),
    STREETS[2]: ("house", "apartment", "apt", "flat", "room"),
    STREETS[3]: ("soi ", "moo ", "mu ", "thanon "),
    STREETS[4]: ("straße", "strasse", "str.", "gasse", "weg", "platz"),
    STREETS[5]: ("rue ", "boulevard ", "allée ", "chemin ", "quai ", "đường ", "phố "),
    STREETS[6]: ("calle ", "avenida ", "rua ", "jalan ", "jl.", "via ", "đường ", "phố "),
} | dict.fromkeys(
    STREETS[:2],
    (
        "street", "st.", " road", " rd", " ave", " lane", " boulevard", " blvd", " drive", " alley", " terrace",
        " crescent", " highway",
    ),
)  # fmt: skip

MAIL_FOUND = _("A mail address.")
NUMBER_FOUND = _("This may be a telephone number.")
PAPER_FOUND = _("This may be the number of a paper, a vehicle or an account.")
PLACE_FOUND = _("Coordinates, or a link to a point on a map.")
STREET_FOUND = _("This may be a street address.")


class Known:
    """Numbers and mail addresses that are public by purpose: those of hotlines, sources, and the site itself."""

    def __init__(self, numbers: Iterable[str] = (), mails: Iterable[str] = ()) -> None:
        self.numbers = {digits for number in numbers if (digits := digits_of(number))}
        self.ends = {number[-8:] for number in self.numbers if len(number) >= 8}
        self.mails = {one.casefold() for one in mails if one}

    def has_number(self, number: str) -> bool:
        """Return whether a number is known, with its country code or without."""
        digits = digits_of(number)
        return digits in self.numbers or digits.lstrip("0") in self.numbers or digits[-8:] in self.ends

    def has_mail(self, address: str) -> bool:
        """Return whether a mail address, or everything at its host, is known or nobody's."""
        address = address.casefold()
        host = address.partition("@")[2]
        return bool(RESERVED.search(host)) or address in self.mails or host in self.mails


def digits_of(number: str) -> str:
    """Return the digits of a number in any script as 0 to 9."""
    return "".join(str(int(letter)) for letter in number if letter.isdigit() and letter.isdecimal())


def traces(typed: str, known: Known, field: str = BODY) -> Iterator[Finding]:
    """Yield what may lead to a person in the words of a text, its paragraphs held APART."""
    folded = fold(typed)
    for found in ADDRESS_OF_PAGE.finditer(folded.text):
        if told := _of_address(found[0], known):
            yield _trace(told, field, folded.as_typed(*found.span()))
    words = ADDRESS_OF_PAGE.sub(lambda found: " " * len(found[0]), folded.text)
    if "@" in words:
        for found in MAIL.finditer(words):
            if not known.has_mail(found[0]):
                yield _trace(MAIL_FOUND, field, folded.as_typed(*found.span()))
    if DIGIT.search(words) or "<<" in words:
        yield from _of_numbers(words, folded, known, field)
    for found in PLUS_CODE.finditer(words) if "+" in words else ():
        yield _trace(PLACE_FOUND, field, folded.as_typed(*found.span()))


def _of_numbers(words: str, folded: Folded, known: Known, field: str) -> Iterator[Finding]:
    taken = bytearray(len(words))  # 1 where something was found already
    shapes: list[tuple[re.Pattern[str], StrOrPromise]] = [
        (COORDINATES, PLACE_FOUND),
        *((one, PAPER_FOUND) for one in (PAPER, THAI, ACCOUNT, MACHINE_READ, PASSPORT)),
        *((one, STREET_FOUND) for one in STREETS),
    ]
    lowered = words.lower()
    for pattern, message in shapes:
        if pattern in HINTS and not any(hint in lowered for hint in HINTS[pattern]):
            continue
        for found in islice(pattern.finditer(words), MOST):
            start, end = found.span()
            if 1 not in taken[start:end]:
                taken[start:end] = b"\1" * (end - start)
                yield _trace(message, field, folded.as_typed(start, end))
    for found in islice(NUMBER.finditer(words), MOST * 10):
        if 1 not in taken[found.start() : found.end()] and not known.has_number(found[0]):
            before = words[max(0, found.start() - 48) : found.start()].rpartition(APART)[2]
            if is_called(found[0].strip(), before):
                yield _trace(NUMBER_FOUND, field, folded.as_typed(*found.span()))
            elif is_long(found[0], before):
                yield _trace(PAPER_FOUND, field, folded.as_typed(*found.span()))


def is_called(number: str, before: str) -> bool:
    """Return whether digits and what separates them look like a telephone number behind these words."""
    digits = digits_of(number)
    if digits.startswith("000") or not 5 <= len(digits) <= 15 or DATE.fullmatch(number):
        return False  # +000 is the country code of examples
    if number.startswith("+") or (digits.startswith("00") and len(digits) >= 10):
        return len(digits) >= 7
    if CALLED.search(before):
        return True
    if NOT_CALLED.search(before) or GROUPED.fullmatch(number):
        return False
    if digits.startswith("0"):
        return 8 <= len(digits) <= 11 and number[1:2] != "."
    return bool(re.fullmatch(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", number))


def is_long(number: str, before: str) -> bool:
    """Return whether a number without gaps, and no part of a longer one, is as long as those of papers and accounts."""
    is_whole = number.isdigit() and not before.endswith((".", ",", "/", "-"))
    return is_whole and 9 <= len(number) <= 19 and not NOT_CALLED.search(before)


def of_links(addresses: Iterable[tuple[str, str]], known: Known) -> Iterator[Finding]:
    """Yield the links, as addresses with their words, that lead to a person or to a point on a map."""
    for address, words in addresses:
        scheme, _colon, rest = address.partition(":")
        if scheme.lower() == "mailto":
            mails = [*MAIL.findall(unquote(rest)), unquote(rest.partition("?")[0])]  # those of copies too
            if any("@" in mail and not known.has_mail(mail) for mail in mails):
                yield _of_link(MAIL_FOUND, words, mails[0], address)
        elif scheme.lower() == "tel":
            if len(digits_of(rest)) >= 5 and not known.has_number(rest) and not rest.startswith("+000"):
                yield _of_link(NUMBER_FOUND, words, rest, address)
        elif told := _of_address(address, known):
            yield _of_link(told, words, address, address)


def _of_address(address: str, known: Known) -> "StrOrPromise":
    """Return what of a person the address of a page tells; empty where nothing."""
    if MAP.search(address):
        return PLACE_FOUND
    found = CHAT.search(address)
    return NUMBER_FOUND if found and not known.has_number(unquote(found["number"])) else ""


def _of_link(message: "StrOrPromise", words: str, told: str, address: str) -> Finding:
    """Return a finding in a link: its words, with the address that they lead to unless they tell it themselves."""
    words = words.strip() or told
    return Finding(TRACE, message, BODY, words, "" if words in {told, address} else address)


def _trace(message: "StrOrPromise", field: str, excerpt: str) -> Finding:
    return Finding(TRACE, message, field, excerpt.strip())
