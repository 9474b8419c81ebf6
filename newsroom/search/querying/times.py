"""The time that results are of."""

import datetime

from django.db.models import Min
from django.utils import timezone

from newsroom.pagecache import deadlines

from ..index.documentkeys import EPOCH, microseconds
from ..index.writing import FOREVER
from ..models import Document


def now() -> datetime.datetime:
    """Return the time now, and say that results hold until the next document becomes public, or is no longer."""
    moment = timezone.now()
    deadlines.holds_until_next("documents", moment, _next_change)
    return moment


def _next_change(moment: datetime.datetime) -> datetime.datetime | None:
    later = [
        Document.objects.filter(**{f"{column}__gt": microseconds(moment)}).aggregate(next=Min(column))["next"]
        for column in ("public_from", "public_until")
    ]
    known = [one for one in later if one is not None and one < FOREVER]
    return EPOCH + datetime.timedelta(microseconds=min(known)) if known else None
