"""Inquiries as a table for a spreadsheet: complete, and nothing in it that a spreadsheet would run."""

import csv
import datetime
import io

from django.http import HttpResponse
from django.utils import timezone

from inquiries.models import Event, Inquiry
from newsroom import countries

HEADER = ["reference", "state", "received", "kind", "country", "language", "reply by", "name", "organisation", "address",
          "about", "written", "who", "officer", "text"]  # fmt: skip
STARTS_A_FORMULA = tuple("=+-@|%\t\r\n＝＋－＠")
IGNORED = " \u00a0\u200b\ufeff'\""  # what spreadsheets skip before they look


def harmless(value):
    """Return the text so that no spreadsheet takes it for a formula."""
    text = str(value)
    if text.startswith(STARTS_A_FORMULA) or text.lstrip(IGNORED).startswith(STARTS_A_FORMULA):
        return f"'{text}"
    return text


def of_period(first, last):
    """Return the inquiries that were received from the first to the last day; what is set aside is left out."""
    start = timezone.make_aware(datetime.datetime.combine(first, datetime.time.min))
    end = timezone.make_aware(datetime.datetime.combine(last, datetime.time.min)) + datetime.timedelta(days=1)
    return Inquiry.objects.exclude(state__in=Inquiry.SET_ASIDE).filter(
        received_at__gte=start, received_at__lt=end
    )


def export(inquiries, officer):
    """Return the download of these inquiries; each one's log says who took it."""
    file = io.StringIO()
    rows = csv.writer(file, quoting=csv.QUOTE_ALL)
    rows.writerow(HEADER)
    for inquiry in inquiries.order_by("received_at").prefetch_related("entries__officer"):
        rows.writerows([harmless(value) for value in row] for row in _rows(inquiry))
        Event.log(Event.Deed.EXPORTED, officer, inquiry)
    # The mark at the beginning lets spreadsheets read the letters of all languages.
    response = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="export-{timezone.localdate():%Y-%m-%d}.csv"'
    )
    return response


def _rows(inquiry):
    words = inquiry.words
    head = [
        words["reference"],
        inquiry.get_state_display(),
        _time(inquiry.received_at),
        inquiry.kind_label,
        countries.name_of(words["country"]),
        inquiry.answer_language,
        *(words[name] for name in ("reply_by", "name", "organisation", "address", "about")),
    ]
    for entry in inquiry.entries.all():
        officer = entry.officer.get_username() if entry.officer else ""
        yield [*head, _time(entry.written_at), entry.voice_label, officer, entry.words["text"]]


def _time(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
