"""Into the trash: whatever deletes a piece meanwhile, its rows, versions and files can come back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.backups import ledger
from newsroom.filestore import removing
from newsroom.offers import offered
from newsroom.versions import recording
from newsroom.versions.workingcopies import working

from ..words import as_asked
from . import snapshot
from .models import GoneAddress, Trashed

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MOVED = "piece in the trash"  # kind in the ledger of erasures


@contextmanager
def to_trash(pieces: Sequence[Model], by: "AbstractBaseUser | None" = None) -> Iterator[None]:
    """Keep what the block deletes, in its transaction, of pieces that are stored; their addresses answer 410."""
    with transaction.atomic():
        kept = [_taken(piece, by) for piece in _as_stored(pieces)]
        with ledger.silence(), recording.keeping(), removing.holding() as folders:
            yield
        for trashed in kept:
            trashed.folders = [one for one in folders if one[1].rpartition("/")[2] in trashed.content]
            trashed.save(force_insert=True)
            note(trashed)
            working.take_time_off(trashed.model, trashed.object_id)
            if trashed.address:
                GoneAddress.note(trashed.address)


def _as_stored(pieces: Sequence[Model]) -> Iterator[Model]:
    """Yield the pieces as they are stored now, held until the transaction ends: somebody may have saved them since."""
    for model in {type(piece) for piece in pieces}:
        keys = [piece.pk for piece in pieces if type(piece) is model]
        yield from model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")


def note(trashed: Trashed, *, is_back: bool = False) -> None:
    """Note in the ledger of erasures where the piece is now: a restore puts it there again."""
    until = trashed.until.isoformat()
    subject = f"{trashed.model} {trashed.object_id}"
    ledger.note(MOVED, subject, model=trashed.model, until=until, is_back=is_back)


def note_address(piece: Model) -> None:
    """Let the address of a piece that is deleted for good answer 410."""
    if path := _address_of(piece):
        GoneAddress.note(path)


def forget_former_addresses(path: str) -> set[type[Model]]:
    """Let what led to a path answer 410 instead, since a former address may hold a name; return whose rows went."""
    models: set[type[Model]] = set()
    if not path:
        return models
    for model in offered("redirects"):
        for row in model._base_manager.filter(current_path=as_asked(path)):
            GoneAddress.note(row.path)
            row.delete()
            models.add(model)
    return models


def forget_name(label: str, key: int) -> None:
    """Take the name of a piece that is gone for good out of the notes on who did what."""
    kind = ContentType.objects.get_by_natural_key(*label.split("."))
    name = _("deleted for good")
    LogEntry.objects.filter(content_type=kind, object_id=str(key)).update(object_repr=name, change_message="")


def _taken(piece: Model, by: "AbstractBaseUser | None") -> Trashed:
    now = timezone.now()
    return Trashed(
        model=piece._meta.label_lower,
        object_id=piece.pk,
        name=str(piece)[:300],
        address=_address_of(piece)[:300],
        content=snapshot.write(snapshot.take(piece)),
        deleted_at=now,
        deleted_by_id=by.pk if by else None,
        until=now + timedelta(days=settings.TRASH_KEPT_DAYS),
    )


def _address_of(piece: Any) -> str:  # Any: of whichever model, with or without an address
    """Return the path of a piece where visitors may know it."""
    return str(piece.get_absolute_url()) if getattr(piece, "has_been_public", False) else ""
