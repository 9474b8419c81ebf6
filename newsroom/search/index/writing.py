"""Writes entries of the index: the document, its words, its terms, and the counts of its words."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from .. import registry
from ..analysis import compounds, text
from ..models import Document, DocumentText, FacetSet, IndexState, Spelling
from ..registry import IndexEntry, SearchKind
from . import store
from .documentkeys import document_key, microseconds
from .sqltypes import Value

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


class EntryRow(NamedTuple):
    """The columns of an entry, in plain values that one process can send to another."""

    document_key: int
    key: int  # of the row that the entry was made from
    times: tuple[Value, ...]  # from "public_from" to "year"
    subjects: tuple[str, ...]  # the combination of each facet
    words: tuple[int, str, str, str, str, str, str, str, str]  # the columns of WORDS
    sequence: str

    @property
    def spellings(self) -> str:
        """Return the words that the entry adds to the table of spellings."""
        return self.words[-1]


def row_of(kind: SearchKind, key: int, entry: IndexEntry) -> EntryRow:
    """Return the columns of the entry of a row with this primary key."""
    number = document_key(entry.date, kind, key)
    words, sequence = _words_of(number, entry)
    times = (
        microseconds(entry.public_from) if entry.public_from else 0,
        microseconds(entry.public_until) if entry.public_until else FOREVER,
        entry.first_day,
        entry.last_day,
        entry.first_day.year if entry.first_day else None,
    )
    subjects = tuple(_members(entry, facet) for facet in registry.FACETS)
    return EntryRow(number, key, times, subjects, words, sequence)


def write(
    kind: SearchKind,
    rows: Iterable[EntryRow],
    fingerprints: Mapping[int, int],
    *,
    replaced: dict[int, str],
    leaves_words: bool,
    count: bool,
) -> None:
    """Write entries in the place of those replaced, {document key: spellings}; call it in a transaction.

    leaves_words: whether words of the replaced entries are gone, whose bytes a purge has to remove; count:
    whether to count the change of spellings now.
    """
    rows = sorted(rows)
    sets = _facet_sets(rows)
    _remove(sorted(replaced.keys() - {row.document_key for row in rows}))
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
            (row.document_key, kind.number, row.key, *row.times, *numbers, fingerprints[row.key])
            for row, numbers in zip(rows, subjects, strict=True)
        ],
    )
    store.current().upsert(DocumentText, WORDS, [row.words for row in rows])
    store.current().insert([(row.document_key, row.sequence) for row in rows])
    if count:
        count_spellings(_changes(replaced, {row.document_key: row.spellings for row in rows}))


def _note_removal() -> None:
    """Tell the worker that words of removed documents lie in the files; raw SQL, because a save waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_indexstate SET removals = removals + 1 WHERE id = 1")
        if not cursor.rowcount:
            IndexState.objects.create(pk=1, removals=1)


def _remove(keys: list[int]) -> None:
    if keys:
        store.current().delete(keys)
        DocumentText.objects.filter(pk__in=keys)._raw_delete("default")
        Document.objects.filter(pk__in=keys)._raw_delete("default")


def _words_of(
    number: int, entry: IndexEntry
) -> tuple[tuple[int, str, str, str, str, str, str, str, str], str]:
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


def _members(entry: IndexEntry, facet: str) -> str:
    """Return the primary keys of the subjects of an entry, as FacetSet.members writes them."""
    return " ".join(map(str, sorted(set(entry.subjects.get(facet, ())))))


def _facet_sets(rows: Iterable[EntryRow]) -> dict[tuple[str, str], int]:
    """Return the id of each (facet, members) that these rows have; new combinations are stored."""
    wanted = {pair for row in rows for pair in zip(registry.FACETS, row.subjects, strict=True)}

    def known() -> dict[tuple[str, str], int]:
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


def _changes(old: Mapping[int, str], new: Mapping[int, str]) -> Counter[str]:
    """Return by how much the number of documents that hold each word changes, given {document: its words}."""
    changes: Counter[str] = Counter()
    for key in old.keys() | new.keys():
        before, after = old.get(key, ""), new.get(key, "")
        if before != after:  # most entries change in something else
            changes.update(after.split())
            changes.subtract(before.split())
    return changes


def count_spellings(changes: Mapping[str, int]) -> None:
    """Add to the counts of words, and drop the words that no document holds any more."""
    changed = sorted((word, change) for word, change in changes.items() if change)
    if changed:
        store.current().count(changed)
    for fewer in itertools.batched([word for word, change in changed if change < 0], 500):
        Spelling.objects.filter(word__in=fewer, documents__lte=0)._raw_delete("default")
