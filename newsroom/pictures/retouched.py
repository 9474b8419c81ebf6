"""Pictures in the ledger of erasures: what is covered, cropped, withdrawn or hidden stays so after a restore.

Each change of the pixels makes a new storage key. The ledger notes from which key to which, by hashes, with the
geometry; so a picture from a backup is taken step by step to where it was, or withdrawn where a step is missing, as
it is where its file was replaced: the new one stands in no backup from before, and the former one was deleted.
"""

import datetime
from typing import Protocol, TypedDict
from uuid import UUID

from newsroom.backups import ledger
from newsroom.backups.erasures.key import keyed

from . import ingestion

CHANGED, WITHDRAWN, HIDDEN = "picture changed", "picture withdrawn", "picture hidden"
ENDS = "consent to a picture ends"
REPLACE = "replace"  # the step that another file was


class Step(TypedDict, total=False):
    """One change of the pixels."""

    step: str  # aim, rotate, crop, cover, replace; again: what settling after a restore did, at once
    turns: int
    boxes: list[ingestion.Fractions]
    reached: str  # hash of the key that 'again' stands for


class Consented(Protocol):
    """What is asked of a picture; the model itself stands above."""

    uuid: UUID
    consent_expires: datetime.date | None

    @property
    def may_be_shown(self) -> bool:
        """Return whether it has its words, and the consent that it needs."""


def note(picture: UUID, former: str, current: str, step: Step) -> None:
    """Note that the pixels of a picture were changed from one storage key to another."""
    noting = ledger.note_always if step["step"] == "again" else ledger.note
    noting(CHANGED, former, picture=keyed(str(picture)), to=keyed(current), **step)


def note_withdrawal(picture: UUID) -> None:
    """Note that a picture was withdrawn."""
    ledger.note(WITHDRAWN, str(picture))


def note_consent(stored: Consented, now: Consented) -> None:
    """Note that a picture may not be shown any more, since its words or its consent are gone, or end earlier."""
    if stored.may_be_shown and not now.may_be_shown:
        ledger.note(HIDDEN, str(now.uuid))
    elif now.consent_expires and now.consent_expires < (stored.consent_expires or datetime.date.max):
        ledger.note(ENDS, str(now.uuid), on=now.consent_expires.isoformat())


def taken(picture: ingestion.CleanPicture, step: Step) -> ingestion.CleanPicture:
    """Return the picture after this step."""
    boxes = step.get("boxes", [])
    if step["step"] == "rotate":
        return ingestion.rotated(picture, step["turns"])
    if step["step"] == "crop":
        return ingestion.cropped(picture, boxes[0])
    return ingestion.covered(picture, boxes) if step["step"] == "cover" else picture
