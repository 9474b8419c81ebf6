"""Writes entries as rows: the document, its words, its terms, and the counts of its words."""

import itertools
from collections import Counter
from typing import NamedTuple

from django.db import connection

from .. import registry
from ..analysis import compounds, text
from ..models import Document, DocumentText, FacetSet, IndexState, Spelling
from . import store
from .documentkeys import microseconds, place

FREQUENT = 12  # words of a text that stand for what it is about
OFTEN = 3  # times that such a word occurs at least
FOREVER = 2**62


DOCUMENT = [
    "id", "kind", "object_id", "public_from", "public_until", "first_day", "last_day", "year", "countries_id",
    "topics_id", "fingerprint",
]  # fmt: skip
WORDS = [
    "id", "title_terms", "summary_terms", "frequent_terms", "language", "title", "summary", "text", "spellings",
]  # fmt: skip


class Row(NamedTuple):
    """What the tables hold of an entry, in plain values: another process may have made it."""

    place: int
    key: int
    times: tuple  # from "public_from" to "year"
    subjects: tuple  # the combination of each facet
    words: tuple
    sequence: str


def row_of(kind, key: str, entry):
    """Return what is written of the entry of a row with this primary key."""
    number = place(entry.date, kind, key)
    words, sequence = _words_of(number, entry)
    times = (
        microseconds(entry.public_from) if entry.public_from else 0,
        microseconds(entry.public_until) if entry.public_until else FOREVER,
        entry.first_day,
        entry.last_day,
        entry.first_day.year if entry.first_day else None,
    )
    subjects = tuple(_members(entry, facet) for facet in registry.FACETS)
    return Row(number, key, times, subjects, words, sequence)


def write(kind, rows, prints, *, replaced, leaves_words, count: int) -> None:
    """Write rows in the place of these documents, key to spellings; call it in a transaction.

    leaves_words: whether words of theirs are gone, whose bytes a purge has to take; count: whether to
    count the change of spellings.
    """
    rows = sorted(rows)
    sets = _facet_sets(rows)
    _remove(sorted(replaced.keys() - {row.place for row in rows}))
    if leaves_words:
        _note_removal()
    subjects = [
        [sets[facet, members] for facet, members in zip(registry.FACETS, row.subjects, strict=True)]
        for row in rows
    ]
    store.current().upsert(
        Document,
        DOCUMENT,
        [
            (row.place, kind.number, row.key, *row.times, *numbers, prints[row.key])
            for row, numbers in zip(rows, subjects, strict=True)
        ],
    )
    store.current().upsert(DocumentText, WORDS, [row.words for row in rows])
    store.current().insert([(row.place, row.sequence) for row in rows])
    if count:
        count_spellings(_changes(replaced, {row.place: row.words[-1] for row in rows}))


def _note_removal() -> None:
    """Let the worker know that words of removed documents lie in the files; a save waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_indexstate SET removals = removals + 1 WHERE id = 1")
        if not cursor.rowcount:
            IndexState.objects.create(pk=1, removals=1)


def _remove(keys) -> None:
    if keys:
        store.current().delete(keys)
        DocumentText.objects.filter(pk__in=keys)._raw_delete("default")
        Document.objects.filter(pk__in=keys)._raw_delete("default")


def _words_of(number: int, entry):
    """Return the words of an entry as a row of DocumentText, and the sequence of its terms."""
    parts = [entry.title, entry.summary, "\n".join(entry.keywords), entry.text, entry.unseen]
    read = [text.analysed(part, entry.language) for part in parts]
    title, summary, keywords, body, unseen = (text.sequence(terms) for terms, _runs in read)
    singles = sorted({one for part in parts if not part.isascii() for one in text.characters(part)})
    frequent = sorted(
        (-count, term) for term, count in Counter(read[3][0]).items() if count >= OFTEN and len(term) > 3
    )
    joined = [{word for word, _start, _end in compounds.in_text(part)} for part in parts]
    above, below = (
        text.sequence(sorted(set(compounds.terms_of(set().union(*some), entry.language))))
        for some in [joined[:3], joined[3:]]
    )
    spellings = text.spellings(itertools.chain.from_iterable([*(runs for _terms, runs in read), *joined]))
    words = (
        number,
        title,
        f"{summary}{text.BREAK}{keywords}{text.BREAK}{above}",
        text.sequence([term for _count, term in frequent[:FREQUENT]]),
        entry.language,
        entry.title,
        entry.summary,
        entry.text,
        " ".join(sorted(spellings)),
    )
    fields = [title, summary, keywords, body, unseen, text.sequence(singles), above, below]
    return words, text.BREAK.join(field for field in fields if field.strip())


def _members(entry, facet):
    return " ".join(map(str, sorted(set(entry.subjects.get(facet, ())))))


def _facet_sets(rows):
    """Return the id of each combination of subjects that these rows have; new ones are stored."""
    wanted = {pair for row in rows for pair in zip(registry.FACETS, row.subjects, strict=True)}

    def known():
        rows = FacetSet.objects.filter(members__in={members for _facet, members in wanted})
        return {(row.facet, row.members): row.pk for row in rows}

    found = known() if wanted else {}
    missing = sorted(wanted - found.keys())
    if missing:
        FacetSet.objects.bulk_create(
            [FacetSet(facet=facet, members=members) for facet, members in missing], ignore_conflicts=True
        )
        found = known()
    return found


def _changes(old, new):
    """Return word to how many documents more hold it, from document to its words before and after."""
    changes = Counter()
    for key in old.keys() | new.keys():
        before, after = old.get(key, ""), new.get(key, "")
        if before != after:  # most are written anew because of something else
            changes.update(after.split())
            changes.subtract(before.split())
    return changes


def count_spellings(changes) -> None:
    """Add to the counts of words, and drop the words that no document holds any more."""
    changes = sorted((word, change) for word, change in changes.items() if change)
    if changes:
        store.current().count(changes)
    for fewer in itertools.batched([word for word, change in changes if change < 0], 500):
        Spelling.objects.filter(word__in=fewer, documents__lte=0)._raw_delete("default")
