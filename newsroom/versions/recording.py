"""Every save of a piece writes a version, in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model

from newsroom.backups import ledger
from newsroom.offers import offered

from . import registry, snapshots
from .leftover import Leftover
from .models import Remark, Review, Trashed, Version

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


FORGOTTEN = "past of a piece"  # kind in the ledger of erasures
_kept = ContextVar(f"{__name__}.kept", default=False)


@contextmanager
def recording(row: Model, by: "AbstractBaseUser | None" = None, comment: str = "") -> Iterator[None]:
    """Keep what a block of code does to a row and to its relations: nothing is stored without its version."""
    with transaction.atomic():
        if row.pk is not None:
            catch_up(row)
        yield
        record(row, by, comment)


def record(
    row: Model,
    by: "AbstractBaseUser | None" = None,
    comment: str = "",
    based_on: Version | None = None,
) -> Version | None:
    """Write a version of what is stored of a row; call it in the transaction of the save, after its relations.

    Returns None where nothing is stored, or where nothing has changed and nobody says why.
    """
    found = stored(row)
    if found is None:
        return None
    version = Version.made_of(found, snapshots.take(found))
    former = Version.objects.of(row).saved().defer("content").first()
    if former is not None and former.digest == version.digest and not comment:
        return None
    version.created_by_id, version.comment = by.pk if by else None, comment[:300]
    version.based_on = based_on or former
    version.save(force_insert=True)
    return version


def catch_up(row: Model) -> None:
    """Write a version of what is stored where something else has changed it: a command, SQL, or a time before versions.

    Call it before a save, in its transaction.
    """
    record(row)


@contextmanager
def keeping() -> Iterator[None]:
    """Let versions outlive the deletion of their piece: it goes to the trash."""
    token = _kept.set(True)
    try:
        yield
    finally:
        _kept.reset(token)


# Any: Django hands over more than is asked for here.
def forget(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Delete the versions of a row that is deleted for good, by whichever code."""
    if not _kept.get() and isinstance(instance.pk, int) and sender in with_a_past():
        forget_key(sender._meta.label_lower, instance.pk)


def forget_key(model: str, key: int) -> None:
    """Delete the versions of a row, what was remarked on it, and what the trash holds of it; the ledger notes it."""
    with transaction.atomic():
        ledger.note(FORGOTTEN, f"{model} {key}")
        Version.objects.filter(model=model, object_id=key).delete()
        Trashed.objects.filter(model=model, object_id=key).delete()
        Review.objects.filter(model=model, object_id=key).delete()
        Remark.objects.filter(model=model, object_id=key).delete()
        Leftover.note(Version, Trashed, Remark)


@cache
def with_a_past() -> frozenset[type[Model]]:
    return frozenset(registry.registered()) | frozenset(offered("trashed"))


def stored(row: Model) -> Model | None:
    """Return the row as it is in the database, without what is left out of versions."""
    model = type(row)
    left_out = registry.entry_of(model).left_out
    return model._base_manager.defer(*left_out).filter(pk=row.pk).first()
