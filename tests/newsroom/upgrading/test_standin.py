"""While a site stands aside for an upgrade, visitors get an honest 503, and Get help as it was."""

import http.client
import socket

import pytest

from newsroom.upgrading.standin import Page, StandIn, kept_pages

HELP = {"/get-help/": Page(200, [("Content-Type", "text/html")], b"Call 112")}


@pytest.fixture
def asked():
    """Return a function that asks a stand-in with these pages."""
    started = []

    def ask(pages, method, path, body=None):
        if not started or started[-1][2] is not pages:
            started.append((StandIn(pages), socket.create_server(("127.0.0.1", 0)), pages))
            started[-1][0].start([started[-1][1]])
        connection = http.client.HTTPConnection(*started[-1][1].getsockname(), timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read().decode()
        connection.close()
        return found

    ask.kept = lambda: kept_pages(started[-1][1].getsockname())
    yield ask
    for stand_in, listener, _pages in started:
        stand_in.stop()
        listener.close()


def test_every_page_is_an_honest_503_but_for_get_help_and_what_it_needs(asked, settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path / "static")
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "a.css").write_text("a {}")
    (tmp_path / "secret").write_text("secret")
    for method, path, body in [
        ("GET", "/news/", None), ("GET", "/healthz", None), ("POST", "/inquiries/", b"a=b" * 9000),
        ("POST", "/get-help/", b""), ("GET", "/static/../secret", None), ("DELETE", "/", None),
    ]:  # fmt: skip
        status, headers, page = asked(HELP, method, path, body)
        assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "10", "no-store")
        assert "Back in a moment" in page and 'href="/get-help/"' in page and "secret" not in page
        assert "default-src" in headers["Content-Security-Policy"]
    assert asked(HELP, "GET", "/get-help/?country=1")[::2] == (200, "Call 112")
    status, headers, page = asked(HELP, "HEAD", "/get-help/")
    assert (status, headers["Content-Length"], page) == (200, "8", "")
    assert asked(HELP, "GET", "/static/css/a.css")[::2] == (200, "a {}")
    assert asked.kept() == HELP  # as it would be kept itself


def test_where_get_help_could_not_be_kept_it_names_the_numbers_that_hold_everywhere(asked):
    status, _headers, page = asked({}, "GET", "/get-help/")
    assert status == 503 and "112" in page and 'href="/get-help/"' not in page
    assert asked.kept() == {}
