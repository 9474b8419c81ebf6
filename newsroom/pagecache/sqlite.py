"""Triggers of SQLite: each row that changes raises the content version, since one transaction at a time writes."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from .public import Table

# The number of milliseconds since 1970, or the next number where that is lower.
RAISE = (
    "INSERT INTO pagecache_contentversion (id, number) "
    "VALUES (1, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)) "
    "ON CONFLICT (id) DO UPDATE SET number = max(number + 1, excluded.number)"
)
PRESENT = (
    "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'content\\_%' ESCAPE '\\'"
)
COLUMNS = (
    "SELECT found.name, info.name FROM sqlite_master found JOIN pragma_table_info(found.name) info "
    "WHERE found.type = 'table'"
)
LOCK = ""  # whoever writes is alone
FUNCTIONS: dict[str, str] = {}


def prepare(cursor: CursorWrapper) -> None:
    """Do nothing: each trigger holds its statement."""


def forget(cursor: CursorWrapper) -> None:
    """Do nothing: there is no more than the triggers."""


def statements(table: Table) -> Iterator[tuple[str, str]]:
    """Yield a word for each trigger of a table, and the statement that makes it, with a %s for its name."""
    name = _quoted(table.name)
    columns = [_quoted(column) for column in table.columns]
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    body = f"BEGIN {RAISE}; END"
    old, new = table.is_seen("OLD"), table.is_seen("NEW")
    yield f"{table.name}_insert", f"CREATE TRIGGER %s AFTER INSERT ON {name} WHEN {new} {body}"
    yield f"{table.name}_delete", f"CREATE TRIGGER %s AFTER DELETE ON {name} WHEN {old} {body}"
    yield (
        f"{table.name}_update",
        f"CREATE TRIGGER %s AFTER UPDATE OF {', '.join(columns)} ON {name} "
        f"WHEN ({old} OR {new}) AND ({differs}) {body}",
    )


def own_statements() -> Iterator[tuple[str, str, str]]:
    """Yield nothing: the content version itself needs no trigger."""
    yield from ()


def drop(table: str, name: str) -> str:
    """Return the statement that drops a trigger."""
    return f"DROP TRIGGER IF EXISTS {_quoted(name)}"


def raise_now(cursor: CursorWrapper) -> None:
    """Raise the content version in the open transaction."""
    cursor.execute(RAISE)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
