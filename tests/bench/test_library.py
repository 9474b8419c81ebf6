"""`make bench`: the library of resources and its search with 20,000 resources, against 200.

BENCH_RESOURCES makes the larger one smaller. Each page may take three times as long.
"""

import json
import os

import pytest

from tests.bench import results
from tests.conftest import database_url
from tests.servers import Server, manage

FEW = 200
MANY = int(os.environ.get("BENCH_RESOURCES", 20_000))
LIMIT = 3
PATIENCE = 900  # seconds


@pytest.fixture
def figures():
    """Return {number of resources: {page: [milliseconds, queries]}}."""
    found = {}
    for count in (FEW, MANY):
        site = Server(database_url(), copy_of="tables")
        try:
            found[count] = json.loads(_run(site, f"build({count})", "measure()").splitlines()[-1])
        finally:
            site.remove()
    return found


def _run(site, *calls):
    code = "; ".join(["from tests.bench import library", *(f"library.{call}" for call in calls)])
    done = manage("shell", "--no-imports", "-c", code, env=site.env, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_hundred_times_as_many_resources_take_less_than_three_times_as_long(figures):
    slow, worst = [], max(figures[MANY], key=lambda page: figures[MANY][page][0] / figures[FEW][page][0])
    for page in ("list", worst):
        few, many = figures[FEW][page][0], figures[MANY][page][0]
        results.note(f"library of {MANY:,} resources, {page}", f"of {FEW}", many, few, unit="ms")
    for page, (few, queries) in figures[FEW].items():
        many, queries_of_many = figures[MANY][page]
        print(
            f"{page}: {few:.1f} ms of {FEW}, {many:.1f} ms of {MANY} (limit {LIMIT * few:.1f}), {queries} queries"
        )
        if many >= LIMIT * few:
            slow.append(page)
        if not page.startswith("search"):  # that looks for more where it finds little
            assert queries == queries_of_many, page
    assert slow == []
