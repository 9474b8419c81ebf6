"""Any query string whatever is answered, over HTTP by the running site; and words that are gone are gone."""

import http.client
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers import wait_until

OPERATORS = ["AND", "OR", "NOT", "NEAR", "NEAR(a b)", '"', '""', "'", "*", "-", "--", "(", ")", "^", ":", "{title}:", "+",
             "title:x", "a*b", '"a', 'a"', "\\", "%", "_", "&", "|", "!", "<->", "\x00", "\ud800", "\u202e", "ก", "้",
             "\u200b", "lao", "shelter"]  # fmt: skip
queries = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(OPERATORS), st.text(max_size=6)), max_size=12).map(" ".join),
    st.lists(st.sampled_from(OPERATORS), max_size=12).map("".join),
)


def status(server, target):
    """Return the status of one raw request."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.request("GET", target)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def encoded(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=queries,
    other=st.sampled_from(["type", "country", "topic", "from", "to", "page", "sort", "x"]),
    value=queries,
)
def test_any_query_is_answered(server, query, other, value):
    target = f"/search/?q={encoded(query)}&{other}={encoded(value)}"
    assert status(server, target) in {200, 400, 414}, target


@pytest.mark.parametrize(
    "query",
    [
        "a" * 100_000,
        "a " * 900,
        '"' * 900,
        "ab OR " * 600,
        "-a " * 900,
        "ก" * 700,
        "%00",
        "%ED%A0%80",
        "%ff",
        "a" * 7_000,
    ],
)
def test_long_and_broken_queries_are_answered(server, query):
    query = query if query.startswith("%") else encoded(query)
    assert status(server, f"/search/?q={query}") in {200, 400, 414}


WRITE = """
from articles.models import Article
article = Article(title="{word} in a title", slug="{word}", body_html="<p>{word} in a text</p>")
article.publish()
article.full_clean()
article.save()
"""


def holders(server, word):
    """Return where the bytes of the word lie: files of SQLite, tables and indexes of search in PostgreSQL."""
    if not server.database:
        files = [Path(server.data_dir, f"newsroom.sqlite3{end}") for end in ["", "-wal"]]
        return [path.name for path in files if path.exists() and word.encode() in path.read_bytes()]
    import psycopg

    with psycopg.connect(server.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        relations = connection.execute(
            "SELECT relname, pg_relation_filepath(oid) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND (relname LIKE 'search%' OR relname LIKE 'pg_toast_%')"
        ).fetchall()
        read = "SELECT pg_read_binary_file(%s, 0, 1000000000, true)"
        return [
            name
            for name, path in relations
            if word.encode() in (connection.execute(read, [path]).fetchone()[0] or b"")
        ]


def may_read_files(server):
    """Return whether the files of the database can be read: those of PostgreSQL only by a superuser."""
    if not server.database:
        return True
    import psycopg

    with psycopg.connect(server.env["DATABASE_URL"]) as connection:
        return connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]


def test_the_words_of_what_was_deleted_are_in_no_byte_of_the_index(server):
    if not may_read_files(server):
        pytest.skip("The role of the tests may not read the files of PostgreSQL.")
    word = f"zeug{secrets.token_hex(8).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    assert server.manage("shell", "--no-imports", "-c", WRITE.format(word=word)).returncode == 0
    assert word.encode() in server.get(f"/search/?q={word}")[1]
    assert holders(server, word)
    delete = f"from articles.models import Article; Article.objects.get(slug='{word}').delete()"
    assert server.manage("shell", "--no-imports", "-c", delete).returncode == 0
    assert b'class="hit"' not in server.get(f"/search/?q={word}")[1]
    wait_until(lambda: not holders(server, word), timeout=40)


def test_a_reindex_by_several_processes_while_the_site_runs_agrees_with_the_content(server):
    done = server.manage("reindex", "--restart", "--processes", "1")
    assert done.returncode == 0 and " entries written." in done.stdout, done.stderr
    checked = server.manage("check_search")
    assert checked.returncode == 0, checked.stdout
