"""Promise 7: bad input gets a clear message and a 4xx, never a 500, over HTTP from the real server."""

import http.client
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROUTES = [
    "/", "/news/", "/news/{}/", "/news/2006/", "/news/2006/{}/", "/topics/{}/", "/countries/", "/countries/{}/",
    "/feeds/news.rss", "/feeds/{}", "/sitemap.xml", "/robots.txt", "/media/{}", "/static/{}", "/healthz",
    "/admin/", "/admin/login/", "/admin/articles/article/{}/change/", "/admin/password/reset/", "/about/", "/{}/", "/{}",
]  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]

segments = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**25), 10**25).map(str),
    st.sampled_from(
        [
            "\x00",
            "..",
            "%2e%2e%2f",
            "'\"--",
            "<script>",
            "2006-13",
            "a" * 3000,
            "\u202e",
            "𐍈",
            "{{7*7}}",
            "//x",
        ]
    ),
)


def ask(server, target, method="GET", headers=None, body=None):
    """Return the status of one raw request; the target goes out as it is written."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.putrequest(method, target, skip_host=bool(headers and "Host" in headers))
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, text


def encoded(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from(ROUTES),
    segment=segments,
    method=st.sampled_from(METHODS),
    name=st.sampled_from(["page", "q", "next", "_changelist_filters", "x"]),
    value=segments,
)
def test_promise_7_no_address_answers_500_to_any_text(server, route, segment, method, name, value):
    target = route.format(encoded(segment)) + f"?{name}={encoded(value)}"
    status, _ = ask(server, target, method)
    assert status < 500, (method, target)


@pytest.mark.parametrize("raw", ["%00", "%ED%A0%80", "%ff", "%C0%AF", "%00%00%00"])
@pytest.mark.parametrize(
    "target", ["/news/{}/", "/news/?page={}", "/?q={}", "/{}/", "/media/{}", "/admin/?x={}"]
)
def test_it_refuses_text_that_no_database_can_store(server, target, raw):
    status, text = ask(server, target.format(raw))
    assert 400 <= status < 500
    assert b"<h1" in text


@pytest.mark.parametrize("page", ["abc", "-1", "0", "99999999999999999999", "", "1.5", "1e3", "٣٣"])
@pytest.mark.parametrize("target", ["/news/", "/countries/laos/", "/topics/prevention/"])
def test_a_page_of_a_list_that_is_not_there_is_a_helpful_404(server, target, page):
    status, text = ask(server, f"{target}?page={encoded(page)}")
    assert status == 404
    assert b"<h1" in text


@pytest.mark.parametrize(
    "target", ["/news/2006/13/", "/news/2006/00/", "/news/0000/", "/news/9999/", "/news/1815/"]
)
def test_archives_of_no_calendar_are_404(server, target):
    assert ask(server, target)[0] == 404


def test_a_query_of_10_000_characters_is_refused(server):
    status, text = ask(server, "/?q=" + "a" * 10_000)
    assert status == 414
    assert b"<h1" in text


def test_wrong_methods_are_405(server):
    for method in ["POST", "PUT", "DELETE", "PATCH"]:
        assert ask(server, "/news/", method, {"Content-Type": "text/plain"}, b"x")[0] in {403, 405}


def test_a_body_over_the_limit_is_413(server):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, text = ask(server, "/admin/login/", "POST", headers, b"a=" + b"x" * (2 * 1024 * 1024))
    assert status == 413
    assert b"<h1" in text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:x", "", "a b", "\xff"])
def test_unknown_hosts_are_400(server, host):
    assert ask(server, "/", headers={"Host": host})[0] == 400
