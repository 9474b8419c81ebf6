"""Reads and writes lists of readers as CSV; no value that is written can become a formula of a spreadsheet."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from articles.models.topic import Topic
from articles.places.models.country import Country
from newsletter.readers import addresses, csvrows
from newsletter.readers.listcolumns import LOOKS_LIKE_AN_ADDRESS, Columns
from newsroom.guard import spreadsheets

if TYPE_CHECKING:
    from newsletter.readers.models.subscriber import SubscriberQuerySet

COLUMNS = ["address", "state", "signed_up", "confirmed", "countries", "topics", "paused_until"]


@dataclass
class Line:
    """One line of a list: its number, its values, and why it can't be used (fault) or gets no mail (doubt)."""

    number: int
    address: str = ""
    key: str = ""
    countries: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    paused_until: date | None = None
    fault: str = ""
    doubt: str = ""
    notes: list[str] = field(default_factory=list)


def read(content: bytes, after: int = 0) -> Iterator[Line]:
    """Yield the lines after that number that are not empty; raises csvrows.Unreadable before the first."""
    first = next((cells for _number, cells in csvrows.rows(content, lambda _cells: False) if cells), [])
    width = len(first)

    def is_row(cells: list[str]) -> bool:
        return len(cells) == width and any(map(LOOKS_LIKE_AN_ADDRESS.fullmatch, cells))

    columns = Columns(first, _behind_heading(csvrows.rows(content, is_row)))
    subjects = Subjects()
    rows = csvrows.rows(content, is_row)
    for number, cells in _behind_heading(rows) if columns.has_heading else rows:
        if number <= after:
            continue
        if cells is None:
            yield Line(
                number, fault=_("A quotation mark is left open in this line, or the line can’t be read.")
            )
        elif any(cell.strip() for cell in cells):
            yield _line(number, cells, columns, subjects)


def _behind_heading(rows: Iterator[csvrows.Row]) -> Iterator[csvrows.Row]:
    """Return the rows that follow the first one with cells."""
    for _number, cells in rows:
        if cells:
            break
    return rows


def _line(number: int, cells: list[str], columns: Columns, subjects: "Subjects") -> Line:
    address = spreadsheets.original(columns.cell(cells, "address"))
    line = Line(number, address=address[: addresses.LONGEST])
    try:
        line.address = addresses.cleaned(address)
        line.key = addresses.key_of(line.address)
    except ValidationError as error:
        line.fault = error.messages[0]
        return line
    line.doubt = columns.consent.why_not_mailed(cells)
    line.countries = subjects.countries(spreadsheets.original(columns.cell(cells, "countries")), line.notes)
    line.topics = subjects.topics(spreadsheets.original(columns.cell(cells, "topics")), line.notes)
    pause = columns.cell(cells, "paused_until")
    with suppress(ValueError):
        line.paused_until = parse_date(pause)
    if pause and line.paused_until is None:
        line.doubt = line.doubt or _("The end of the pause can’t be read: write it like 2027-01-31.")
    return line


# Names that other programs give to countries, in lower case, with their codes (ISO 3166-1).
OTHER_NAMES = {
    "lao pdr": "LA", "lao people's democratic republic": "LA", "viet nam": "VN", "burma": "MM", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "usa": "US", "united states of america": "US", "uk": "GB",
    "great britain": "GB", "russian federation": "RU", "people's republic of china": "CN", "ivory coast": "CI",
    "czech republic": "CZ", "timor leste": "TL", "east timor": "TL", "brunei darussalam": "BN", "holland": "NL",
}  # fmt: skip


class Subjects:
    """Countries and topics by the names that lists use for them."""

    def __init__(self) -> None:
        self._countries = {
            name.casefold(): pk
            for pk, *names in Country.objects.values_list("pk", "name", "iso_code", "slug")
            for name in names
        }
        by_code = dict(Country.objects.values_list("iso_code", "pk"))
        known = {name: by_code[code] for name, code in OTHER_NAMES.items() if code in by_code}
        self._countries = known | self._countries
        self._topics = {
            name.casefold(): pk
            for pk, *names in Topic.objects.values_list("pk", "name", "slug")
            for name in names
        }

    def countries(self, text: str, notes: list[str]) -> list[int]:
        """Return the keys of the countries in a cell; note those that the site has no page for."""
        return self._found(
            text, self._countries, notes, _("Without the country “%(name)s”: it has no page here.")
        )

    def topics(self, text: str, notes: list[str]) -> list[int]:
        """Return the keys of the topics in a cell; note those that the site has no page for."""
        return self._found(text, self._topics, notes, _("Without the topic “%(name)s”: it has no page here."))

    def _found(self, text: str, known: dict[str, int], notes: list[str], missing: str) -> list[int]:
        names = [name.strip() for name in text.replace("|", ";").split(";") if name.strip()]
        notes += [missing % {"name": name[:60]} for name in names if name.casefold() not in known]
        return [known[name.casefold()] for name in names if name.casefold() in known]


class _Echo:
    """A file for csv.writer, whose writerow() then returns the line."""

    def write(self, line: str) -> str:
        return line


def written(readers: "SubscriberQuerySet") -> Iterator[str]:
    """Yield the lines of a list of these readers, its heading first."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    rows = readers.order_by("pk").prefetch_related("countries", "topics").iterator(chunk_size=1000)
    for reader in rows:
        yield writer.writerow(
            map(
                spreadsheets.harmless,
                [
                    reader.address,
                    reader.state,
                    f"{timezone.localdate(reader.created_at)}",
                    f"{timezone.localdate(reader.confirmed_at)}" if reader.confirmed_at else "",
                    "; ".join(country.name for country in reader.countries.all()),
                    "; ".join(topic.name for topic in reader.topics.all()),
                    reader.paused_until or "",
                ],
            )
        )
