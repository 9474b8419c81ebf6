"""Out of the trash: back to where it was, or gone for good."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.backups import noted
from newsroom.backups.erasures.key import hasher
from newsroom.filestore import removing
from newsroom.outbox import clock

from .. import recording
from ..leftover import Leftover
from ..models import Version
from . import putting, snapshot
from .models import GoneAddress, Trashed

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from newsroom.backups.erasures.lines import Entry

EVERY = 3600  # seconds
AT_ONCE = 50  # pieces of a run


def put_back(trashed: Trashed, by: "AbstractBaseUser | None" = None) -> Model:
    """Store a piece again, with its relations, versions and files, under its key; return it.

    Its address gets a number where another piece has it now. Raises ValidationError where it can't come back.
    """
    with transaction.atomic():
        if not _hold(trashed):
            raise ValidationError(_("It is not in the trash any more."))
        taken = snapshot.read(trashed.content)
        rows = [row for one in taken["rows"] if (row := snapshot.row_of(one)) is not None]
        if not rows or rows[0]._meta.label_lower != trashed.model:
            raise ValidationError(_("This kind of piece is not there any more."))
        piece = rows[0]
        try:
            with transaction.atomic():
                _free_address(piece)
                if not snapshot.store(piece):
                    raise ValidationError(_("What it belongs to is not there any more."))
        except IntegrityError:
            told = _("Another one has the same name or address now. Change that one first.")
            raise ValidationError(told) from None
        for row in rows[1:]:
            _store_apart(row)
        snapshot.link_again(piece, taken["unlinked"])
        removing.take_back([(alias, folder) for alias, folder in trashed.folders])
        if trashed.address:
            GoneAddress.objects.at(trashed.address).delete()
        putting.note(trashed, is_back=True)
        trashed.delete()
        piece = type(piece)._base_manager.get(pk=piece.pk)
        if hasattr(piece, "reindex"):
            piece.reindex()
        if type(piece) in recording.registry.registered():
            recording.record(piece, by, _("Put back from the trash"))
        return piece


def _hold(trashed: Trashed) -> bool:
    """Return whether it lies in the trash yet, and let nobody else take it out until the transaction ends."""
    held = Trashed.objects.select_for_update().filter(pk=trashed.pk)
    return held.values_list("pk").first() is not None


def _store_apart(row: Model) -> None:
    """Store a row that went with a piece; what can't be there any more is left out."""
    try:
        with transaction.atomic():
            snapshot.store(row)
    except IntegrityError:
        return


def _free_address(piece: Any) -> None:  # Any: of whichever model
    """Give the piece another address where somebody has taken its own."""
    name = getattr(piece, "ADDRESS", "slug")
    own = getattr(piece, name, None)
    if not own:
        return
    rows = type(piece)._base_manager.exclude(pk=piece.pk)
    most = type(piece)._meta.get_field(name).max_length
    ends = (f"-{number}" for number in itertools.count(2))
    slug = own
    while rows.filter(**{f"{name}__iexact": slug}).exists():
        end = next(ends)
        slug = f"{own[: most - len(end)]}{end}"
    setattr(piece, name, slug)


def erase(trashed: Trashed) -> bool:
    """Delete what waits in the trash for good, and return whether it was there yet; its address still answers 410."""
    with transaction.atomic():
        if not _hold(trashed):  # somebody has put it back, or deleted it, since it was read
            return False
        for model, row in snapshot.identified(snapshot.read(trashed.content)):
            if issubclass(model, noted.Noted):
                noted.note_deletion(model, [getattr(row, noted.identifier_of(model))])
        removing.delete_held([(alias, folder) for alias, folder in trashed.folders])
        led = putting.forget_former_addresses(trashed.address)
        putting.forget_name(trashed.model, trashed.object_id)
        Leftover.note(LogEntry, *led)
        recording.forget_key(trashed.model, trashed.object_id)
        return True


def empty() -> None:
    """Delete what has had its time in the trash: a job of the worker; nothing after a jump of the clock."""
    if not clock.may_purge():
        return
    due = list(Trashed.objects.filter(until__lte=timezone.now()).order_by("until")[:AT_ONCE])
    for trashed in due:
        erase(trashed)
    clock.log_purge("pieces in the trash", len(due))


def redo_moves(entries: "Sequence[Entry]") -> int:
    """Put into the trash, or back from it, what has been since the backup was made; return how many pieces."""
    last, keyed, count = {entry.subject: entry for entry in entries}, hasher(), 0
    for trashed in Trashed.objects.all():
        entry = last.pop(keyed(f"{trashed.model} {trashed.object_id}"), None)
        if entry is not None and entry.details["is_back"]:
            try:
                put_back(trashed)
            except ValidationError:
                continue
            count += 1
    for model in recording.with_a_past():
        label = model._meta.label_lower
        keys = model._base_manager.values_list("pk", flat=True)
        moved = {key: last[subject] for key in keys if (subject := keyed(f"{label} {key}")) in last}
        for piece in model._base_manager.filter(
            pk__in=[k for k, one in moved.items() if not one.details["is_back"]]
        ):
            with putting.to_trash([piece]):
                piece.delete()
            count += 1
    return count


def redo_forgetting(entries: "Sequence[Entry]") -> int:
    """Delete versions, and what lies in the trash, of what was deleted for good since; return of how many pieces."""
    subjects, keyed = {entry.subject for entry in entries}, hasher()
    pairs = set(Version.objects.order_by().values_list("model", "object_id").distinct())
    pairs |= set(Trashed.objects.order_by().values_list("model", "object_id"))
    gone = [pair for pair in pairs if keyed(f"{pair[0]} {pair[1]}") in subjects]
    for model, key in gone:
        for trashed in Trashed.objects.filter(model=model, object_id=key):
            removing.delete_held([(alias, folder) for alias, folder in trashed.folders])
        recording.forget_key(model, key)
    return len(gone)


def give_time() -> str:
    """Let nothing leave the trash just because the backup that was put back is old: another while begins."""
    until = timezone.now() + timedelta(days=settings.TRASH_KEPT_DAYS)
    Trashed.objects.filter(until__lt=until).update(until=until)
    return ""
