"""Any query string whatever is answered, over HTTP by the running site; and words that are gone are gone."""

import http.client
import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import database_url
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


@pytest.mark.skipif(bool(database_url()), reason="PostgreSQL's files belong to its server")
def test_the_words_of_what_was_deleted_are_in_no_byte_of_the_database(server):
    word = f"zeug{secrets.token_hex(8).translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    files = [Path(server.data_dir, f"newsroom.sqlite3{end}") for end in ["", "-wal"]]

    def bytes_hold_it():
        return any(word.encode() in path.read_bytes() for path in files if path.exists())

    assert server.manage("shell", "--no-imports", "-c", WRITE.format(word=word)).returncode == 0
    assert word.encode() in server.get(f"/search/?q={word}")[1]
    assert bytes_hold_it()
    delete = f"from articles.models import Article; Article.objects.get(slug='{word}').delete()"
    assert server.manage("shell", "--no-imports", "-c", delete).returncode == 0
    assert b'class="hit"' not in server.get(f"/search/?q={word}")[1]
    wait_until(lambda: not bytes_hold_it(), timeout=40)
