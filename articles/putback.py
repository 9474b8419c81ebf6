"""Takes from the public again what the ledger of erasures says, after a backup was put back; taken.py notes it.

An entry counts for a row from the backup that is older than the entry.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from articles.models.article import Article
from articles.models.callout import Callout
from articles.models.page import Page
from articles.places.models.hotline import Hotline
from articles.resources.models.resource import Resource
from articles.taken import contacts_of, has_ended
from newsroom.backups.erasures.key import hasher
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of

MOST_NAMED = 30
PUBLISHABLE: list[type[Any]] = [Article, Page, Resource]  # Any: what they share is no manager's type


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
) -> list[tuple[Any, Entry]]:  # Any: of whichever publishable model
    """Return the public pieces from the backup that are older than what is noted of them, with the last entry."""
    found = []
    for model in PUBLISHABLE:
        mine = [entry for entry in entries if entry.details["model"] == model._meta.label_lower]
        last = {entry.subject: entry for entry in mine}
        keys = rows_of(model, "pk", set(last))
        for piece in model._default_manager.filter(pk__in=keys, state="published"):
            entry = last[keys[piece.pk]]
            if piece.updated_at < entry.at:
                found.append((piece, entry))
    return found


def tell_changes(entries: Sequence[Entry]) -> str:
    """Return in a sentence which public pieces show the text from before a change: no text stands in the ledger."""
    paths = [piece.get_absolute_url() for piece, _entry in _older_pieces(entries)]
    if not paths:
        return ""
    named = ", ".join(paths[:MOST_NAMED]) + (" …" if len(paths) > MOST_NAMED else "")
    told = ngettext(
        "%(count)s public piece was changed after the backup was made, and shows its former text again. "
        "Look whether a name or a number was taken out of it: %(paths)s",
        "%(count)s public pieces were changed after the backup was made, and show their former text again. "
        "Look whether a name or a number was taken out of them: %(paths)s",
        len(paths),
    )
    return told % {"count": len(paths), "paths": named}


def redo_files(entries: Sequence[Entry]) -> int:
    """Take off the site what offers a file that was replaced or removed, and delete the file; return how many."""
    keys = rows_of(Resource, "storage_key", {entry.subject for entry in entries})
    for resource in Resource.objects.filter(pk__in=keys):
        resource.withdraw_for_good()
    return len(keys)


def redo_callouts(entries: Sequence[Entry]) -> int:
    """End callouts again; return how many."""
    moment = timezone.now()
    keys = rows_of(Callout, "pk", {entry.subject for entry in entries})
    shown = [one for one in Callout.objects.filter(pk__in=keys) if not has_ended(one, moment)]
    for callout in shown:
        begins = callout.starts_at if callout.starts_at and callout.starts_at < moment else None
        Callout.objects.filter(pk=callout.pk).update(starts_at=begins, ends_at=moment)
    return len(shown)


def redo_hotlines(entries: Sequence[Entry]) -> int:
    """Show no hotline with the numbers from before a change, until somebody verifies it; return how many."""
    subjects = {entry.subject for entry in entries}
    verified = Hotline.objects.exclude(verified_on=None)
    keyed = hasher()
    wrong = [hotline.pk for hotline in verified if keyed(contacts_of(hotline)) in subjects]
    Hotline.objects.filter(pk__in=wrong).update(verified_on=None, verified_by="")
    return len(wrong)
