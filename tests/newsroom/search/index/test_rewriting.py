"""Tables of PostgreSQL are rewritten while the site reads and writes them, whatever is killed meanwhile."""

import psycopg
import pytest
from django.db import connection

from tests.conftest import database_url
from tests.newsroom.search.index.test_gone_words import (
    DELETE,
    NOT_READABLE,
    WRITE,
    holders,
    may_read_files,
    new_word,
    run,
)
from tests.servers import Server

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL has tables that must be rewritten"
)

SMALL_STEPS = """
from newsroom.search.index import indexer, rewriting
rewriting.ROWS, rewriting.TRIES, rewriting.PAUSE = 2, {tries}, 0.1
"""
PURGE = SMALL_STEPS + "print(indexer.purge(), indexer.purge())"
KILLED = (
    SMALL_STEPS
    + """
import os, signal
rewriting.{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
indexer.purge()
"""
)
PURGES_WHILE_OTHERS_WRITE = (
    SMALL_STEPS
    + """
import subprocess, sys, time
from newsroom.search.index import store
writes = {writes!r}
others = [subprocess.Popen([sys.executable, "manage.py", "shell", "--no-imports", "-c", writes]) for _ in range(2)]
purges = 0
while any(other.poll() is None for other in others):
    purges += store.current().purge(lambda: True)
print(purges, [other.returncode for other in others])
"""
)
WRITES = """
import os
from articles.models import Article
names = [f"w{os.getpid()}n{number}" for number in range(12)]
for round in range(6):
    for name in names:
        article = Article.objects.filter(slug=name).first() or Article(slug=name, body_html="<p>Written.</p>")
        article.title = f"{name} in round {round}"
        article.publish()
        article.full_clean()
        article.save()
    for name in names[round::3]:
        Article.objects.filter(slug=name).delete()
"""


@pytest.fixture(scope="module")
def site():
    """Return a site of its own with three articles, of which nothing runs."""
    site = Server(database_url(), copy_of="tables")
    for _ in range(3):
        assert run(site, WRITE.format(word=new_word())).returncode == 0
    yield site
    site.remove()


@pytest.fixture
def gone(site):
    """Return a word that was published and deleted."""
    word = new_word()
    for code in [WRITE.format(word=word), WRITE.format(word=new_word()), DELETE.format(word=word)]:
        assert run(site, code).returncode == 0
    return word


@pytest.fixture
def published(site):
    """Return a word that is published."""
    word = new_word()
    for code in [WRITE.format(word=word), WRITE.format(word=new_word())]:
        assert run(site, code).returncode == 0
    return word


def assert_sound(site):
    checked = site.manage("check_search")
    assert checked.returncode == 0, checked.stdout
    with psycopg.connect(site.env["DATABASE_URL"]) as database:
        found = database.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'search_terms%' OR relname LIKE '%fresh%' ORDER BY 1"
        ).fetchall()
        assert found == [("search_terms",), ("search_terms_gin",), ("search_terms_pkey",)]
        assert not database.execute("SELECT 1 FROM pg_proc WHERE proname LIKE '%fresh%'").fetchall()


def test_words_leave_the_files_though_an_old_transaction_could_see_them(site, published):
    if not may_read_files(site):
        pytest.skip(NOT_READABLE)
    with psycopg.connect(site.env["DATABASE_URL"]) as backup:
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        backup.execute("SELECT count(*) FROM search_document").fetchone()
        assert run(site, DELETE.format(word=published)).returncode == 0
        assert holders(site, published)
        assert run(site, PURGE.format(tries=20)).stdout.split() == ["True", "False"]
        assert not holders(site, published)
    assert_sound(site)


@pytest.mark.parametrize("moment", ["_copy", "_change_of_places"])
def test_what_a_killed_rewriting_leaves_stops_nobody_and_is_taken_away(site, gone, moment):
    assert run(site, KILLED.format(tries=20, moment=moment)).returncode == -9
    word = new_word()
    assert run(site, WRITE.format(word=word)).returncode == 0
    assert run(site, PURGE.format(tries=20)).stdout.split() == ["True", "False"]
    assert_sound(site)
    if may_read_files(site):
        assert not holders(site, gone) and holders(site, word)


def test_it_waits_for_another_time_where_others_keep_reading(site, gone):
    with psycopg.connect(site.env["DATABASE_URL"]) as backup:
        backup.execute("SELECT count(*) FROM search_terms").fetchone()
        assert run(site, PURGE.format(tries=2)).stdout.split() == [
            "True",
            "True",
        ]  # it was, and is, to be done
    assert run(site, PURGE.format(tries=20)).stdout.split() == ["True", "False"]
    assert_sound(site)


def test_what_others_write_meanwhile_is_in_the_rewritten_tables(site):
    done = run(site, PURGES_WHILE_OTHERS_WRITE.format(tries=20, writes=WRITES))
    purges, _, codes = done.stdout.strip().splitlines()[-1].partition(" ")
    assert codes == "[0, 0]", done.stderr
    assert int(purges) >= 2
    assert_sound(site)
