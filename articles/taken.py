"""What was taken from the public stays so after a backup was put back: the ledger of erasures notes it.

An entry counts for a row from the backup that is older than the entry.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from newsroom.backups import ledger
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of

if TYPE_CHECKING:
    from articles.models.callout import Callout
    from articles.models.publishing import Publishable
    from articles.places.models.hotline import Hotline

UNPUBLISHED, CHANGED, FILE = "piece unpublished", "piece changed", "file of a resource"
CALLOUT, HOTLINE = "callout ended", "hotline changed"
MOST_NAMED = 30


def note_step_back(stored: "Publishable", now: "Publishable") -> None:
    """Note where visitors can't read a public piece any more, or read another text; call it before the row is saved."""
    if stored.state != stored.State.PUBLISHED:
        return
    until = ""
    if now.state == now.State.PUBLISHED:
        later = now.published_at is not None and now.published_at > timezone.now()
        if not later or stored.published_at == now.published_at:
            ledger.note(CHANGED, str(stored.pk), model=stored._meta.label_lower)
            return
        until = now.published_at.isoformat() if now.published_at else ""
    ledger.note(UNPUBLISHED, str(stored.pk), model=stored._meta.label_lower, until=until)


def redo_unpublishing(entries: Sequence[Entry]) -> int:
    """Take pieces off the site again; return how many."""
    count = 0
    for piece, entry in _older_pieces(entries):
        until = str(entry.details["until"])
        if until:
            piece.published_at = datetime.fromisoformat(until)
        else:
            piece.withdraw()
        piece.save(update_fields=["state", "published_at", "first_published_at"])
        count += 1
    return count


def _older_pieces(
    entries: Sequence[Entry],
) -> "list[tuple[Any, Entry]]":  # Any: of whichever publishable model
    """Return the public pieces from the backup that are older than what is noted of them, with the last entry."""
    found = []
    for model in publishable_models():
        mine = [entry for entry in entries if entry.details["model"] == model._meta.label_lower]
        last = {entry.subject: entry for entry in mine}
        keys = rows_of(model, "pk", set(last))
        for piece in model._default_manager.filter(pk__in=keys, state="published"):
            entry = last[keys[piece.pk]]
            if piece.updated_at < entry.at:
                found.append((piece, entry))
    return found


def publishable_models() -> "list[type[Any]]":  # Any: see above
    """Return the models of pieces that are published."""
    from articles.models.article import Article
    from articles.models.page import Page
    from articles.resources.models.resource import Resource

    return [Article, Page, Resource]


def tell_changes(entries: Sequence[Entry]) -> str:
    """Return in a sentence which public pieces show the text from before a change: no text stands in the ledger."""
    paths = [piece.get_absolute_url() for piece, _entry in _older_pieces(entries)]
    if not paths:
        return ""
    named = ", ".join(paths[:MOST_NAMED]) + (" …" if len(paths) > MOST_NAMED else "")
    return (
        f"{len(paths)} public pieces were changed after the backup was made, and show their former text again. "
        f"Look whether a name or a number was taken out of them: {named}"
    )


def note_file(storage_key: str) -> None:
    """Note that a file of a resource was replaced or removed."""
    ledger.note(FILE, storage_key)


def redo_files(entries: Sequence[Entry]) -> int:
    """Take off the site what offers a file that was replaced or removed, and delete the file; return how many."""
    from articles.resources.models.resource import Resource

    keys = rows_of(Resource, "storage_key", {entry.subject for entry in entries})
    for resource in Resource.objects.filter(pk__in=keys):
        resource.withdraw_for_good()
    return len(keys)


def note_callout(stored: "Callout", now: "Callout") -> None:
    """Note where a callout that was shown, or was to be, ends now."""
    moment = timezone.now()
    if _has_ended(now, moment) and not _has_ended(stored, moment):
        ledger.note(CALLOUT, str(stored.pk))


def _has_ended(callout: "Callout", moment: datetime) -> bool:
    return callout.ends_at is not None and callout.ends_at <= moment


def redo_callouts(entries: Sequence[Entry]) -> int:
    """End callouts again; return how many."""
    from articles.models.callout import Callout

    moment = timezone.now()
    keys = rows_of(Callout, "pk", {entry.subject for entry in entries})
    shown = [one for one in Callout.objects.filter(pk__in=keys) if not _has_ended(one, moment)]
    for callout in shown:
        begins = callout.starts_at if callout.starts_at and callout.starts_at < moment else None
        Callout.objects.filter(pk=callout.pk).update(starts_at=begins, ends_at=moment)
    return len(shown)


def note_hotline(stored: "Hotline") -> None:
    """Note that the numbers or the address of a hotline change."""
    ledger.note(HOTLINE, _contacts(stored))


def _contacts(hotline: "Hotline") -> str:
    return "\n".join([str(hotline.pk), *hotline.contacts])


def redo_hotlines(entries: Sequence[Entry]) -> int:
    """Show no hotline with the numbers from before a change, until somebody verifies it; return how many."""
    from articles.places.models.hotline import Hotline
    from newsroom.backups.erasures.key import keyed

    subjects = {entry.subject for entry in entries}
    verified = Hotline.objects.exclude(verified_on=None)
    wrong = [hotline.pk for hotline in verified if keyed(_contacts(hotline)) in subjects]
    Hotline.objects.filter(pk__in=wrong).update(verified_on=None, verified_by="")
    return len(wrong)
