import datetime

import pytest
from django.core.exceptions import ValidationError

from articles.dates import PartialDate, PartialDateFormField


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2006", "2006"),
        ("August 2006", "2006-08"),
        ("aug 2006", "2006-08"),
        ("5 August 2006", "2006-08-05"),
        ("August 5, 2006", "2006-08-05"),
        ("2006-08", "2006-08"),
        ("2006-08-05", "2006-08-05"),
        ("29 February 2024", "2024-02-29"),
    ],
)
def test_it_reads_dates_as_people_write_them(written, kept):
    assert str(PartialDate.parse(written)) == kept


@pytest.mark.parametrize(
    "written",
    ["13/2006", "2006-13", "2006-00", "31 February 2006", "29 February 2023", "August", "5 2006", "0000",
     "August August 2006", "99999", "٢٠٠٦", "2006-8", "yesterday", "\x00", "5 6 August 2006"],
)  # fmt: skip
def test_it_refuses_what_no_calendar_has(written):
    with pytest.raises(ValidationError):
        PartialDateFormField().clean(written)


def test_it_shows_no_more_precision_than_is_known():
    assert PartialDate(2006).display == "2006"
    assert PartialDate(2006, 8).display == "August 2006"
    assert PartialDate(2006, 8, 5).display == "5 August 2006"


def test_it_shows_the_editor_what_the_editor_can_type():
    field = PartialDateFormField()
    for date in [PartialDate(2006), PartialDate(2006, 8), PartialDate(2006, 8, 5)]:
        assert field.clean(field.prepare_value(date)) == date


def test_it_sorts_like_its_text():
    dates = [PartialDate(2006, 8, 5), PartialDate(2006), PartialDate(2006, 8), PartialDate(2005, 12, 31)]
    assert [str(d) for d in sorted(dates)] == sorted(str(d) for d in dates)


def test_it_takes_a_day_from_the_calendar():
    assert str(PartialDate.from_date(datetime.date(2026, 11, 24))) == "2026-11-24"


def test_the_form_of_an_article_takes_and_refuses_dates():
    from articles.models import Article

    field = Article._meta.get_field("display_date").formfield()
    assert field.clean("August 2006") == PartialDate(2006, 8)
    assert field.clean("") is None
    with pytest.raises(ValidationError):
        field.clean("August " * 50)
