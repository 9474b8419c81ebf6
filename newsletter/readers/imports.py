"""Imports a list: the worker reads it, a person decides, and the worker adds the readers.

Every step is one transaction that also stores how far it came, so a worker that is killed goes on after the last
complete step.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models.topic import Topic
from articles.places.models.country import Country
from newsletter.readers import addresses, csvrows, erasures, tables
from newsletter.readers.models.leftover import Leftover
from newsletter.readers.models.lists import Import, ImportRow
from newsletter.readers.models.subscriber import Subscriber, Suppression
from newsroom.backups import ledger
from newsroom.outbox import heartbeat, worker

EVERY = 1  # seconds
STEP = 500  # lines
PATIENCE = 2  # seconds until other jobs run
FORGOTTEN_AFTER = timedelta(days=14)  # for a list that nobody decided about
Fate, State = ImportRow.Fate, Import.State
SKIPPED = {Fate.KNOWN, Fate.TWICE, Fate.SUPPRESSED, Fate.OPTED_OUT}
# The key of an import, to the last line that this process has stored and the iterator over those that follow.
_unfinished: dict[int, tuple[int, Iterator[tables.Line]]] = {}


def start(source: Import, content: bytes, file_name: str, user: User) -> None:
    """Store a list for the worker to read; the Import already holds the statement of consent."""
    source.content = content
    source.file_name = file_name[:200]
    source.total = content.count(b"\n") + 1
    source.created_by, source.created_by_name = user, user.get_username()
    source.save(force_insert=True)


def work() -> bool:
    """Read or import the lists that wait for it: a job of the worker. Return whether anything is left to do."""
    deadline = time.monotonic() + PATIENCE
    for source in Import.objects.filter(state__in=[State.READING, State.IMPORTING]).defer("content"):
        step = _read if source.state == State.READING else _take_over
        for _step in step(source.pk):
            heartbeat.keep_beating()
            if worker.stopping.is_set() or time.monotonic() > deadline:
                return True
    return False


def _locked(pk: int, state: str) -> Import | None:
    """Return the import under a lock where it is still in that state, or None."""
    waiting = Import.objects.select_for_update().defer("content").filter(pk=pk, state=state)
    return waiting.first()


def _read(pk: int) -> Iterator[None]:
    """Read a list step by step into rows that say what would happen."""
    try:
        lines = _lines(pk)
        chunk = list(islice(lines, STEP))
    except csvrows.Unreadable as error:
        with transaction.atomic():
            Leftover.note(Import)
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
                Leftover.note(Import)
                return
            _note(source, chunk)
        _unfinished[pk] = chunk[-1].number, lines
        yield
        _unfinished.pop(pk, None)
        chunk = list(islice(lines, STEP))


def _lines(pk: int) -> Iterator[tables.Line]:
    """Return the lines that are not stored yet: from the iterator of this process, else from the file."""
    already = (
        ImportRow.objects.filter(source=pk).order_by("-line").values_list("line", flat=True).first() or 0
    )
    reached, lines = _unfinished.pop(pk, (-1, iter(())))
    if reached == already:
        return lines
    content = Import.objects.values_list("content", flat=True).get(pk=pk)
    return tables.read(bytes(content or b""), after=already)


def _note(source: Import, lines: list[tables.Line]) -> None:
    """Store what would happen with these lines."""
    keys = [line.key for line in lines if not line.fault]
    known, suppressed = _known(keys), _suppressed(keys)
    before = ImportRow.objects.filter(source=source, address_key__in=keys)
    refusing = set(before.filter(fate=Fate.OPTED_OUT).values_list("address_key", flat=True))
    refusing |= {line.key for line in lines if line.doubt}
    # A file can hold several rows of one person, one for each mailing list: a refusal in any of them counts.
    before.filter(fate=Fate.NEW, address_key__in=refusing).update(
        fate=Fate.OPTED_OUT, reason=_refused_in_another_line()
    )
    seen = set(before.values_list("address_key", flat=True))
    rows = []
    for line in lines:
        fate, reason = _fate(line, seen, known, suppressed, refusing)
        kept = fate in {Fate.NEW, Fate.OPTED_OUT}
        if kept:
            seen.add(line.key)
        rows.append(
            ImportRow(
                source=source,
                line=line.number,
                address=line.address,
                address_key=line.key if kept else "",
                countries=line.countries,
                topics=line.topics,
                paused_until=line.paused_until,
                fate=fate,
                reason=reason[:200],
            )
        )
    ImportRow.objects.bulk_create(rows)
    source.lines = lines[-1].number
    source.save(update_fields=["lines"])


def _fate(
    line: tables.Line, seen: set[str], known: set[str], suppressed: set[str], refusing: set[str]
) -> tuple[str, str]:
    """Return what happens with a line, and why."""
    if line.fault:
        return Fate.WRONG, line.fault
    if line.key in suppressed:
        return Fate.SUPPRESSED, ""
    if line.key in known:
        return Fate.KNOWN, ""
    if line.doubt or line.key in refusing:
        return Fate.OPTED_OUT, line.doubt or _refused_in_another_line()
    if line.key in seen:
        return Fate.TWICE, ""
    return Fate.NEW, " ".join(line.notes)


def _refused_in_another_line() -> str:
    """Return the reason for an address that another line of the same list refuses mail for."""
    return _("Another line of the list says so.")


def _known(keys: list[str]) -> set[str]:
    return set(Subscriber.objects.filter(address_key__in=keys).values_list("address_key", flat=True))


def _suppressed(keys: list[str]) -> set[str]:
    """Return the suppressed ones of these keys."""
    hashes = {hashed: key for key in keys for hashed in addresses.hashes_of(key)}
    found = Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True)
    return {hashes[hashed] for hashed in found}


def _counts(pk: int) -> dict[str, int]:
    return dict(Counter(ImportRow.objects.filter(source=pk).values_list("fate", flat=True).iterator()))


def _take_over(pk: int) -> Iterator[None]:
    """Make readers of the approved rows step by step; at the end delete the addresses of the others."""
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


def _add(source: Import, rows: list[ImportRow]) -> None:
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
    fates: dict[str, list[int]] = {Fate.SUPPRESSED: [], Fate.ADDED: [], Fate.KNOWN: []}
    for row in rows:
        fate = Fate.ADDED if row.address_key in new else Fate.KNOWN
        fates[Fate.SUPPRESSED if row.address_key in suppressed else fate].append(row.pk)
    for outcome, pks in fates.items():
        ImportRow.objects.filter(pk__in=pks).update(fate=outcome, address="", address_key="")


def _reader(row: ImportRow, source: Import, now: datetime) -> Subscriber:
    return Subscriber(
        address=row.address,
        address_key=row.address_key,
        state=Subscriber.State.CONFIRMED,
        language=settings.LANGUAGE_CODE,
        confirmed_at=now,
        paused_until=row.paused_until,
        came_by=source,
    )


def _add_interests(pairs: Iterable[tuple[ImportRow, Subscriber]]) -> None:
    """Store their interests, without countries and topics that were deleted since the list was read."""
    countries = set(Country.objects.values_list("pk", flat=True))
    topics = set(Topic.objects.values_list("pk", flat=True))
    to_country, to_topic = Subscriber.countries.through, Subscriber.topics.through
    to_country.objects.bulk_create(
        to_country(subscriber=reader, country_id=pk)
        for row, reader in pairs
        for pk in countries.intersection(row.countries)
    )
    to_topic.objects.bulk_create(
        to_topic(subscriber=reader, topic_id=pk)
        for row, reader in pairs
        for pk in topics.intersection(row.topics)
    )


def finish(source: Import, state: str) -> None:
    """End an import: only the counts stay, and the reasons why lines could not be used."""
    source.counts = _counts(source.pk)
    source.state, source.content, source.finished_at = state, None, timezone.now()
    source.save(update_fields=["counts", "state", "content", "finished_at"])
    rows = ImportRow.objects.filter(source=source)
    rows.exclude(fate=Fate.WRONG).delete()
    rows.update(address="")
    Leftover.note(Import, ImportRow)
    ledger.note(erasures.LIST, str(source.pk))


def decide(pk: int, state: str) -> bool:
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


def forget_undecided() -> int:
    """Cancel lists that nobody has decided about within FORGOTTEN_AFTER; return how many."""
    old = Import.objects.filter(state=State.WAITING, created_at__lt=timezone.now() - FORGOTTEN_AFTER)
    return sum(decide(pk, State.CANCELLED) for pk in list(old.values_list("pk", flat=True)))
