"""What is taken from the public is noted in the ledger of erasures, so that no backup brings it back."""

import datetime
from typing import Any, ClassVar, Protocol

from django.utils import timezone

from newsroom.backups import ledger

UNPUBLISHED, CHANGED, FILE = "piece unpublished", "piece changed", "file of a resource"
CALLOUT, HOTLINE = "callout ended", "hotline changed"
PUBLISHED = "published"


class Piece(Protocol):
    """What is asked of a piece; the models themselves stand above."""

    pk: Any  # as Django has it
    _meta: ClassVar[Any]  # as Django has it
    state: str
    published_at: datetime.datetime | None


class Ending(Protocol):
    """What is asked of a callout."""

    pk: Any  # as Django has it
    ends_at: datetime.datetime | None


class Reached(Protocol):
    """What is asked of a hotline."""

    pk: Any  # as Django has it

    @property
    def contacts(self) -> tuple[str, ...]:
        """Return its numbers and its address."""


def note_step_back(stored: Piece, now: Piece) -> None:
    """Note where visitors can't read a public piece any more, or read another text; call it before the row is saved."""
    if stored.state != PUBLISHED:
        return
    until = ""
    if now.state == PUBLISHED:
        later = now.published_at is not None and now.published_at > timezone.now()
        if not later or stored.published_at == now.published_at:
            ledger.note(CHANGED, str(stored.pk), model=stored._meta.label_lower)
            return
        until = now.published_at.isoformat() if now.published_at else ""
    ledger.note(UNPUBLISHED, str(stored.pk), model=stored._meta.label_lower, until=until)


def note_file(storage_key: str) -> None:
    """Note that a file of a resource was replaced or removed."""
    ledger.note(FILE, storage_key)


def note_callout(stored: Ending, now: Ending) -> None:
    """Note where a callout that was shown, or was to be, ends now."""
    moment = timezone.now()
    if has_ended(now, moment) and not has_ended(stored, moment):
        ledger.note(CALLOUT, str(stored.pk))


def has_ended(callout: Ending, moment: datetime.datetime) -> bool:
    """Return whether a callout is over at that moment."""
    return callout.ends_at is not None and callout.ends_at <= moment


def note_hotline(stored: Reached) -> None:
    """Note that the numbers or the address of a hotline change."""
    ledger.note(HOTLINE, contacts_of(stored))


def contacts_of(hotline: Reached) -> str:
    """Return by what the ledger knows a hotline with its present numbers."""
    return "\n".join([str(hotline.pk), *hotline.contacts])
