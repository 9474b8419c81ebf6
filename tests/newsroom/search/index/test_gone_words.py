"""Words that are gone from the content are gone from every byte of the index, whatever is killed meanwhile."""

import secrets
from pathlib import Path

import pytest

from tests.conftest import database_url
from tests.servers import Server, wait_until

WRITE = """
from articles.models import Article
article = Article(title="{word} in a title", slug="{word}", body_html="<p>{word} in a text</p>")
article.publish()
article.full_clean()
article.save()
"""


DELETE = "from articles.models import Article; Article.objects.get(slug='{word}').delete()"
NOT_READABLE = "The role of the tests may not read the files of PostgreSQL."


def holders(server, word):
    """Return where the bytes of the word lie: files of SQLite, tables and indexes of search in PostgreSQL."""
    if not server.database:
        # The log first: what leaves it meanwhile is found in the file.
        files = [Path(server.data_dir, f"newsroom.sqlite3{end}") for end in ["-wal", ""]]
        return [path.name for path in files if path.exists() and word.encode() in path.read_bytes()]
    import psycopg

    with psycopg.connect(server.env["DATABASE_URL"], autocommit=True) as connection:
        for _attempt in range(20):
            before = relations(connection)
            connection.execute("CHECKPOINT")
            held = [name for name, path in before if word.encode() in read_file(connection, path)]
            # A purge that changed the places of tables meanwhile took away the files that were to be read.
            if relations(connection) == before:
                return held
    raise AssertionError("the files of the tables never stayed long enough to be read")


def relations(connection):
    """Return the names of the tables and indexes of search, and where their files are."""
    return connection.execute(
        "SELECT relname, pg_relation_filepath(oid) FROM pg_class "
        "WHERE relkind IN ('r', 'i', 't') AND (relname LIKE 'search%' OR relname LIKE 'pg_toast_%') ORDER BY oid"
    ).fetchall()


def read_file(connection, path):
    """Return the bytes of a file of the database server, none where it is gone."""
    read = "SELECT pg_read_binary_file(%s, 0, 1000000000, true)"
    return connection.execute(read, [path]).fetchone()[0] or b""


def may_read_files(server):
    """Return whether the files of the database can be read: those of PostgreSQL only by a superuser."""
    if not server.database:
        return True
    import psycopg

    with psycopg.connect(server.env["DATABASE_URL"]) as connection:
        return connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]


def new_word():
    return f"zeug{secrets.token_hex(8).translate(str.maketrans('0123456789', 'ghijklmnop'))}"


def run(site, code):
    """Run code in a process of its own."""
    return site.manage("shell", "--no-imports", "-c", code)


@pytest.fixture
def site():
    """Return a site of its own without content, of which nothing runs."""
    site = Server(database_url(), copy_of="tables")
    yield site
    site.remove()


def test_the_words_of_what_was_deleted_are_in_no_byte_of_the_index(server):
    if not may_read_files(server):
        pytest.skip(NOT_READABLE)
    word = new_word()
    assert run(server, WRITE.format(word=word)).returncode == 0
    assert word.encode() in server.get(f"/search/?q={word}")[1]
    assert holders(server, word)
    assert run(server, DELETE.format(word=word)).returncode == 0
    assert b'class="hit"' not in server.get(f"/search/?q={word}")[1]
    wait_until(lambda: not holders(server, word), timeout=40)


PURGE = """
from newsroom.search.index import indexer
print(indexer.purge(), indexer.purge())
"""
KILLED_PURGE = """
import os, signal
from newsroom.search.index import indexer, store
store.current().sweep = lambda: os.kill(os.getpid(), signal.SIGKILL)
indexer.purge()
"""


def test_a_purge_that_was_killed_comes_again(site):
    word = new_word()
    for code in [WRITE.format(word=word), DELETE.format(word=word)]:
        assert run(site, code).returncode == 0
    assert run(site, KILLED_PURGE).returncode == -9
    assert run(site, PURGE).stdout.split() == ["True", "False"]
    if may_read_files(site):
        assert not holders(site, word)
