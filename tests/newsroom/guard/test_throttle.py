"""What throttles count: in a store of their own, which forgets nothing early and nobody for long."""

import datetime as dt
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from newsroom.guard import counters, throttle
from newsroom.guard.throttle import Limit
from newsroom.outbox import rates
from tests.servers import ROOT, clean_environment

EVENING = dt.datetime(2026, 3, 4, 23, 59, 30, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the time."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


@pytest.fixture
def own_file(settings, tmp_path):
    """Keep the counters of one test in a file of its own."""
    settings.THROTTLE_FILE = tmp_path / "throttle.sqlite3"
    yield settings.THROTTLE_FILE
    counters.close()


@pytest.fixture
def in_database(settings, transactional_db):
    """Count in the database, as a site on several machines does."""
    counters.close()
    settings.THROTTLES_IN_DATABASE = True
    counters.clear()
    yield
    counters.clear()
    counters.close()


def test_a_full_cache_forgets_no_counter():
    limit = Limit("test", 3, 600)
    for _ in range(3):
        limit.hit("a")
    for number in range(300):
        cache.set(f"filler-{number}", number)
    cache.clear()
    assert limit.is_spent("a")
    assert not limit.hit("a")


def test_counting_takes_back_and_begins_anew():
    limit = Limit("test", 2, 600)
    assert [limit.count("a") for _ in range(3)] == [1, 2, 3]
    limit.take_back("a")
    assert limit.number("a") == 2
    assert 590 < limit.seconds_left("a") <= 600
    limit.forget("a")
    assert (limit.number("a"), limit.seconds_left("a")) == (0, 0)
    limit.take_back("a")
    assert limit.number("a") == 0


def test_midnight_opens_no_lock_early(clock):
    limit = Limit("test", 2, 900)
    clock(EVENING)
    assert [limit.hit("a") for _ in range(3)] == [True, True, False]
    clock(EVENING + dt.timedelta(minutes=5))
    assert limit.is_spent("a")
    assert not limit.hit("a")
    assert limit.hit("b")
    clock(EVENING + dt.timedelta(minutes=15, seconds=1))
    assert [limit.hit("a") for _ in range(3)] == [True, True, False]


def test_a_limit_of_a_day_lasts_a_day_and_no_limit_lasts_longer(clock):
    limit = Limit("test", 1, throttle.DAY)
    clock(EVENING)
    limit.hit("a")
    clock(EVENING + dt.timedelta(hours=23, minutes=59))
    assert not limit.hit("a")
    clock(EVENING + dt.timedelta(days=1, seconds=1))
    assert limit.hit("a")
    with pytest.raises(ValueError, match="a day"):
        Limit("test", 1, throttle.DAY + 1)


def test_no_counter_says_who_was_counted_and_its_key_is_deleted(clock, own_file):
    clock(EVENING)
    limit = Limit("test", 1, throttle.DAY)
    for _ in range(2):
        limit.hit("203.0.113.0/24")
    key = throttle._keys()[0]
    name = limit._names("203.0.113.0/24")[0]
    written = b"".join(path.read_bytes() for path in own_file.parent.iterdir())
    assert key in written
    assert name in written
    assert b"203.0" not in written
    clock(EVENING + dt.timedelta(days=1, minutes=2))
    counters.sweep()
    left = b"".join(path.read_bytes() for path in own_file.parent.iterdir())
    assert key not in left
    assert name not in left
    assert own_file.stat().st_mode & 0o077 == 0


HITS = """
import django; django.setup()
from newsroom.guard.throttle import Limit
limit = Limit("processes", 60, 600)
print(sum(limit.hit("a") for _ in range(50)))
"""


def test_a_limit_holds_across_processes():
    running = [
        subprocess.Popen([sys.executable, "-c", HITS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    allowed = [int(process.communicate(timeout=60)[0]) for process in running]
    assert sum(allowed) == 60


def test_a_limit_holds_across_threads_that_open_the_store_at_once(own_file):
    start = threading.Barrier(8)

    def hit(_number):
        start.wait()
        found = [Limit("threads", 100, 600).hit("a") for _ in range(25)]
        counters.close()
        return sum(found)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hit, range(8))) == 100


@pytest.mark.django_db
def test_what_was_counted_stays_where_a_request_is_rolled_back():
    limit = Limit("test", 1, 600)
    with transaction.atomic():
        limit.hit("a")
        transaction.set_rollback(True)
    assert limit.is_spent("a")


def test_a_store_that_cannot_be_used_is_told_as_a_database_that_is_away(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.THROTTLE_FILE = tmp_path / "file" / "throttle.sqlite3"
    with pytest.raises(OperationalError, match="counters"):
        Limit("test", 1, 600).hit("a")
    settings.THROTTLE_FILE = tmp_path / "throttle.sqlite3"
    assert Limit("test", 1, 600).hit("a")
    counters.close()


def test_a_store_that_was_damaged_is_no_end(own_file):
    counters.close()
    own_file.write_bytes(b"no database at all" * 100)
    assert Limit("test", 1, 600).hit("a")
    assert not Limit("test", 1, 600).hit("a")


def test_the_rate_of_newsletters_is_kept_while_the_cache_is_emptied(settings, monkeypatch):
    settings.MAIL_PER_MINUTE, settings.MAIL_PER_MINUTE_AND_DOMAIN = 2, 0
    monkeypatch.setattr(time, "time", lambda: 1_000_000_030.0)
    assert rates.take("example.org") == 0
    cache.clear()
    assert rates.take("example.org") > 0


def test_nothing_that_must_not_be_forgotten_is_counted_in_the_cache():
    counting = [
        str(path.relative_to(ROOT))
        for room in ["newsroom", "articles", "newsletter", "inquiries"]
        for path in Path(ROOT / room).rglob("*.py")
        if any(word in path.read_text() for word in ["cache.incr(", "cache.decr(", "cache.add("])
    ]
    # Where the number of a form is forgotten, a second press is acted on twice, as ever before.
    assert counting == ["newsroom/editing/sentonce.py"]


def test_the_counters_lie_in_the_database_where_several_machines_share_it():
    told = "from newsroom import settings; print(settings.THROTTLES_IN_DATABASE)"
    shared = {"DATABASE_URL": "postgres://localhost/x", "CACHE_URL": "redis://localhost/0"}
    for values, expected in [(shared, "True"), ({"CACHE_URL": "redis://localhost/0"}, "False")]:
        environment = clean_environment(DEMO="on", DATA_DIR=str(django_settings.DATA_DIR), **values)
        told_so = subprocess.run(
            [sys.executable, "-c", told],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told_so.stdout.strip() == expected


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL serves several machines")
def test_counters_in_the_database_hold_across_connections(in_database, clock):
    limit = Limit("test", 10, 600)

    def hit(_number):
        found = [limit.hit("a") for _ in range(5)]
        counters.close()
        return sum(found)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(hit, range(4))) == 10
    assert limit.is_spent("a")
    limit.take_back("a")
    assert limit.number("a") == 19
    counters._mine.store.connection.close()  # the server was restarted
    assert limit.number("a") == 19
    clock(timezone.now() + dt.timedelta(minutes=11))
    assert limit.hit("a")
