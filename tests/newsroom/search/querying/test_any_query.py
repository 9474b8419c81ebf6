"""Any query string whatever is answered, over HTTP by the running site."""

import http.client
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


def test_a_reindex_by_several_processes_while_the_site_runs_agrees_with_the_content(server):
    done = server.manage("reindex", "--restart", "--processes", "1")
    assert done.returncode == 0 and " entries written." in done.stdout, done.stderr
    checked = server.manage("check_search")
    assert checked.returncode == 0, checked.stdout
