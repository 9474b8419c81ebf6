"""Who is asking, and what no answer may lack."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from newsroom import languages
from newsroom.configuration import environment
from newsroom.guard import proxies
from newsroom.guard.door import CLOSED_FOR, Door, close_door
from newsroom.guard.proxies import client_address
from newsroom.guard.throttle import network


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7:5678", "203.0.113.7"),  # Azure, IIS, AWS where it keeps the port
        ("10.0.0.1", "198.51.100.1:1, 203.0.113.7:5678", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7:5678,10.0.0.2:443", "203.0.113.7"),
        ("10.0.0.1", "2001:DB8::1", "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", '"[2001:db8::1]:443"', "2001:db8::1"),
        ("10.0.0.1", "[fe80::1%eth0]:443", "fe80::1"),
        ("10.0.0.1", "2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2:3:4:5:6"),
        ("10.0.0.1", "[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ("10.0.0.1", "::ffff:10.0.0.2", "10.0.0.2"),
    ],
)
def test_only_a_trusted_proxy_can_say_who_is_asking(settings, peer, forwarded, seen):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == seen


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ('for="[2001:db8::1]:443";proto=https', "2001:db8::1"),
        ("proto=https; For=203.0.113.7:5678 ;by=10.0.0.1", "203.0.113.7"),
        ("for=198.51.100.1, for=203.0.113.7, for=10.0.0.2", "203.0.113.7"),
        ('for="198.51.100.1, for=203.0.113.7', "203.0.113.7"),  # a quote that the visitor left open
    ],
)
def test_it_reads_the_standard_header_where_the_proxy_writes_no_other(settings, said, seen):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_FORWARDED=said)
    assert client_address(request) == seen
    request.META["HTTP_X_FORWARDED_FOR"] = "203.0.113.99"
    assert client_address(request) == "203.0.113.99"
    request.META["REMOTE_ADDR"] = "192.0.2.1"  # anybody
    assert client_address(request) == "192.0.2.1"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"HTTP_X_FORWARDED_FOR": "unknown"},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.1, unknown"},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.1, "},
        {"HTTP_X_FORWARDED_FOR": "198.51.100.1, unix:"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7 198.51.100.1"},
        {"HTTP_X_FORWARDED_FOR": "[203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7.9:80"},
        {"HTTP_FORWARDED": "for=198.51.100.1, proto=https"},
        {"HTTP_FORWARDED": "for=198.51.100.1, for=_hidden1"},
        {"HTTP_FORWARDED": "for=198.51.100.1;for=198.51.100.2"},
    ],
)
def test_whom_a_trusted_proxy_does_not_name_counts_as_the_proxy_and_is_told_once(settings, caplog, header):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    proxies._unreadable_at.clear()
    request = RequestFactory().post("/", REMOTE_ADDR="10.0.0.1", **header)
    assert {network(request) for _again in range(3)} == {"10.0.0.0/24"}
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "TRUSTED_PROXIES" in caplog.text and "198.51" not in caplog.text


def test_who_sits_in_our_own_network_is_no_fault_of_the_proxy(settings, caplog):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="10.1.2.3")
    assert client_address(request) == "10.1.2.3"
    assert not caplog.records


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/admin/login/", "/news/%00/", "/healthz"])
def test_every_answer_carries_the_headers_that_keep_visitors_safe(client, path):
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    # Forms of the staff show their origin to the site itself, as Django's CSRF check wants over https.
    assert response["Referrer-Policy"] == ("same-origin" if path.startswith("/admin/") else "no-referrer")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-DNS-Prefetch-Control"] == "off"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cache-Control"] != ""
    assert "frame-ancestors" in response["Content-Security-Policy"]


@pytest.fixture
def at_door(monkeypatch):
    """Return a function that sends a POST to a door, and the list of what has come through it."""
    came = []

    def application(environ, start_response):
        came.append(environ["PATH_INFO"])
        response = HttpResponse("too many", status=429, headers={"Cache-Control": "no-store"})
        start_response("429 Too Many Requests", list(response.items()))
        return close_door(response) if environ["PATH_INFO"] == "/closing/" else response

    behind = Door(application, is_known=lambda cookies: False)

    def send(path="/closing/", **values):
        answers = []
        environ = RequestFactory().post(path, {"receipt": "wrong"}, **values).environ
        content = b"".join(behind(environ, lambda *answer: answers.append(answer)))
        return answers[0][0], dict(answers[0][1]), content

    send.came = came
    return send


def test_a_closed_door_refuses_a_network_as_the_view_did_and_nobody_else(at_door, monkeypatch):
    first = at_door(REMOTE_ADDR="203.0.113.7")
    assert first == ("429 Too Many Requests", first[1], b"too many")
    assert at_door(REMOTE_ADDR="203.0.113.200") == first
    assert at_door.came == ["/closing/"]
    at_door(REMOTE_ADDR="198.51.100.7")
    at_door(REMOTE_ADDR="203.0.113.7", HTTP_ACCEPT_ENCODING="gzip")  # that one may have been compressed
    at_door("/other/", REMOTE_ADDR="203.0.113.7")
    at_door("/other/", REMOTE_ADDR="203.0.113.7")  # what nobody marked is asked each time
    assert at_door.came == ["/closing/"] * 3 + ["/other/"] * 2
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + CLOSED_FOR + 1)
    at_door(REMOTE_ADDR="203.0.113.7")
    assert at_door.came[-1] == "/closing/"


def test_no_more_doors_are_closed_than_memory_is_for(at_door, monkeypatch):
    monkeypatch.setattr("newsroom.guard.door.MOST", 2)
    for number in range(5):
        at_door(REMOTE_ADDR=f"203.0.{number}.7")
        at_door(REMOTE_ADDR=f"203.0.{number}.7")
    assert len(at_door.came) == 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "said", "status"),
    [
        ("203.0.113.9", "https", 301),  # anybody
        ("203.0.113.9", "http, https", 301),
        ("::ffff:203.0.113.9", "https", 301),
        ("nonsense", "https", 301),
        ("", "https", 301),
        ("10.0.0.1", "https", 200),
        ("::ffff:10.0.0.1", "https", 200),
        ("10.0.0.1", "http", 301),
        ("10.0.0.1", "https, http", 301),  # the visitor's word, and then the proxy's
        ("10.0.0.1", "http, https", 200),
        ("10.0.0.1", "", 301),
    ],
)
def test_only_our_proxies_say_that_a_request_came_by_https(client, settings, peer, said, status):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/about/nothing/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO=said)
    assert answer.status_code == {200: 404}.get(status, status)


def test_an_address_in_ipv6_clothes_is_the_same_proxy(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    request = RequestFactory().get("/", REMOTE_ADDR="::ffff:127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert client_address(request) == "203.0.113.9"


def test_a_proxy_that_is_no_network_stops_the_start(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1,nginx")
    with pytest.raises(ImproperlyConfigured, match="'nginx'"):
        environment.networks("TRUSTED_PROXIES")


@pytest.mark.parametrize("code", ["lo", "xx"])
def test_a_language_that_the_interface_does_not_have_stops_the_start_in_one_line(code):
    with pytest.raises(ImproperlyConfigured, match=f"LANGUAGE_CODE is '{code}'"):
        languages.require_interface(code, [])
    for spoken in ("en", "en-gb", "pt-br", "zh-hans", "th"):
        languages.require_interface(spoken, [])
