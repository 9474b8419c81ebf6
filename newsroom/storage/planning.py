"""What SQLite knows of the tables when it plans a query; PostgreSQL's autovacuum does it by itself.

Without it the library of 20,000 resources by title takes twice as long.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

EVERY = 3600  # seconds
ROWS_LOOKED_AT = 1000  # of each index: it takes milliseconds, however large the site


def refresh() -> None:
    """Count how many rows the indexes tell apart; on a SQLite that would store samples of their texts, do nothing.

    Such samples (SQLITE_ENABLE_STAT4) would keep the words of what is deleted later.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        if not _keeps_samples(cursor):
            cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")


def _keeps_samples(cursor: CursorWrapper) -> bool:
    cursor.execute("PRAGMA compile_options")
    return ("ENABLE_STAT4",) in cursor.fetchall()
