"""Bringing in a list: the worker reads it, a person decides, the worker takes it over; each in small steps.

Every step is one transaction that also writes how far it came. Whatever ends the worker in between,
the next one goes on where the last whole step ended.
"""

import time
from collections import Counter
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsletter import addresses, tables
from newsletter.models import Import, ImportRow, Subscriber, Suppression
from newsroom.outbox import heartbeat, worker

EVERY = 1  # seconds
STEP = 500  # lines
PATIENCE = 2  # seconds until other jobs have their turn
FORGOTTEN_AFTER = timedelta(days=14)  # for a list that nobody decided about
Fate, State = ImportRow.Fate, Import.State
SKIPPED = {Fate.KNOWN, Fate.TWICE, Fate.SUPPRESSED}


def start(source, content, file_name, user):
    """Keep a list for the worker to read; the Import holds the statement of consent already."""
    source.content = content
    source.file_name = file_name[:200]
    source.total = content.count(b"\n") + 1
    source.created_by, source.created_by_name = user, user.get_username()
    source.save()


def work():
    """Go on with the lists that wait for it; return whether anything is left to do."""
    deadline = time.monotonic() + PATIENCE
    for source in Import.objects.filter(state__in=[State.READING, State.IMPORTING]).defer("content"):
        step = _read if source.state == State.READING else _take_over
        for _step in step(source.pk):
            heartbeat.keep_beating()
            if worker.stopping.is_set() or time.monotonic() > deadline:
                return True
    return False


def _locked(pk, state):
    """Return the import under a lock where it is still in that state, or None."""
    waiting = Import.objects.select_for_update().defer("content").filter(pk=pk, state=state)
    return waiting.first()


def _read(pk):
    """Read a list into rows that say what would happen, step by step."""
    content = bytes(Import.objects.values_list("content", flat=True).get(pk=pk) or b"")
    already = ImportRow.objects.filter(source=pk).order_by("-line").values_list("line", flat=True).first()
    try:
        lines = tables.read(content, after=already or 0)
        chunk = list(islice(lines, STEP))
    except tables.Unreadable as error:
        Import.objects.filter(pk=pk).update(
            state=State.REFUSED, refusal=str(error)[:300], content=None, finished_at=timezone.now()
        )
        return
    while True:
        with transaction.atomic():
            source = _locked(pk, State.READING)
            if source is None or (chunk and chunk[0].number <= source.lines):
                return  # another worker is ahead
            if not chunk:
                source.state, source.content = State.WAITING, None
                source.counts = _counts(pk)
                source.save(update_fields=["state", "content", "counts"])
                return
            _note(source, chunk)
        yield
        chunk = list(islice(lines, STEP))


def _note(source, lines):
    """Write down what would happen with these lines."""
    keys = [line.key for line in lines if not line.fault]
    known, suppressed = _known(keys), _suppressed(keys)
    seen = set(
        ImportRow.objects.filter(source=source, address_key__in=keys).values_list("address_key", flat=True)
    )
    rows = []
    for line in lines:
        if line.fault:
            fate = Fate.WRONG
        elif line.key in seen:
            fate = Fate.TWICE
        elif line.key in suppressed:
            fate = Fate.SUPPRESSED
        else:
            fate = Fate.KNOWN if line.key in known else Fate.NEW
        if fate == Fate.NEW:
            seen.add(line.key)
        rows.append(
            ImportRow(
                source=source,
                line=line.number,
                address=line.address,
                address_key=line.key if fate == Fate.NEW else "",
                countries=line.countries,
                topics=line.topics,
                fate=fate,
                reason=line.fault[:200],
            )
        )
    ImportRow.objects.bulk_create(rows)
    source.lines = lines[-1].number
    source.save(update_fields=["lines"])


def _known(keys):
    return set(Subscriber.objects.filter(address_key__in=keys).values_list("address_key", flat=True))


def _suppressed(keys):
    """Return those of the keys that must get nothing."""
    hashes = {hashed: key for key in keys for hashed in addresses.hashes_of(key)}
    found = Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True)
    return {hashes[hashed] for hashed in found}


def _counts(pk):
    return dict(Counter(ImportRow.objects.filter(source=pk).values_list("fate", flat=True).iterator()))


def _take_over(pk):
    """Make readers of the rows that wait, step by step; forget the addresses of the others at the end."""
    while True:
        with transaction.atomic():
            source = _locked(pk, State.IMPORTING)
            if source is None:
                return
            rows = list(ImportRow.objects.filter(source=pk, fate=Fate.NEW)[:STEP])
            if not rows:
                finish(source, State.DONE)
                return
            _add(source, rows)
            source.done += len(rows)
            source.save(update_fields=["done"])
        yield


def _add(source, rows):
    """Add those who are still new: somebody may have signed up or been erased since the list was read."""
    keys = [row.address_key for row in rows]
    known, suppressed = _known(keys), _suppressed(keys)
    now = timezone.now()
    new = {
        row.address_key: (row, _reader(row, source, now))
        for row in rows
        if row.address_key not in known and row.address_key not in suppressed
    }
    Subscriber.objects.bulk_create(reader for _row, reader in new.values())
    _add_interests(new.values())
    fates = {Fate.SUPPRESSED: [], Fate.ADDED: [], Fate.KNOWN: []}
    for row in rows:
        fate = Fate.ADDED if row.address_key in new else Fate.KNOWN
        fates[Fate.SUPPRESSED if row.address_key in suppressed else fate].append(row.pk)
    for fate, pks in fates.items():
        ImportRow.objects.filter(pk__in=pks).update(fate=fate, address="", address_key="")


def _reader(row, source, now):
    return Subscriber(
        address=row.address,
        address_key=row.address_key,
        state=Subscriber.State.CONFIRMED,
        language=settings.LANGUAGE_CODE,
        confirmed_at=now,
        came_by=source,
    )


def _add_interests(pairs):
    """Note what they want to read about, but for what was deleted since the list was read."""
    for name in ["countries", "topics"]:
        field = Subscriber._meta.get_field(name)
        there = set(field.related_model.objects.values_list("pk", flat=True))
        through, column = field.remote_field.through, f"{field.m2m_reverse_field_name()}_id"
        through.objects.bulk_create(
            through(**{"subscriber": reader, column: pk})
            for row, reader in pairs
            for pk in there.intersection(getattr(row, name))
        )


def finish(source, state):
    """End an import: what stays is how many there were of each kind, and the lines with what was wrong."""
    source.counts = _counts(source.pk)
    source.state, source.content, source.finished_at = state, None, timezone.now()
    source.save(update_fields=["counts", "state", "content", "finished_at"])
    rows = ImportRow.objects.filter(source=source)
    rows.exclude(fate=Fate.WRONG).delete()
    rows.update(address="")


def decide(pk, state):
    """Start or cancel an import that waits for the decision; return whether it did."""
    with transaction.atomic():
        source = _locked(pk, State.WAITING)
        if source is None:
            return False
        if state == State.CANCELLED:
            finish(source, state)
        else:
            Import.objects.filter(pk=pk).update(state=state)
        return True


def forget_undecided():
    """Cancel lists that nobody has decided about for two weeks: they are full of addresses."""
    old = Import.objects.filter(state=State.WAITING, created_at__lt=timezone.now() - FORGOTTEN_AFTER)
    for pk in old.values_list("pk", flat=True):
        decide(pk, State.CANCELLED)
