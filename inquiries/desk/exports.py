"""Inquiries as a CSV table in which no value can become a formula of a spreadsheet (OWASP, CSV injection)."""

import csv
import datetime
import io
from collections.abc import Iterator, Mapping

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from inquiries.models import Event, Inquiry
from newsroom import countries
from newsroom.guard.spreadsheets import harmless

HEADER = ["reference", "state", "received", "kind", "country", "language", "reply by", "name", "organisation", "address",
          "about", "written", "who", "officer", "text"]  # fmt: skip

FIRST_DAY = datetime.date(2000, 1, 1)  # before any inquiry


def of_period(first: datetime.date, last: datetime.date) -> QuerySet[Inquiry]:
    """Return the inquiries that were received from the first to the last day, without what is set aside."""
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    start = _midnight(min(max(first, FIRST_DAY), tomorrow))
    end = tomorrow if last >= tomorrow else max(last, FIRST_DAY) + datetime.timedelta(days=1)
    return Inquiry.objects.exclude(state__in=Inquiry.SET_ASIDE).filter(
        received_at__gte=start, received_at__lt=_midnight(end)
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def export(inquiries: QuerySet[Inquiry], officer: User) -> HttpResponse:
    """Return the download of these inquiries, and log the export of each."""
    file = io.StringIO()
    rows = csv.writer(file, quoting=csv.QUOTE_ALL)
    rows.writerow(HEADER)
    names = countries.names()
    for inquiry in inquiries.order_by("received_at").prefetch_related("entries__officer"):
        rows.writerows([harmless(value) for value in row] for row in _rows(inquiry, names))
        Event.log(Event.Action.EXPORTED, officer, inquiry)
    # By the byte order mark spreadsheets know that it is UTF-8.
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="export-{timezone.localdate():%Y-%m-%d}.csv"'
    )
    return response


def _rows(inquiry: Inquiry, country_names: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield a row for each entry of the thread."""
    words = inquiry.words
    head = [
        words["reference"],
        inquiry.get_state_display(),
        _time(inquiry.received_at),
        inquiry.kind_label,
        country_names.get(words["country"], ""),
        inquiry.answer_language,
        *(words[name] for name in ("reply_by", "name", "organisation", "address", "about")),
    ]
    for entry in inquiry.entries.all():
        officer = entry.officer.get_username() if entry.officer else ""
        yield [*head, _time(entry.written_at), entry.voice_label, officer, entry.words["text"]]


def _time(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
