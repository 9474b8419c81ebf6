"""SQLite plans with what it knows of the tables."""

import pytest
from django.db import connection

from articles.models import Resource
from newsroom.outbox import worker
from newsroom.storage import planning


def statistics():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")
        tables = {name for (name,) in cursor.fetchall()}
        if not tables:
            return tables, {}
        cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = %s", [Resource._meta.db_table])
        return tables, dict(cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's autovacuum counts its rows by itself")
def test_it_counts_rows_and_keeps_no_word_of_them():
    Resource.objects.bulk_create(
        Resource(title=f"Report {number}", slug=f"report-{number}", link="https://example.org/")
        for number in range(300)
    )
    planning.refresh()
    tables, stats = statistics()
    assert tables == {"sqlite_stat1"}
    assert stats and all(stat.split()[0] == "300" for stat in stats.values())


def test_the_worker_does_it_every_hour_and_when_it_starts():
    job = worker.jobs()["what SQLite knows of its tables"]
    assert (job.run, job.every, job.runs_while_paused) == (planning.refresh, 3600, True)
