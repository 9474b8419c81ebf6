"""Dates as precise as they are known: a day, a month or a year, stored as ISO 8601 text (2006-08)."""

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import dates as month_names
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression

ISO = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}


@dataclass(frozen=True, order=True)
class PartialDate:
    """A calendar date of which the day, or the day and the month, may be unknown (0)."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if not 1800 <= self.year <= 2200:
            raise ValueError("The year must lie between 1800 and 2200.")
        if self.day and not self.month:
            raise ValueError("A day needs a month.")
        datetime.date(self.year, self.month or 1, self.day or 1)

    def __str__(self) -> str:
        return "-".join(
            part for part in (f"{self.year:04}", f"{self.month:02}", f"{self.day:02}") if int(part)
        )

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """Return the date of an ISO 8601 text: '2006', '2006-08' or '2006-08-05'; raises ValueError."""
        match = ISO.fullmatch(text)
        if not match or "00" in match.groups()[1:]:
            raise ValueError("Not a date in ISO 8601 form.")
        return cls(*(int(part or 0) for part in match.groups()))

    @classmethod
    def from_date(cls, date: datetime.date) -> Self:
        """Return a partial date of which year, month and day are known."""
        return cls(date.year, date.month, date.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the date that a person wrote: '2006', 'August 2006', '5 August 2006', '2006-08-05'.

        Raises ValueError for what can't be read.
        """
        text = " ".join(text.replace(",", " ").split())
        if ISO.fullmatch(text):
            return cls.from_iso(text)
        words = text.lower().split(" ")
        months = [word for word in words if _month_number(word)]
        numbers = [word for word in words if re.fullmatch(r"[0-9]{1,4}", word)]
        years = [int(word) for word in numbers if len(word) == 4]
        days = [int(word) for word in numbers if len(word) <= 2]
        if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(words) != 2 + len(days):
            raise ValueError("Not a date that we can read.")
        return cls(years[0], _month_number(months[0]), days[0] if days else 0)

    @property
    def first_day(self) -> datetime.date:
        """Return the first day that the date covers."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> datetime.date:
        """Return the last day that the date covers."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def display(self) -> str:
        """Return the date in the reader's language, as precise as it is known."""
        return _displayed(self, get_language())


@lru_cache(4_000)
def _displayed(date: PartialDate, _language: str | None) -> str:
    """Return the date in the language that is active; formatting takes long, and lists repeat the same days."""
    if date.day:
        return formats.date_format(date.first_day, "DATE_FORMAT")
    if date.month:
        return formats.date_format(date.first_day, "YEAR_MONTH_FORMAT")
    return str(date.year)


def _month_number(word: str) -> int:
    if word in MONTHS:
        return MONTHS[word]
    for number, name in month_names.MONTHS.items():
        if str(name).lower() == word:
            return number
    return 0


class PartialDateFormField(forms.CharField):
    """A text box that reads a date as people write it."""

    default_error_messages = {
        "invalid": _("Write a year, a month with its year, or a day: 2006, August 2006, 5 August 2006.")
    }

    # CharField returns text; a field of its own would have to repeat how it strips and limits it.
    def to_python(self, value: object) -> PartialDate | None:  # type: ignore[override]
        if isinstance(value, PartialDate):
            return value
        text = super().to_python(value)
        if not text:
            return None
        if self.max_length and len(text) > self.max_length:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return PartialDate.parse(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def run_validators(self, value: object) -> None:
        """Skip the validators of text: PartialDate has checked itself."""

    def prepare_value(self, value: object) -> object:
        """Return what the text box shows: 5 August 2006, August 2006 or 2006."""
        if not isinstance(value, PartialDate):
            return value
        day = f"{value.day} " if value.day else ""
        month = f"{calendar.month_name[value.month]} " if value.month else ""
        return f"{day}{month}{value.year}"

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return (initial or None) != self.to_python(data)
        except ValidationError:
            return True


class PartialDateField(models.CharField):
    """A column of ISO 8601 text that reads as a PartialDate, or None where it is empty."""

    if TYPE_CHECKING:  # what the plugin of mypy takes for the attribute of a row; a CharField holds text
        _pyi_private_set_type: PartialDate | str | None  # type: ignore[assignment]
        _pyi_private_get_type: PartialDate | None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:  # Any: as Django declares it
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(
        self, value: str | None, expression: "Expression", connection: "BaseDatabaseWrapper"
    ) -> PartialDate | None:
        return PartialDate.from_iso(value) if value else None

    def to_python(self, value: object) -> PartialDate | None:
        if not value:
            return None
        if isinstance(value, PartialDate):
            return value
        try:
            return PartialDate.from_iso(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: object) -> str:
        return "" if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: object, model_instance: models.Model | None) -> None:
        if value is None and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def run_validators(self, value: object) -> None:
        """Skip the validators of text: PartialDate has checked itself."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        # Any: options of the form field, of whatever type each is
        options: dict[str, Any] = {"form_class": PartialDateFormField, "max_length": 40, "empty_value": None}
        return super(models.CharField, self).formfield(**options | kwargs)
