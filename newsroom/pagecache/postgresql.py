"""Triggers of PostgreSQL: a change leaves a mark of its transaction, and at commit the mark raises the version, once.

Raised at once, the one row would stay locked until the commit: the second writer would wait for the first, and two
that change further rows in crossing orders would be a deadlock.
"""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from .public import Table

MARK = "pagecache_contentmark"
INSERT = (
    "INSERT INTO pagecache_contentmark (transaction) VALUES ((pg_current_xact_id()::text)::bigint) "
    "ON CONFLICT DO NOTHING"
)
# The setting spares all rows of a large change but the first the insertion; it goes back with a savepoint, as the mark.
NOTE = """
BEGIN
  IF current_setting('newsroom.noted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    INSERT INTO {schema}.pagecache_contentmark (transaction) VALUES ((pg_current_xact_id()::text)::bigint)
      ON CONFLICT DO NOTHING;
    PERFORM set_config('newsroom.noted', pg_current_xact_id()::text, true);
  END IF;
  RETURN NULL;
END"""
# The number of milliseconds since 1970, or the next number where that is lower.
RAISE = """
BEGIN
  INSERT INTO {schema}.pagecache_contentversion AS kept (id, number)
    VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
    ON CONFLICT (id) DO UPDATE SET number = greatest(kept.number + 1, excluded.number);
  DELETE FROM {schema}.pagecache_contentmark WHERE transaction = (pg_current_xact_id()::text)::bigint;
  PERFORM set_config('newsroom.noted', '', true);
  RETURN NULL;
END"""
FUNCTIONS = {"content_note": NOTE, "content_raise": RAISE}
PRESENT = (
    "SELECT found.relname, tgname FROM pg_trigger JOIN pg_class found ON found.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgname LIKE 'content\\_%'"
)
COLUMNS = (
    "SELECT found.relname, attname FROM pg_attribute JOIN pg_class found ON found.oid = attrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
)
LOCK = "SELECT pg_advisory_xact_lock(7164780936253)"  # of those who lay triggers


def prepare(cursor: CursorWrapper) -> None:
    """Make the functions; they name the schema, for a restore loads rows without a search path."""
    cursor.execute("SELECT quote_ident(current_schema())")
    (schema,) = cursor.fetchone()
    for name, body in FUNCTIONS.items():
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $body${body.replace('{schema}', schema)}$body$"
        )


def forget(cursor: CursorWrapper) -> None:
    """Drop the functions."""
    for name in FUNCTIONS:
        cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def statements(table: Table) -> Iterator[tuple[str, str]]:
    """Yield a word for each trigger of a table, and the statement that makes it, with a %s for its name."""
    name = _quoted(table.name)
    columns = [_quoted(column) for column in table.columns]
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    note = "EXECUTE FUNCTION content_note()"
    old, new = table.is_seen("OLD"), table.is_seen("NEW")
    yield "insert", f"CREATE TRIGGER %s AFTER INSERT ON {name} FOR EACH ROW WHEN ({new}) {note}"
    yield "delete", f"CREATE TRIGGER %s AFTER DELETE ON {name} FOR EACH ROW WHEN ({old}) {note}"
    yield "truncate", f"CREATE TRIGGER %s AFTER TRUNCATE ON {name} FOR EACH STATEMENT {note}"
    yield (
        "update",
        f"CREATE TRIGGER %s AFTER UPDATE OF {', '.join(columns)} ON {name} FOR EACH ROW "
        f"WHEN (({old} OR {new}) AND ({differs})) {note}",
    )


def own_statements() -> Iterator[tuple[str, str, str]]:
    """Yield table, word and statement of the trigger that raises the version at commit."""
    yield (
        MARK,
        "raise",
        f"CREATE CONSTRAINT TRIGGER %s AFTER INSERT ON {MARK} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION content_raise()",
    )


def drop(table: str, name: str) -> str:
    """Return the statement that drops a trigger."""
    return f"DROP TRIGGER IF EXISTS {_quoted(name)} ON {_quoted(table)}"


def raise_now(cursor: CursorWrapper) -> None:
    """Raise the content version with the commit of the open transaction."""
    cursor.execute(INSERT)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
