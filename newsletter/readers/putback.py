"""Brings readers from a backup to what the ledger of erasures says of them; erasures.py notes it."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from newsletter.readers import imports
from newsletter.readers.erasures import CONFIRMED, MOVED, UNSUBSCRIBED
from newsletter.readers.models.lists import Import
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsletter.readers.models.wish import Wish
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of


def redo_states(entries: Sequence[Entry]) -> int:
    """Bring readers and suppressions to what their last entries say; return how many changed."""
    last = {entry.subject: entry for entry in entries}
    changed = sum(_suppress_again(entry) for entry in last.values())
    return changed + sum(_redo_state(reader, last[subject]) for reader, subject in _readers(set(last)))


def redo_pauses(entries: Sequence[Entry]) -> int:
    """Pause readers, or end their pause, as their last entries say; return how many changed."""
    last = {entry.subject: entry for entry in entries}
    changed = 0
    for reader, subject in _readers(set(last)):
        until = last[subject].details["until"]
        day = datetime.date.fromisoformat(str(until)) if until else None
        if reader.paused_until != day:
            reader.pause_until(day)
            changed += 1
    return changed


def redo_lists(entries: Sequence[Entry]) -> int:
    """Cancel the lists that were finished or thrown away since, so that their addresses go; return how many."""
    keys = rows_of(Import, "pk", {entry.subject for entry in entries})
    unfinished = Import.objects.filter(pk__in=keys, finished_at=None)
    count = 0
    for source in unfinished:
        imports.finish(source, Import.State.CANCELLED)
        count += 1
    return count


def _readers(subjects: set[str]) -> list[tuple[Subscriber, str]]:
    """Return the readers whose addresses have these subjects, each with its subject."""
    keys = rows_of(Subscriber, "address_key", subjects)
    return [(reader, keys[reader.pk]) for reader in Subscriber.objects.filter(pk__in=keys)]


def _suppress_again(entry: Entry) -> int:

    hashed, state = str(entry.details.get("suppressed", "")), str(entry.details["state"])
    if not hashed:
        return 0
    values = {"reason": state, "created_at": entry.at}
    _row, is_new = Suppression.objects.get_or_create(address_hash=hashed, defaults=values)
    return int(is_new)


def _redo_state(reader: Subscriber, entry: Entry) -> int:
    """Bring one reader to that state; return 1 where it was in another one."""
    state, before = str(entry.details["state"]), reader.state
    if state == CONFIRMED:
        reader.confirm()
    elif state == UNSUBSCRIBED:
        reader.unsubscribe()
    elif state == MOVED:
        reader.delete()
    elif state in {Suppression.Reason.ERASED, Suppression.Reason.UNSUBSCRIBED}:
        reader.erase(state)
    else:
        reader.suppress(state)
    still = Subscriber.objects.filter(pk=reader.pk).values_list("state", flat=True).first()
    return int(still != before)


def drop_wishes() -> str:
    """Drop what was typed into forms in the seconds before the backup: it was done, or answered, since."""
    count = Wish.objects.filter(created_at__lt=timezone.now()).delete()[0]
    return f"Dropped, since they were handled long ago: {count} sign-ups and asked links." if count else ""
