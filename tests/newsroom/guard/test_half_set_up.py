"""A site whose proxy is not set up yet says so, instead of sending everybody round in a circle."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, settings):
    """Return a function that asks a site at https, over http from a peer, and returns the response."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_REDIRECT_EXEMPT = ["^healthz$"]
    settings.TRUSTED_PROXIES = []

    def asked(peer="127.0.0.1", path="/about/nothing/", **headers):
        return client.get(path, REMOTE_ADDR=peer, headers=headers)

    return asked


@pytest.mark.parametrize(
    ("peer", "wanted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("172.18.0.2", "172.18.0.2"),
        ("198.51.100.7", "the address of your proxy"),
    ],
)
def test_a_proxy_that_is_not_named_is_told_to_name_it_and_never_redirected(ask, caplog, peer, wanted):
    answer = ask(peer, x_forwarded_proto="https", x_forwarded_for="203.0.113.9")
    assert answer.status_code == 503
    assert "TRUSTED_PROXIES" in answer.text
    assert answer.headers["Retry-After"]
    [line] = [record.getMessage() for record in caplog.records if record.name == "newsroom.guard.proxies"]
    assert f"Set TRUSTED_PROXIES={wanted}, and restart" in line
    assert "203.0.113.9" not in line


def test_one_that_names_the_wrong_proxy_is_told_too(ask, settings, caplog):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert ask("172.18.0.2", x_forwarded_proto="https").status_code == 503
    assert "Set TRUSTED_PROXIES=172.18.0.2" in caplog.text


def test_a_stranger_who_says_https_is_redirected_once_a_proxy_is_named(ask, settings, caplog):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert ask("198.51.100.7", x_forwarded_proto="https").status_code == 301
    assert caplog.text == ""


def test_a_proxy_that_does_not_say_the_scheme_is_told_to_say_it(ask, settings, caplog):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert ask(x_forwarded_for="203.0.113.9").status_code == 503
    assert "proxy_set_header X-Forwarded-Proto $scheme" in caplog.text


def test_who_comes_by_http_is_sent_to_https_as_ever(ask, settings):
    assert ask().status_code == 301
    assert ask(x_forwarded_proto="http", x_forwarded_for="203.0.113.9").status_code == 301
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert ask(x_forwarded_proto="http", x_forwarded_for="203.0.113.9").status_code == 301
    assert ask(x_forwarded_proto="https", x_forwarded_for="203.0.113.9").status_code == 404


def test_health_is_answered_all_the_same(ask):
    assert ask(path="/healthz", x_forwarded_proto="https").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_who_asks_on_the_server_without_the_name_is_told_how_to_ask(ask, settings, host):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    answer = ask(host=host)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "curl --resolve" in answer.text
    assert "-H 'Host: NAME'" in answer.text
    assert "news.example.org" not in answer.text


@pytest.mark.parametrize(
    ("peer", "host"), [("198.51.100.7", "127.0.0.1"), ("127.0.0.1", "other.example.org")]
)
def test_everybody_else_gets_the_plain_page(ask, settings, peer, host):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    answer = ask(peer, host=host)
    assert answer.status_code == 400
    assert "curl" not in answer.text
