"""Writes the index: in the transaction that writes the content, and by the worker where that was bypassed."""

import hashlib
import itertools
from collections import Counter, defaultdict

from django.db import connection, transaction

from . import registry, store, text, writing
from .models import Document, DocumentText, IndexState, Spelling

CHUNK = 1000  # rows that are compared at a time
BATCH = 500  # documents that are written in one transaction of the worker or of a command


def prepared(kind, keys):
    """Return what refresh() would write of these rows, and their fingerprints; in no transaction."""
    # Fingerprints first: of a row that changes in between they are too old, and refresh() sees it.
    prints = fingerprints(kind, kind.rows().filter(pk__in=keys))
    return prints, _rows(kind, prints)


def refresh(kind, keys, *, anew=False, made=({}, ())):
    """Bring the entries of these rows up to date: write, change or remove them; return how many changed.

    Entries of unchanged rows stay as they are, unless they are wanted anew. What prepared() made of the
    rows a moment ago is written where they are the same still.
    """
    with transaction.atomic():
        store.current().lock()
        wanted = fingerprints(kind, kind.rows().filter(pk__in=keys))
        stored = {
            object_id: (place, fingerprint)
            for place, object_id, fingerprint in Document.objects.filter(
                kind=kind.number, object_id__in=keys
            ).values_list("pk", "object_id", "fingerprint")
        }
        old = {key: place for key, (place, seen) in stored.items() if anew or wanted.get(key) != seen}
        new = {key for key in wanted if key in old or key not in stored}
        if not (old or new):
            return 0
        prints, rows = made
        rows = [row for row in rows if row.key in new and prints[row.key] == wanted[row.key]]
        rows += _rows(kind, new.difference(row.key for row in rows))
        writing.write(kind, rows, wanted, replaced=set(old.values()))
        return len(new | old.keys())


def _rows(kind, keys):
    rows = list(kind.rows().filter(pk__in=keys)) if keys else []
    if rows and kind.prepare:
        kind.prepare(rows)
    return [writing.row_of(kind, row.pk, kind.entry(row)) for row in rows]


def fingerprints(kind, rows):
    """Return primary key to fingerprint of what the database holds of these rows."""
    related = [defaultdict(list) for _field in kind.watch_related]
    values = list(rows.order_by("pk").values_list("pk", *kind.watch))
    if values:
        for name, found in zip(kind.watch_related, related, strict=True):
            pairs = (
                kind.model.objects.filter(pk__gte=values[0][0], pk__lte=values[-1][0])
                .order_by("pk", name)
                .values_list("pk", name)
            )
            for key, value in pairs:
                found[key].append(value)
    more = {}
    if values and kind.watch_more:
        more = kind.watch_more({row[0]: dict(zip(kind.watch, row[1:], strict=True)) for row in values})
    return {
        row[0]: _fingerprint(
            [*map(str, row[1:]), *(found.get(row[0]) for found in related), *more.get(row[0], ())]
        )
        for row in values
    }


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
        wanted = fingerprints(kind, rows)
        stored = dict(entries.values_list("object_id", "fingerprint"))
        different = sorted(key for key in wanted.keys() | stored.keys() if wanted.get(key) != stored.get(key))
        if different:
            yield different
        if end is None:
            return
        last = end


def mend(go_on=lambda: True):
    """Write what bypassed the models; return how many entries changed. go_on() says whether to continue."""
    changed = 0
    for kind in registry.kinds():
        for keys in differing(kind):
            for some in itertools.batched(keys, BATCH):
                if not go_on():
                    return changed
                changed += refresh(kind, some)
    return changed


def purge(patience=lambda: True):
    """Free the files of the database of the words of removed documents; return whether there were any.

    Inside a transaction it does nothing: the worker comes by.
    """
    if connection.in_atomic_block or not IndexState.objects.filter(must_purge=True).exists():
        return False
    # Before, not after: what is removed meanwhile asks for the next purge.
    IndexState.objects.filter(pk=1).update(must_purge=False)
    if not (store.current().purge(patience) and store.current().sweep()):
        IndexState.objects.filter(pk=1).update(must_purge=True)
    return True
