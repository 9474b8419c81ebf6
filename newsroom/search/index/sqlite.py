"""Terms in SQLite: one FTS5 table, whose row numbers are the keys of the documents."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from .sqltypes import Counts, Row, Value

if TYPE_CHECKING:
    from ..querying.query import Query, Unit

KEY = "terms.rowid"
PLACE_OF = "instr"  # the SQL function that finds a string in a string
JOIN = "search_terms terms CROSS JOIN search_document document"  # CROSS: the terms come first
WORDS_OF_NEWEST = "search_documenttext words ON words.id = newest.id"
CREATE = [
    # The text is analysed already: FTS5 only splits it at its spaces.
    "CREATE VIRTUAL TABLE search_terms USING fts5(sequence, tokenize='ascii')",
    # Bytes in memory before they are written: hundreds of documents at once, and so less to merge.
    "INSERT INTO search_terms (search_terms, rank) VALUES ('hashsize', 16777216)",
]
DROP = ["DROP TABLE search_terms"]
BRIEFLY = 300  # milliseconds that a sweep waits for readers
STEP = 250  # pages that one step of a merge writes: some milliseconds


def reading() -> nullcontext[None]:
    """Return a context that does nothing: SQLite needs no preparation to read."""
    return nullcontext()


def lock() -> None:
    """Do nothing: a transaction that writes has the only lock of the database already."""


def upsert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of a model or write them over, in half the time of bulk_create()."""
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT ({columns[0]}) DO UPDATE SET {changes}",
            rows,
        )


def count(changes: Sequence[tuple[str, int]]) -> None:
    """Add to the counts of words: (word, change) of each, in the order of the words."""
    with connection.cursor() as cursor:
        for some in itertools.batched(changes, 500):
            cursor.execute(
                "INSERT INTO search_spelling (word, backwards, documents) VALUES "  # noqa: S608
                + ", ".join(["(%s, %s, %s)"] * len(some))
                + " ON CONFLICT (word) DO UPDATE SET documents = search_spelling.documents + excluded.documents",
                [value for word, change in some for value in (word, word[::-1], change)],
            )


def insert(rows: Sequence[tuple[int, str]]) -> None:
    """Store (document's key, sequence of terms) of each, or write it over; in the order of the keys.

    FTS5 writes out what it holds in memory whenever a key is smaller than the one before.
    """
    with connection.cursor() as cursor:
        cursor.executemany("REPLACE INTO search_terms (rowid, sequence) VALUES (%s, %s)", rows)


def expect_many() -> bool:
    """Return False: nothing is put off, as FTS5 is no faster without its index."""
    return False


def settle() -> None:
    """Merge the many segments that many documents have left: a search reads each of them."""
    purge(lambda: True)


def was_left_unsettled() -> bool:
    """Return False: a killed process leaves nothing half done."""
    return False


def delete(keys: Iterable[int]) -> None:
    """Delete the terms of these documents; their bytes leave the file with the next purge."""
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM search_terms WHERE rowid = %s", [(key,) for key in keys])


def condition(query: "Query") -> tuple[str, list[Value]]:
    """Return the condition that the query's terms make, and its parameters."""
    ways = [" AND ".join(f"({_alternatives(group)})" for group in way) for way in query.ways]
    wanted = ways[0] if len(ways) == 1 else " OR ".join(f"({way})" for way in ways)
    unwanted = " OR ".join(_alternatives([unit]) for unit in query.excluded)
    match = f"({wanted}) NOT ({unwanted})" if unwanted else wanted
    return "document.id = terms.rowid AND terms.search_terms MATCH %s", [match]


def _alternatives(units: Iterable["Unit"]) -> str:
    # Terms are letters, digits and marks: quoted, they are no operators.
    return " OR ".join(f'"{" ".join(form)}"' for unit in units for form in unit.sequences)


def counts(source: str, parameters: Row, columns: dict[str, str]) -> Counts:
    """Return how many documents have each value of these columns, {name: {value: documents}}, in one scan.

    SQLite counts by sorting; counting in Python what one scan strings together takes a third less time.
    """
    strings = ", ".join(f"group_concat(document.{column})" for column in columns.values())
    with connection.cursor() as cursor:
        found = cursor.execute(f"SELECT {strings} {source}", parameters).fetchone()
    return {
        name: {int(value): number for value, number in Counter(values.split(",")).items()} if values else {}
        for name, values in zip(columns, found, strict=True)
    }


def purge(patience: Callable[[], bool]) -> bool:
    """Rewrite the index without the words of removed documents, in steps; return whether it is done.

    FTS5 marks what is deleted, and drops it when the last two segments become one. patience()
    returns whether there is time for another step.
    """
    first = True
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            before = _changes(cursor)
            # A negative number begins a merge of everything, a positive one goes on with it.
            cursor.execute(
                "INSERT INTO search_terms (search_terms, rank) VALUES ('merge', %s)",
                [-STEP if first else STEP],
            )
            done = _changes(cursor) - before < 2
        first = False
        if done:
            return True
        if not patience():
            return False


def _changes(cursor: CursorWrapper) -> int:
    return cursor.execute("SELECT total_changes()").fetchone()[0]


def sweep() -> bool:
    """Empty the write-ahead log, which holds old pages; return whether no reader stood in the way."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY}")  # meanwhile nobody can write
        try:
            return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {connection.settings_dict['OPTIONS']['timeout'] * 1000}")


def problems() -> list[str]:
    """Return what is wrong inside the index itself, as sentences."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_terms (search_terms) VALUES ('integrity-check')")
    except Exception as error:  # FTS5 reports damage by an error
        return [f"The table of terms is damaged: {error}"]
    return []


def keys() -> set[int]:
    """Return the keys of all documents that have terms."""
    with connection.cursor() as cursor:
        return {key for (key,) in cursor.execute("SELECT id FROM search_terms_docsize")}
