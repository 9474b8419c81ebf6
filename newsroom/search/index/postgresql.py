"""Terms in PostgreSQL: a tsvector without positions under a GIN index, and the sequence for phrases.

Positions of a tsvector end at 16,383 and at 256 a word; the sequence has no end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from newsroom.outbox import worker

from .sqltypes import Counts, Row, Value

if TYPE_CHECKING:
    import psycopg

    from ..querying.query import Query, Unit

KEY = "terms.id"
INDEX = "search_terms_gin"
PLACE_OF = "strpos"  # the SQL function that finds a string in a string
# OFFSET 0 keeps the condition where it is: joined or sorted first, every vector would have to be unpacked.
JOIN = (
    "(SELECT id, sequence FROM search_terms WHERE terms @@ %s::tsquery OFFSET 0) terms "
    "JOIN search_document document ON document.id = terms.id"
)
# Each by its key: to join them at once, the planner would read the words of all documents.
WORDS_OF_NEWEST = "LATERAL (SELECT * FROM search_documenttext WHERE id = newest.id OFFSET 0) words ON TRUE"
CREATE = [
    "CREATE TABLE search_terms (id bigint PRIMARY KEY, terms tsvector NOT NULL, sequence text NOT NULL)",
    f"CREATE INDEX {INDEX} ON search_terms USING gin (terms)",
    # Words compare by their bytes, as in SQLite, whatever the language of the database.
    'ALTER TABLE search_spelling ALTER COLUMN word TYPE varchar(40) COLLATE "C"',
    'ALTER TABLE search_spelling ALTER COLUMN backwards TYPE varchar(40) COLLATE "C"',
]
VECTOR = "array_to_tsvector(string_to_array(trim(both ' ' from {}), ' '))"
DROP = ["DROP TABLE search_terms"]
LOCK = 0x5EA4C4  # the advisory lock of those who write the index
LOCK_OF_BUILD = 0x5EA4C5  # the advisory lock of those who write a whole table or index anew
MANY = 100  # documents
FEW = 1000  # documents
WORDS_LIE_IN = {"search_terms": "id", "search_documenttext": "id", "search_spelling": "word"}  # table to key


@contextmanager
def reading() -> Iterator[None]:
    """Make the planner find terms by their index: it underrates how long it takes to unpack a vector."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def lock() -> None:
    """Let one transaction at a time write the index: two would lock counts of words in crossing orders."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@contextmanager
def _cursor(rows: Sized) -> "Iterator[CursorWrapper | psycopg.Cursor]":
    """Yield a cursor; for many rows one that sends them apart from the statement, as megabytes in it parse slowly."""
    if len(rows) < MANY:
        with connection.cursor() as cursor:
            yield cursor
    else:
        import psycopg  # not above: this module is loaded on every site, and a site on SQLite has no psycopg

        connection.ensure_connection()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            yield cursor


def upsert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of a model, or write them over where they differ; equal rows are left alone and cost no disk."""
    if not rows:
        return
    arrays = ", ".join(f"%s::{_type_of(model, column)}[]" for column in columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    before, after = (", ".join(f"{of}.{column}" for column in columns[1:]) for of in ["kept", "excluded"])
    with _cursor(rows) as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} AS kept ({', '.join(columns)}) SELECT * FROM unnest({arrays}) "  # noqa: S608
            f"ON CONFLICT ({columns[0]}) DO UPDATE SET {changes} WHERE ({before}) IS DISTINCT FROM ({after})",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _type_of(model: type[Model], column: str) -> str:
    """Return the type of a column, as a statement writes it."""
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    return field.rel_db_type(connection) or ""


def count(changes: Sequence[tuple[str, int]]) -> None:
    """Add to the counts of words: (word, change) of each, in the order of the words."""
    with _cursor(changes) as cursor:
        cursor.execute(
            "INSERT INTO search_spelling AS kept (word, backwards, documents) SELECT word, reverse(word), change "
            "FROM unnest(%s::varchar[], %s::integer[]) AS new (word, change) "
            "ON CONFLICT (word) DO UPDATE SET documents = kept.documents + excluded.documents",
            [list(column) for column in zip(*changes, strict=True)],
        )


def insert(rows: Sequence[tuple[int, str]]) -> None:
    """Store (document's key, sequence of terms) of each, or write it over where it differs."""
    if not rows:
        return
    with _cursor(rows) as cursor:
        if len(rows) >= MANY:
            # Terms of many documents at once go into the index in half the time of a few after a few.
            cursor.execute("SET LOCAL gin_pending_list_limit = '16MB'")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(
            f"INSERT INTO search_terms AS kept (id, sequence, terms) SELECT id, sequence, {VECTOR.format('sequence')} "  # noqa: S608
            "FROM unnest(%s::bigint[], %s::text[]) AS new (id, sequence) ON CONFLICT (id) DO UPDATE "
            "SET sequence = excluded.sequence, terms = excluded.terms WHERE (kept.sequence, kept.terms) "
            "IS DISTINCT FROM (excluded.sequence, excluded.terms)",
            [list(column) for column in zip(*rows, strict=True)],
        )


def expect_many() -> bool:
    """Drop the index of terms where few are stored: it is built in less time after many documents are written.

    Return whether there is no index now, so that the words need not be counted one by one either. settle() builds
    it; if the process dies before, the worker does, once the connection of this call is closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_OF_BUILD])
        cursor.execute("SELECT count(*) FROM (SELECT FROM search_terms LIMIT %s) AS found", [FEW])
        if cursor.fetchone()[0] < FEW:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        return not _has_index(cursor)


def settle() -> None:
    """Build the index if expect_many() has dropped it, or sort in what waits beside it."""
    with connection.cursor() as cursor:
        if _has_index(cursor):
            _sort_in(cursor)
        else:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")  # half built
            # Beside what the site writes; where a transaction is open, which is in tests alone, that can't be.
            beside = "" if connection.in_atomic_block else "CONCURRENTLY"
            cursor.execute(f"CREATE INDEX {beside} {INDEX} ON search_terms USING gin (terms)")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_OF_BUILD])


def was_left_unsettled() -> bool:
    """Return whether a process that called expect_many() died before settle(), so that this one has to call it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_OF_BUILD])
        if not cursor.fetchone()[0]:
            return False  # it is under way
        if _has_index(cursor):
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_OF_BUILD])
            return False
        return True


def _sort_in(cursor: CursorWrapper) -> None:
    """Move pending terms into the index: each search would scan the pending list."""
    cursor.execute(f"SELECT gin_clean_pending_list('{INDEX}')")


def _has_index(cursor: CursorWrapper) -> bool:
    """Return whether the index of terms is there and built."""
    cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [INDEX])
    found: tuple[bool] | None = cursor.fetchone()
    return found == (True,)


def delete(keys: Iterable[int]) -> None:
    """Delete the terms of these documents; their bytes leave the file with the next purge."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_terms WHERE id = ANY(%s)", [list(keys)])


def condition(query: "Query") -> tuple[str, list[Value]]:
    """Return the condition that the query's terms add to the one in JOIN, and the parameters of both."""
    ways = [" & ".join(f"({' | '.join(map(_all_of, _forms(group)))})" for group in way) for way in query.ways]
    unwanted = [form[0] for unit in query.excluded for form in unit.sequences if len(form) == 1]
    match = " & ".join([f"({' | '.join(f'({way})' for way in ways)})", *(f"!'{term}'" for term in unwanted)])
    conditions = ["TRUE"]
    parameters: list[Value] = [match]
    if any(len(form) > 1 for group in query.groups for form in _forms(group)):
        in_order = [_in_order(way, every=len(ways) > 1) for way in query.ways]
        conditions.append(f"({' OR '.join(f'({condition})' for condition, _values in in_order)})")
        parameters += [value for _condition, values in in_order for value in values]
    for unit in query.excluded:
        for form in unit.sequences:
            if len(form) > 1:
                conditions.append("strpos(terms.sequence, %s) = 0")
                parameters.append(f" {' '.join(form)} ")
    return " AND ".join(conditions), parameters


def _forms(group: "Iterable[Unit]") -> list[tuple[str, ...]]:
    return [form for unit in group for form in unit.sequences]


def _in_order(way: "Iterable[Iterable[Unit]]", every: bool) -> tuple[str, list[Value]]:
    """Return the condition that the terms of phrases stand side by side, or with `every` those of all groups."""
    conditions = ["TRUE"]
    parameters: list[Value] = []
    for group in way:
        found = _forms(group)
        if every or any(len(form) > 1 for form in found):
            conditions.append(f"({' OR '.join(['strpos(terms.sequence, %s) > 0'] * len(found))})")
            parameters += [f" {' '.join(form)} " for form in found]
    return " AND ".join(conditions), parameters


def _all_of(form: Iterable[str]) -> str:
    # Terms are letters, digits and marks: quoted, they are no operators.
    return f"({' & '.join(f"'{term}'" for term in form)})"


def counts(source: str, parameters: Row, columns: dict[str, str]) -> Counts:
    """Return how many documents have each value of these columns, {name: {value: documents}}, in one scan."""
    names = ", ".join(f"document.{column}" for column in columns.values())
    sets = ", ".join(f"(document.{column})" for column in columns.values())
    found: Counts = {name: {} for name in columns}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT grouping({names}), coalesce({names}), count(*) {source} GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        # Of the bits of grouping(), that of the column that was counted is 0.
        bits = {(2 ** len(columns) - 1) ^ (1 << place): name for place, name in enumerate(reversed(columns))}
        for grouping, value, number in cursor.fetchall():
            if value is not None:
                found[bits[grouping]][value] = number
    return found


def purge(patience: Callable[[], bool]) -> bool:
    """Rewrite the tables without the words of removed documents; return whether it is done.

    Call it outside a transaction. The site reads and writes meanwhile, so it may take its time: patience() is
    called for the worker's heartbeat, and its answer is ignored.
    """
    from . import rewriting  # it loads psycopg, which a site on SQLite does without

    def go_on() -> bool:
        patience()
        return not worker.stopping.is_set()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_OF_BUILD])
        if not cursor.fetchone()[0]:
            return False  # another worker is at it, or many documents are being written
        try:
            done = all(rewriting.rewrite(table, key, lock, go_on) for table, key in WORDS_LIE_IN.items())
            if _has_index(cursor):
                _sort_in(cursor)
            return done
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_OF_BUILD])


def sweep() -> bool:
    """Do nothing: the write-ahead log belongs to the server."""
    return True


def problems() -> list[str]:
    """Return what is wrong inside the index itself, as sentences."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM search_terms WHERE terms <> {VECTOR.format('sequence')}"  # noqa: S608
        )
        wrong = cursor.fetchone()[0]
    return [f"{wrong} rows of terms differ from their sequence."] if wrong else []


def keys() -> set[int]:
    """Return the keys of all documents that have terms."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM search_terms")
        return {key for (key,) in cursor.fetchall()}
