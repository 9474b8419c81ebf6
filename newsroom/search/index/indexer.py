"""Keeps the index up to date: in the transaction that writes a row, and by the worker where that was bypassed."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Model, QuerySet

from .. import registry
from ..analysis import text
from ..models import Document, DocumentText, IndexState, Spelling
from ..registry import RelatedColumns, SearchKind
from . import store, writing
from .writing import EntryRow

CHUNK = 1000  # rows that are compared at a time
BATCH = 500  # documents that are written in one transaction of the worker or of a command
FEW = 10  # documents that are written by a save


type Columns = tuple[Any, ...]  # the primary key of a row and its watched columns, of fields of any type
type Prepared = tuple[Mapping[int, int], Sequence[EntryRow]]  # fingerprints by primary key, and the entries

NOTHING_PREPARED: Prepared = ({}, ())


def prepared(kind: SearchKind, keys: Iterable[int]) -> Prepared:
    """Return what refresh() would write of these rows, and their fingerprints; it needs no transaction."""
    # Fingerprints first: for a row that changes in between they are too old, and refresh() sees it.
    seen = watched(kind, _columns(kind, kind.rows().filter(pk__in=keys)))
    return {key: row.fingerprint for key, row in seen.items()}, _rows(kind, seen)


def refresh(
    kind: SearchKind,
    keys: Collection[int],
    *,
    anew: bool = False,
    made: Prepared = NOTHING_PREPARED,
    count: bool = True,
) -> int:
    """Bring the entries of these rows up to date: write, change or remove them; return how many changed.

    Entries of unchanged rows are written only with anew. What prepared() has made of the rows is used for those
    that have not changed since. With count=False the caller calls recount_spellings() afterwards.
    """
    with transaction.atomic(savepoint=False):
        store.current().lock()
        # A save waits for this: its few rows are read once, for both their fingerprints and their entries.
        read = list(kind.rows().filter(pk__in=keys)) if len(keys) <= FEW else []
        columns = (
            _columns_of(kind, read) if len(keys) <= FEW else _columns(kind, kind.rows().filter(pk__in=keys))
        )
        seen = watched(kind, columns)
        wanted = {key: row.fingerprint for key, row in seen.items()}
        stored = _stored(kind, keys)
        old = {key: row for key, row in stored.items() if anew or wanted.get(key) != row.fingerprint}
        new = {key for key in wanted if key in old or key not in stored}
        if not (old or new):
            return 0
        fingerprints, ready = made
        rows = [row for row in ready if row.key in new and fingerprints[row.key] == wanted[row.key]]
        rows += _rows(kind, {key: seen[key] for key in new.difference(row.key for row in rows)}, read)
        writing.write(
            kind,
            rows,
            wanted,
            replaced={row.document_key: row.spellings for row in old.values()},
            leaves_words=any(wanted.get(key) != row.fingerprint for key, row in old.items()),
            count=count,
        )
        return len(new | old.keys())


class StoredEntry(NamedTuple):
    """What the index holds of a row."""

    document_key: int
    fingerprint: int
    spellings: str


def _stored(kind: SearchKind, keys: Collection[int]) -> dict[int, StoredEntry]:
    """Return what the index holds, by primary key.

    In SQL, because every save waits for it, and two querysets would take twice as long.
    """
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document.object_id, document.id, document.fingerprint, coalesce(words.spellings, '') "  # noqa: S608
            "FROM search_document document LEFT JOIN search_documenttext words ON words.id = document.id "
            f"WHERE document.kind = %s AND document.object_id IN ({', '.join(['%s'] * len(keys))})",
            [kind.number, *keys],
        )
        return {key: StoredEntry(*columns) for key, *columns in cursor.fetchall()}


def _rows(kind: SearchKind, seen: "Mapping[int, WatchedRow]", read: Iterable[Any] = ()) -> list[EntryRow]:
    """Return the entries of the rows in seen; those in read, rows of the kind's model, need no query."""
    rows = [row for row in read if row.pk in seen]
    if seen and not rows:
        rows = list(kind.rows().filter(pk__in=seen))
    for row in rows:
        row.watched = seen[row.pk].related
    if rows and kind.prepare:
        kind.prepare(rows)
    return [writing.row_of(kind, row.pk, kind.entry(row)) for row in rows]


class WatchedRow(NamedTuple):
    """The fingerprint of a row as the database has it, and the related columns that went into it."""

    fingerprint: int
    related: RelatedColumns


def _columns(kind: SearchKind, rows: QuerySet[Any]) -> list[Columns]:
    """Return the primary key and the watched columns of the rows of a queryset, which are of the kind's model."""
    return list(rows.order_by("pk").values_list("pk", *kind.watch))


def _columns_of(kind: SearchKind, rows: Iterable[Model]) -> list[Columns]:
    """Return the primary key and the watched columns of rows that are read already."""
    names = [kind.model._meta.get_field(name).attname for name in kind.watch]
    return sorted((row.pk, *(getattr(row, name) for name in names)) for row in rows)


def watched(kind: SearchKind, values: Sequence[Columns]) -> dict[int, WatchedRow]:
    """Return the fingerprints of rows by primary key, given their columns in the order of their keys."""
    related: dict[int, RelatedColumns] = {
        row[0]: {relation: [] for relation in kind.watch_related} for row in values
    }
    for relation, columns in kind.watch_related.items() if values else ():
        model, own, prefix = _lookup_of(kind.model._meta.get_field(relation))
        names = [f"{prefix}{column}" for column in columns]
        pairs = (
            model.objects.filter(**{f"{own}__gte": values[0][0], f"{own}__lte": values[-1][0]})
            .order_by(own, *names)
            .values_list(own, *names)
        )
        for key, *found in pairs:
            if key in related:
                related[key][relation].append(tuple(found))
    more: Mapping[int, tuple[object, ...]] = {}
    if values and kind.watch_more:
        more = kind.watch_more({row[0]: dict(zip(kind.watch, row[1:], strict=True)) for row in values})
    return {
        key: WatchedRow(
            _fingerprint([*map(str, columns), *related[key].values(), *more.get(key, ())]), related[key]
        )
        for key, *columns in values
    }


def _lookup_of(relation: Any) -> tuple[Any, str, str]:  # of a private class for each kind of relation
    """Return the model to query for a relation, its column with our key, and the prefix of the related columns."""
    if relation.many_to_many:
        through = relation.remote_field.through
        return through, f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}__"
    return relation.related_model, relation.field.attname, ""


def _fingerprint(values: object) -> int:
    """Return 64 bits that change when the values or the version of the analysis change."""
    seen = repr((text.VERSION, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(seen, digest_size=8).digest(), "big", signed=True)


def spellings_of_documents() -> Counter[str]:
    """Return how many documents hold each word, counted from the documents themselves."""
    counted: Counter[str] = Counter()
    for words in DocumentText.objects.values_list("spellings", flat=True).iterator(CHUNK):
        counted.update(words.split())
    return counted


def recount_spellings() -> int:
    """Count the words of all documents anew; return how many counts were wrong."""
    with transaction.atomic():
        store.current().lock()
        changes = spellings_of_documents()
        changes.subtract(dict(Spelling.objects.values_list("word", "documents")))
        writing.count_spellings(changes)
    return sum(change != 0 for change in changes.values())


def settle() -> None:
    """End what expect_many() of the store began: count the words, and let the store build its index."""
    recount_spellings()  # first: while the store lacks its index, another process knows that this is left to do
    store.current().settle()


def differing(kind: SearchKind) -> Iterator[list[int]]:
    """Yield lists of primary keys whose entries differ from their rows, one for each chunk of rows."""
    last = 0
    while True:
        chunk = list(kind.rows().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        end = chunk[-1] if len(chunk) == CHUNK else None
        rows = kind.rows().filter(pk__gt=last)
        entries = Document.objects.filter(kind=kind.number, object_id__gt=last)
        if end is not None:
            rows, entries = rows.filter(pk__lte=end), entries.filter(object_id__lte=end)
        wanted = {key: row.fingerprint for key, row in watched(kind, _columns(kind, rows)).items()}
        stored = dict(entries.values_list("object_id", "fingerprint"))
        different = sorted(key for key in wanted.keys() | stored.keys() if wanted.get(key) != stored.get(key))
        if different:
            yield different
        if end is None:
            return
        last = end


def mend(go_on: Callable[[], bool] = lambda: True) -> int:
    """Index what bypassed the models, as long as go_on() returns True; return how many entries changed."""
    if store.current().was_left_unsettled():
        settle()
    changed = 0
    for kind in registry.kinds():
        for keys in differing(kind):
            for some in itertools.batched(keys, BATCH):
                if not go_on():
                    return changed
                changed += refresh(kind, some)
    return changed


def remove_gone() -> None:
    """Remove the entries whose rows are no longer public, or deleted."""
    for kind in registry.kinds():
        public = kind.rows().values("pk")
        gone = Document.objects.filter(kind=kind.number).exclude(object_id__in=public)
        for keys in itertools.batched(list(gone.values_list("object_id", flat=True)), BATCH):
            refresh(kind, keys)


def purge(patience: Callable[[], bool] = lambda: True) -> bool:
    """Free the files of the database of the words of removed documents; return whether there were any.

    Inside a transaction it does nothing and leaves it to the worker.
    """
    if connection.in_atomic_block:
        return False
    state = IndexState.objects.exclude(purged=F("removals")).first()
    if not state:
        return False
    if store.current().purge(patience) and store.current().sweep():
        # The number from the beginning: what was removed meanwhile is left to the next purge.
        IndexState.objects.filter(pk=1).update(purged=state.removals)
    return True
