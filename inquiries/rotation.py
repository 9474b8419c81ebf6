"""Encrypts every row anew under the first key, one at a time, so that it can be stopped and repeated."""

from collections.abc import Iterator
from enum import Enum

from django.db.models import Model, QuerySet

from inquiries.models import SealedModel
from newsroom.guard import encryption
from newsroom.outbox.models import LostMail, Mail
from newsroom.signin.models import SecondFactor

BATCH = 500  # keys read at once


class Outcome(Enum):
    """What became of a row."""

    CURRENT = "it was under the first key already"
    ROTATED = "it is now"
    CHANGED = "somebody changed it meanwhile, which sealed it anew"
    UNREADABLE = "no key of ours reads it; it was left as it is"


def columns() -> list[tuple[type[Model], str]]:
    """Return each model with an encrypted field, and the name of that field."""
    sealed = [(model, "sealed") for model in SealedModel.__subclasses__()]
    return [*sealed, (Mail, "recipient"), (LostMail, "recipient"), (SecondFactor, "sealed")]


def count() -> int:
    """Return how many encrypted rows there are."""
    return sum(_rows(model, field).count() for model, field in columns())


def rotate() -> Iterator[Outcome]:
    """Encrypt every row anew, and yield the outcome of each."""
    for model, field in columns():
        rows = _rows(model, field).order_by("pk").values_list("pk", field)
        for pk, sealed in rows.iterator(chunk_size=BATCH):
            yield _rotate(model, field, pk, sealed)


def is_finished() -> bool:
    """Return whether every row is under the first key."""
    return all(
        encryption.is_current(sealed)
        for model, field in columns()
        for sealed in _rows(model, field).values_list(field, flat=True).iterator(BATCH)
    )


def _rows(model: type[Model], field: str) -> QuerySet[Model]:
    return model._default_manager.exclude(**{field: ""})


def _rotate(model: type[Model], field: str, pk: object, sealed: str) -> Outcome:
    if encryption.is_current(sealed):
        return Outcome.CURRENT
    try:
        anew = encryption.encrypt(encryption.decrypt(sealed))
    except encryption.Unreadable:
        return Outcome.UNREADABLE
    # Only where it still holds what was read: an officer may have written meanwhile.
    replaced = model._default_manager.filter(pk=pk, **{field: sealed}).update(**{field: anew})
    return Outcome.ROTATED if replaced else Outcome.CHANGED
