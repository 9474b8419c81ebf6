"""Lists of readers as CSV: what a spreadsheet writes is understood, and what it reads can't run as a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.models import Country, Topic
from newsletter import addresses
from newsletter.models import Subscriber

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet calculate a cell
COLUMNS = ["address", "state", "signed_up", "confirmed", "countries", "topics", "paused_until"]
NAMES = {
    "address": {"address", "email", "e-mail", "mail", "email address", "e-mail address", "mail address"},
    "state": {"state", "status"},
    "countries": {"countries", "country"},
    "topics": {"topics", "topic"},
}
MOST_COLUMNS = 100


class Unreadable(Exception):
    """The file is no list of addresses; the words say what to do."""


@dataclass
class Line:
    """One line of a list: where it stands, and what it says or why it can't be used."""

    number: int
    address: str = ""
    key: str = ""
    countries: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    fault: str = ""


def safe(value):
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def unsafe(text):
    """Return what safe() was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def decoded(content):
    """Return the bytes of a file as a text to read line by line; raises Unreadable."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    try:
        for _chunk in iter(lambda: text.read(65_536), ""):
            pass
    except UnicodeDecodeError:
        raise Unreadable(
            _("The letters can’t be read. Save the list as “CSV UTF-8” and try again.")
        ) from None
    text.seek(0)
    return text


def read(content, after=0) -> Iterator[Line]:
    """Yield the lines of a list behind that number, but empty ones; raises Unreadable before the first."""
    text = decoded(content)
    first = text.readline()
    text.seek(0)
    delimiter = max(",;\t", key=first.count)
    try:
        places, has_heading = _places(next(csv.reader([first], delimiter=delimiter), []))
    except csv.Error:
        raise Unreadable(_("The file is no list of addresses.")) from None
    rows = csv.reader(text, delimiter=delimiter)
    subjects = Subjects()
    if has_heading:
        next(rows)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        if rows.line_num <= after:
            continue
        if cells is None:
            yield Line(rows.line_num, fault=_("The line can’t be read: a quotation mark may be left open."))
        elif any(cell.strip() for cell in cells):
            yield _line(rows.line_num, cells, places, subjects)


def _places(cells):
    """Return where the columns stand, and whether the first line was a heading; raises Unreadable."""
    names = [cell.strip().strip("\ufeff").casefold().replace("_", " ") for cell in cells[:MOST_COLUMNS]]
    places = {column: names.index(name) for column, known in NAMES.items() for name in names if name in known}
    if "address" in places:
        return places, True
    if cells and "@" in cells[0]:
        return {"address": 0}, False
    raise Unreadable(_("The first line must name the columns, one of them “address” or “email”."))


def _line(number, cells, places, subjects):
    found = {
        column: unsafe(cells[place].strip().replace("\0", "\ufffd"))
        for column, place in places.items()
        if place < len(cells)
    }
    line = Line(number, address=found.get("address", "")[: addresses.LONGEST])
    try:
        line.address = addresses.cleaned(found.get("address", ""))
        line.key = addresses.key_of(line.address)
        line.countries = subjects.countries(found.get("countries", ""))
        line.topics = subjects.topics(found.get("topics", ""))
    except ValidationError as error:
        line.fault = error.messages[0]
    if not line.fault and found.get("state", "").casefold() not in {"", Subscriber.State.CONFIRMED}:
        line.fault = _("The list itself says that this person is not subscribed.")
    return line


class Subjects:
    """Countries and topics by the names that lists use for them."""

    def __init__(self):
        self._countries = {
            name.casefold(): pk
            for pk, *names in Country.objects.values_list("pk", "name", "iso_code", "slug")
            for name in names
        }
        self._topics = {
            name.casefold(): pk
            for pk, *names in Topic.objects.values_list("pk", "name", "slug")
            for name in names
        }

    def countries(self, text):
        """Return the keys of the countries in a cell; raises ValidationError for one that is not there."""
        return self._found(text, self._countries, _("There is no country “%(name)s” here."))

    def topics(self, text):
        """Return the keys of the topics in a cell; raises ValidationError for one that is not there."""
        return self._found(text, self._topics, _("There is no topic “%(name)s” here."))

    def _found(self, text, known, complaint):
        names = [name.strip() for name in text.replace("|", ";").split(";") if name.strip()]
        for name in names:
            if name.casefold() not in known:
                raise ValidationError(complaint % {"name": name[:60]})
        return [known[name.casefold()] for name in names]


class _Echo:
    """What a csv writer writes to, to give each line back at once."""

    def write(self, line):
        return line


def written(readers):
    """Yield the lines of a list of these readers, its heading first."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    rows = readers.order_by("pk").prefetch_related("countries", "topics").iterator(chunk_size=1000)
    for reader in rows:
        yield writer.writerow(
            map(
                safe,
                [
                    reader.address,
                    reader.state,
                    f"{reader.created_at:%Y-%m-%d}",
                    f"{reader.confirmed_at:%Y-%m-%d}" if reader.confirmed_at else "",
                    "; ".join(country.name for country in reader.countries.all()),
                    "; ".join(topic.name for topic in reader.topics.all()),
                    reader.paused_until or "",
                ],
            )
        )
