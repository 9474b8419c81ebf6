"""Encrypts every row anew under the first key, one at a time, so that it can stop and go on anywhere."""

from enum import Enum

from inquiries.models import SealedModel
from newsroom.guard import encryption

BATCH = 500  # keys read at once


class Outcome(Enum):
    """What became of a row."""

    CURRENT = "it was under the first key already"
    ROTATED = "it is now"
    CHANGED = "somebody changed it meanwhile, which sealed it anew"
    UNREADABLE = "no key of ours reads it; it was left as it is"


def models():
    """Return every model that holds something encrypted."""
    return SealedModel.__subclasses__()


def count():
    """Return how many rows there are."""
    return sum(model.objects.exclude(sealed="").count() for model in models())


def rotate():
    """Yield the outcome of each row."""
    for model in models():
        rows = model.objects.exclude(sealed="").order_by("pk").values_list("pk", "sealed")
        for pk, sealed in rows.iterator(chunk_size=BATCH):
            yield _rotate(model, pk, sealed)


def is_finished():
    """Return whether every row is under the first key."""
    return all(
        encryption.is_current(sealed)
        for model in models()
        for sealed in model.objects.exclude(sealed="").values_list("sealed", flat=True).iterator(BATCH)
    )


def _rotate(model, pk, sealed):
    if encryption.is_current(sealed):
        return Outcome.CURRENT
    try:
        anew = encryption.encrypt(encryption.decrypt(sealed))
    except encryption.Unreadable:
        return Outcome.UNREADABLE
    # Only where it is still what we read: an officer may have written meanwhile.
    replaced = model.objects.filter(pk=pk, sealed=sealed).update(sealed=anew)
    return Outcome.ROTATED if replaced else Outcome.CHANGED
