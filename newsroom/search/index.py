"""Writes the index: in the transaction that writes the content, and by the worker where that was bypassed."""

import datetime
import hashlib
import itertools
from collections import Counter, defaultdict

from django.db import connection, transaction

from . import registry, store, text
from .models import Document, DocumentText, FacetSet, IndexState, Spelling

CHUNK = 1000  # rows that are compared at a time
BATCH = 250  # documents that are written in one transaction of the worker or of a command
FREQUENT = 12  # words of a text that stand for what it is about
FOREVER = 2**62
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
OFTEN = 3  # times that such a word occurs at least
STANDING = 1 << 34  # seconds: pages without a date count as newer than every date


def microseconds(moment):
    """Return a moment as a whole number, which keeps its order."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def place(date, kind, key):
    """Return the key of a document: its second, its kind, its primary key."""
    second = STANDING if date is None else min(int(date.timestamp()), STANDING - 1)
    return (second << 28) | (kind.number << 24) | (key & 0xFFFFFF)


def kind_in(place):
    """Return the number of the kind in a document's key."""
    return (place >> 24) & 0xF


def refresh(kind, keys, *, anew=False):
    """Bring the entries of these rows up to date: write, change or remove them; return how many changed.

    Entries of unchanged rows stay as they are, unless they are wanted anew.
    """
    with transaction.atomic():
        store.current().lock()
        wanted = fingerprints(kind, kind.rows().filter(pk__in=keys))
        stored = {
            document.object_id: document
            for document in Document.objects.filter(kind=kind.number, object_id__in=keys)
        }
        old = [
            document for key, document in stored.items() if anew or wanted.get(key) != document.fingerprint
        ]
        unchanged = stored.keys() - {document.object_id for document in old}
        new = [key for key in wanted if key not in unchanged]
        if not (old or new):
            return 0
        entries = {row.pk: kind.entry(row) for row in kind.rows().filter(pk__in=new)} if new else {}
        spelled = Counter()
        _remove(old, spelled)
        _write(kind, entries, wanted, spelled)
        _count_spellings(spelled)
        return len({*entries, *(document.object_id for document in old)})


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
    return {
        row[0]: _fingerprint([*map(str, row[1:]), *(found.get(row[0]) for found in related)])
        for row in values
    }


def _fingerprint(values):
    seen = repr((text.VERSION, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(seen, digest_size=8).digest(), "big", signed=True)


def _remove(documents, spelled):
    keys = [document.pk for document in documents]
    if not keys:
        return
    words = DocumentText.objects.filter(pk__in=keys).values_list("spellings", flat=True)
    spelled.subtract(Counter(itertools.chain.from_iterable(map(str.split, words))))
    store.current().delete(keys)
    DocumentText.objects.filter(pk__in=keys)._raw_delete("default")
    Document.objects.filter(pk__in=keys)._raw_delete("default")
    IndexState.objects.update_or_create(pk=1, defaults={"must_purge": True})


def _write(kind, entries, prints, spelled):
    if not entries:
        return
    sets = _facet_sets(entries.values())
    documents, texts, sequences = [], [], []
    for key, entry in entries.items():
        number = place(entry.date, kind, key)
        documents.append(
            Document(
                id=number,
                kind=kind.number,
                object_id=key,
                public_from=microseconds(entry.public_from) if entry.public_from else 0,
                public_until=microseconds(entry.public_until) if entry.public_until else FOREVER,
                first_day=entry.first_day,
                last_day=entry.last_day,
                year=entry.first_day.year if entry.first_day else None,
                countries_id=sets["country", _members(entry, "country")],
                topics_id=sets["topic", _members(entry, "topic")],
                fingerprint=prints[key],
            )
        )
        words, sequence = _text_of(number, entry)
        texts.append(words)
        sequences.append((number, sequence))
        spelled.update(words.spellings.split())
    _insert(documents)
    _insert(texts)
    store.current().insert(sequences)


def _insert(rows):
    """Insert rows of one model, in half the time of bulk_create()."""
    options = type(rows[0])._meta
    columns = ", ".join(field.column for field in options.concrete_fields)
    marks = ", ".join(["%s"] * len(options.concrete_fields))
    names = [field.attname for field in options.concrete_fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {options.db_table} ({columns}) VALUES ({marks})",  # noqa: S608
            [[getattr(row, name) for name in names] for row in rows],
        )


def _text_of(number, entry):
    """Return the words of an entry as a row, and the sequence of its terms."""
    parts = [entry.title, entry.summary, "\n".join(entry.keywords), entry.text]
    read = [text.analysed(part, entry.language) for part in parts]
    title, summary, keywords, body = (text.sequence(terms) for terms, _spellings in read)
    singles = sorted({one for part in parts if not part.isascii() for one in text.characters(part)})
    counts = Counter(read[3][0])
    frequent = sorted(
        (term for term, count in counts.items() if count >= OFTEN and len(term) > 3),
        key=lambda term: (-counts[term], term),
    )
    spellings = set().union(*(spellings for _terms, spellings in read))
    words = DocumentText(
        id=number,
        title_terms=title,
        summary_terms=f"{summary}{text.BREAK}{keywords}",
        frequent_terms=text.sequence(frequent[:FREQUENT]),
        language=entry.language,
        title=entry.title,
        summary=entry.summary,
        text=entry.text,
        spellings=" ".join(sorted(spellings)),
    )
    fields = [title, summary, keywords, body, text.sequence(singles)]
    return words, text.BREAK.join(field for field in fields if field.strip())


def _members(entry, facet):
    return " ".join(map(str, sorted(set(entry.subjects.get(facet, ())))))


def _facet_sets(entries):
    """Return the id of each combination of subjects that these entries have; new ones are stored."""
    wanted = {(facet, _members(entry, facet)) for entry in entries for facet in registry.FACETS}

    def known():
        rows = FacetSet.objects.filter(members__in={members for _facet, members in wanted})
        return {(row.facet, row.members): row.pk for row in rows}

    found = known()
    missing = sorted(wanted - found.keys())
    if missing:
        FacetSet.objects.bulk_create(
            [FacetSet(facet=facet, members=members) for facet, members in missing], ignore_conflicts=True
        )
        found = known()
    return found


def _count_spellings(changes):
    """Add to the counts of words, and drop the words that no document holds any more."""
    changes = sorted((word, change) for word, change in changes.items() if change)
    for some in itertools.batched(changes, 500):
        marks = ", ".join(["(%s, %s, %s)"] * len(some))
        values = [value for word, change in some for value in (word, word[::-1], change)]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_spelling (word, backwards, documents) VALUES "  # noqa: S608
                + marks
                + " ON CONFLICT (word) DO UPDATE SET documents = search_spelling.documents + excluded.documents",
                values,
            )
        fewer = [word for word, change in some if change < 0]
        if fewer:
            Spelling.objects.filter(word__in=fewer, documents__lte=0)._raw_delete("default")


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
        _count_spellings(changes)
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
