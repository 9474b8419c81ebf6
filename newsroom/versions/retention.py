"""Versions have their time: a while after a piece has changed last, those between its first and its newest go.

The newest one stays, which is what is stored, public or not; and so does the working copy on top of it, with the one
that it differs from.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CASCADE, Count, Max, Min
from django.utils import timezone

from newsroom.outbox import clock

from .models import Version, VersionQuerySet

EVERY = 24 * 3600  # seconds
AT_ONCE = 200  # versions of a transaction: on SQLite everybody who saves waits for it
PIECES = 500  # whose last change is asked together


def prune() -> None:
    """Delete the versions that have had their time, a few at once; nothing after a jump of the clock."""
    if not clock.may_purge():
        return
    before = timezone.now() - timedelta(days=settings.VERSIONS_KEPT_DAYS)
    clock.log_purge("versions", sum(delete(old) for old in _outdated(before)))


def delete(versions: VersionQuerySet) -> int:
    """Delete versions without reading them, a few in each transaction; return how many."""
    count = 0
    keys = list(versions.order_by("pk").values_list("pk", flat=True))
    for some in itertools.batched(keys, AT_ONCE):
        with transaction.atomic():
            _let_go(some)
            Version.objects.filter(pk__in=some)._raw_delete(versions.db)
        count += len(some)
    return count


def _let_go(keys: tuple[int, ...]) -> None:
    """Delete what goes with these versions, such as links that share them, and empty other references to them."""
    every: list[Any] = Version._meta.get_fields(include_hidden=True)  # of whichever kind
    for relation in (one for one in every if one.auto_created and one.one_to_many):
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
        if relation.on_delete is CASCADE:
            rows.delete()
        else:
            rows.update(**{relation.field.name: None})


def _outdated(before: datetime) -> Iterator[VersionQuerySet]:
    """Yield the versions that may go, of each piece that has not changed since then."""
    pieces = Version.objects.order_by().values_list("model", "object_id")
    counted = pieces.annotate(first=Min("pk"), last=Max("pk"), number=Count("pk")).filter(number__gt=2)
    for some in itertools.batched(list(counted), PIECES):
        lasts = Version.objects.filter(pk__in=[last for _model, _key, _first, last, _number in some])
        young = set(lasts.filter(created_at__gte=before).values_list("pk", flat=True))
        for model, key, first, last, _number in some:
            if last not in young:
                yield _between(Version.objects.filter(model=model, object_id=key), first)


def _between(versions: VersionQuerySet, first: int) -> VersionQuerySet:
    newest = versions.saved().aggregate(last=Max("pk"))["last"]
    stays = [first, newest]
    for copy in versions.waiting():
        stays += [copy.pk, copy.public.pk if copy.public else copy.pk]
    return versions.exclude(pk__in=stays)
