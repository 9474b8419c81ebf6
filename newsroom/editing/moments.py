"""A day and a time of the site: the boxes, and the field, which also takes an hour that comes twice in autumn."""

from datetime import UTC, date, datetime, time

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone


class MomentBoxes(AdminSplitDateTime):
    """A day and a time with Django's calendar and clock, and the script that both are made with."""

    class Media:
        js = ["admin/js/core.js"]


class MomentField(forms.SplitDateTimeField):
    """A day and a time; of two moments that read the same it takes the known one, else the first."""

    widget = MomentBoxes
    known: datetime | None = None  # what stands stored

    def compress(self, data_list: tuple[date, time] | None) -> datetime | None:
        """Return the moment; raises ValidationError for a time that clocks leave out as they are put forward."""
        try:
            return super().compress(data_list)
        except ValidationError as refused:
            if refused.code != "ambiguous_timezone" or not data_list:
                raise
            read = datetime.combine(*data_list)
            first = read.replace(tzinfo=timezone.get_current_timezone())
            later = first.replace(fold=1)
            if not _exists(first):
                raise
            known = self.known and self.known.replace(microsecond=0)
            return later if known == later.astimezone(UTC) else first


def _exists(moment: datetime) -> bool:
    """Return whether clocks show a local time at all."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(
        tzinfo=None
    )
