"""What is asked before a backup replaces a site: what is there, and what comes."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone

from newsroom.offers import offered

from ..manifest import Tables
from ..reading import Read


def what_is_there() -> str:
    """Return in words what the site's database holds now."""
    if not has_database():
        return "nothing"
    try:
        there = set(connection.introspection.table_names())
        counts = {table: _count(table) for _words, table in amounts() if table in there}
    except DatabaseError as error:
        return f"a database that can't be read ({type(error).__name__})"
    return _in_words(counts) if counts else "nothing"


def has_database() -> bool:
    """Return whether there may be a database: asking SQLite for one that is not there would make it."""
    return connection.vendor != "sqlite" or Path(str(connection.settings_dict["NAME"])).is_file()


def what_comes(read: Read, tables: Tables) -> str:
    """Return in words what the backup holds, and from when it is."""
    time = timezone.localtime(read.about.time)
    age = timezone.now() - read.about.time
    url = f" of {read.about.url}" if read.about.url else ""
    counts = {table: rows for table, (rows, _digest) in tables.items()}
    return (
        f"the backup of {time:%Y-%m-%d %H:%M}{url} ({age.days} days and {age.seconds // 3600} hours ago, Newsroom "
        f"{read.about.app}): {_in_words(counts)}, {len(read.manifest.files):,} files"
    )


def amounts() -> Iterator[tuple[str, str]]:
    """Yield what apps offer to count, as words and table, in `amounts` of their config."""
    yield from offered("amounts")


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of an app
        return int(cursor.fetchone()[0])


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts[table]:,} {words}" for words, table in amounts() if table in counts)
