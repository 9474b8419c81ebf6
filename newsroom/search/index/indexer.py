"""Writes the index: in the transaction that writes the content, and by the worker where that was bypassed."""

import hashlib
import itertools
from collections import Counter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from .. import registry
from ..analysis import text
from ..models import Document, DocumentText, IndexState, Spelling
from . import store, writing

CHUNK = 1000  # rows that are compared at a time
BATCH = 500  # documents that are written in one transaction of the worker or of a command
FEW = 10  # documents that are written by a save


def prepared(kind, keys):
    """Return what refresh() would write of these rows, and their fingerprints; in no transaction."""
    # Fingerprints first: of a row that changes in between they are too old, and refresh() sees it.
    seen = watched(kind, _columns(kind, kind.rows().filter(pk__in=keys)))
    return {key: row.fingerprint for key, row in seen.items()}, _rows(kind, seen)


def refresh(kind, keys, *, anew=False, made=({}, ()), count: int = True):
    """Bring the entries of these rows up to date: write, change or remove them; return how many changed.

    Entries of unchanged rows stay as they are, unless they are wanted anew. What prepared() made of the
    rows a moment ago is written where they are the same still. Who does not let their words be counted
    counts those of all documents afterwards.
    """
    with transaction.atomic(savepoint=False):
        store.current().lock()
        # A save waits for this: the few rows of one are read once, for their fingerprints and their entries.
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
        prints, rows = made
        rows = [row for row in rows if row.key in new and prints[row.key] == wanted[row.key]]
        rows += _rows(kind, {key: seen[key] for key in new.difference(row.key for row in rows)}, read)
        writing.write(
            kind,
            rows,
            wanted,
            replaced={row.place: row.spellings for row in old.values()},
            leaves_words=any(wanted.get(key) != row.fingerprint for key, row in old.items()),
            count=count,
        )
        return len(new | old.keys())


class Stored(NamedTuple):
    """What the index holds of a row."""

    place: int
    fingerprint: int
    spellings: str


def _stored(kind, keys):
    """Return primary key to Stored; a save waits for it, and this is half the time of two querysets."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document.object_id, document.id, document.fingerprint, coalesce(words.spellings, '') "  # noqa: S608
            "FROM search_document document LEFT JOIN search_documenttext words ON words.id = document.id "
            f"WHERE document.kind = %s AND document.object_id IN ({', '.join(['%s'] * len(keys))})",
            [kind.number, *keys],
        )
        return {key: Stored(*columns) for key, *columns in cursor.fetchall()}


def _rows(kind, seen, read=()):
    """Return what is written of the rows that were seen, of which these are read already."""
    rows = [row for row in read if row.pk in seen]
    if seen and not rows:
        rows = list(kind.rows().filter(pk__in=seen))
    for row in rows:
        row.watched = seen[row.pk].related
    if rows and kind.prepare:
        kind.prepare(rows)
    return [writing.row_of(kind, row.pk, kind.entry(row)) for row in rows]


class Watched(NamedTuple):
    """What the database holds of a row: its fingerprint, and what it was made from of the row's relations."""

    fingerprint: int
    related: dict[str, list[tuple]]  # relation to the columns of each related row


def _columns(kind, rows):
    """Return the primary key and the watched columns of rows of a queryset."""
    return list(rows.order_by("pk").values_list("pk", *kind.watch))


def _columns_of(kind, rows):
    """Return the same of rows that are read."""
    names = [kind.model._meta.get_field(name).attname for name in kind.watch]
    return sorted((row.pk, *(getattr(row, name) for name in names)) for row in rows)


def watched(kind, values):
    """Return primary key to Watched, from the primary key and the watched columns of rows in their order."""
    related = {row[0]: {relation: [] for relation in kind.watch_related} for row in values}
    for relation, columns in kind.watch_related.items() if values else ():
        model, own, others = _beside(kind.model._meta.get_field(relation))
        columns = [f"{others}{column}" for column in columns]
        pairs = (
            model.objects.filter(**{f"{own}__gte": values[0][0], f"{own}__lte": values[-1][0]})
            .order_by(own, *columns)
            .values_list(own, *columns)
        )
        for key, *found in pairs:
            if key in related:
                related[key][relation].append(tuple(found))
    more = {}
    if values and kind.watch_more:
        more = kind.watch_more({row[0]: dict(zip(kind.watch, row[1:], strict=True)) for row in values})
    return {
        key: Watched(
            _fingerprint([*map(str, columns), *related[key].values(), *more.get(key, ())]), related[key]
        )
        for key, *columns in values
    }


def _beside(relation):
    """Return the model that holds the rows of a relation, its column with our key, and how those of theirs begin."""
    if relation.many_to_many:
        through = relation.remote_field.through
        return through, f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}__"
    return relation.related_model, relation.field.attname, ""


def _fingerprint(values):
    seen = repr((text.VERSION, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(seen, digest_size=8).digest(), "big", signed=True)


def spellings_of_documents():
    """Return word to how many documents hold it, counted from the documents themselves."""
    counted = Counter()
    for words in DocumentText.objects.values_list("spellings", flat=True).iterator(CHUNK):
        counted.update(words.split())
    return counted


def recount_spellings():
    """Count the words of all documents anew; return how many were counted wrong."""
    with transaction.atomic():
        store.current().lock()
        changes = spellings_of_documents()
        changes.subtract(dict(Spelling.objects.values_list("word", "documents")))
        writing.count_spellings(changes)
    return sum(change != 0 for change in changes.values())


def settle() -> None:
    """End what expect_many() of the store began: count the words, and let the store build its index."""
    recount_spellings()  # before: until the store has its index, another who comes by knows what is left to do
    store.current().settle()


def differing(kind):
    """Yield lists of primary keys whose entries are not what their rows say, a chunk of rows at a time."""
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


def mend(go_on=lambda: True):
    """Write what bypassed the models; return how many entries changed. go_on() says whether to continue."""
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
    """Remove the entries whose rows are not public any more, or not there."""
    for kind in registry.kinds():
        public = kind.rows().values("pk")
        gone = Document.objects.filter(kind=kind.number).exclude(object_id__in=public)
        for keys in itertools.batched(list(gone.values_list("object_id", flat=True)), BATCH):
            refresh(kind, keys)


def purge(patience=lambda: True) -> bool:
    """Free the files of the database of the words of removed documents; return whether there were any.

    Inside a transaction it does nothing: the worker comes by.
    """
    if connection.in_atomic_block:
        return False
    state = IndexState.objects.exclude(purged=F("removals")).first()
    if not state:
        return False
    if store.current().purge(patience) and store.current().sweep():
        # As many as there were when it began: what was removed meanwhile asks for the next purge.
        IndexState.objects.filter(pk=1).update(purged=state.removals)
    return True
