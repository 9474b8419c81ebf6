"""Links to other sites: checked politely and safely, judged with care, dead ones told and given a copy."""

import contextlib
import datetime
import http.server
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from articles.links import rounds
from articles.links.checker import Checker, Verdict
from articles.models import Country, Law, Link, LinkCheck, Page, Resource
from newsroom.othersites import clocks, outbound
from tests.servers import free_port

DAY = timedelta(days=1)


class Odd(http.server.BaseHTTPRequestHandler):
    """A web server with every vice."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def _say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        self.server.asked.append((time.monotonic(), self.command, self.path, dict(self.headers)))
        path = self.path.split("?")[0]
        if path == "/robots.txt":
            self._say(self.server.robots, b"User-agent: *\nDisallow: /closed/\n", **{"Set-Cookie": "a=b"})
        elif path == "/slow":
            with contextlib.suppress(OSError):
                for _second in range(600):
                    self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                    if self.server.over.wait(0.05):
                        break
        elif path == "/reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
        elif path == "/circle":
            self._say(302, Location="/circle-back")
        elif path == "/circle-back":
            self._say(302, Location="/circle")
        elif path == "/ever-further":
            self._say(302, Location=f"/ever-further?{len(self.server.asked)}")
        elif path == "/no-head":
            self._say(404 if self.command == "HEAD" else 200, b"Here I am")
        elif path == "/gigabyte":
            self.send_response(200 if self.command == "GET" else 405)
            self.send_header("Content-Length", str(1024**3 if self.command == "GET" else 0))
            self.end_headers()
            with contextlib.suppress(OSError):
                while self.command == "GET":
                    self.server.sent += self.wfile.write(bytes(65536))
        elif path == "/moved":
            self._say(301, Location="/fine")
        elif path == "/inside":
            self._say(302, Location="http://inside.test/secret")
        elif path == "/inside-by-number":
            self._say(302, Location="http://169.254.169.254/latest/meta-data")
        elif path == "/nowhere":
            self._say(302, Location="http://[nowhere")
        elif path == "/nul":
            self._say(302, Location="/404?\0\x1b")
        elif path == "/file":
            self._say(302, Location="file:///etc/passwd")
        elif path.isascii() and path[1:].isdecimal():
            self._say(int(path[1:]))
        else:
            self._say(200, b"Here I am", **{"Set-Cookie": "a=b"})
        self.close_connection = True

    do_HEAD = do_GET


@pytest.fixture
def web():
    """Return a server that misbehaves by path; .url is its address under the name odd.test."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.daemon_threads = True
    server.asked, server.sent, server.over = [], 0, threading.Event()
    server.robots = 200
    server.url = f"http://odd.test:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def resolve(host, port):
    """Answer like the resolver of a world in which odd.test lies on this machine."""
    known = {"odd.test": ["127.0.0.1"], "inside.test": ["10.0.0.7"]}
    if host in known:
        return known[host]
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError as error:
        raise socket.gaierror from error


@pytest.fixture
def lenient(monkeypatch):
    """Let this machine alone count as public."""
    monkeypatch.setattr(outbound, "is_public", lambda address: address == "127.0.0.1" or is_public(address))


is_public = outbound.is_public


@pytest.fixture
def checker(lenient):
    return Checker(pause=0, seconds=1.5, resolve=resolve)


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/fine", "fine", 200),
        ("/moved", "fine", 200),
        ("/no-head", "fine", 200),
        ("/gigabyte", "fine", 200),
        ("/slow", "unreachable", None),
        ("/reset", "unreachable", None),
        ("/circle", "circle", None),
        ("/ever-further", "circle", None),
        ("/404", "gone", 404),
        ("/410", "gone", 410),
        ("/500", "error", 500),
        ("/503", "error", 503),
        ("/403", "kept_out", 403),
        ("/429", "kept_out", 429),
        ("/closed/page", "kept_out", None),
        ("/inside", "private", None),
        ("/inside-by-number", "private", None),
        ("/file", "unreachable", None),
        ("/nowhere", "unreachable", 302),
    ],
)
def test_it_judges_servers_of_every_kind(web, checker, path, outcome, status):
    tracemalloc.start()
    try:
        verdict = checker.verdict(web.url + path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (verdict.outcome, verdict.status) == (outcome, status)
    assert peak < 8_000_000  # of a gigabyte, too
    assert web.sent < 100_000_000
    assert all("Cookie" not in headers for _at, _method, _path, headers in web.asked)


@pytest.mark.django_db
def test_what_a_redirect_says_can_be_stored_whatever_it_holds(web, checker):
    gone = checker.verdict(f"{web.url}/404?a=1")
    link = Link.objects.create(url=f"{web.url}/nul")
    link.note(checker.verdict(link.url))
    assert gone.outcome == link.outcome == "gone"
    assert link.checks.get().final_url == f"{web.url}/404?%00%1B"
    broken = Link.objects.create(url=f"{web.url}/nowhere")
    rounds.check_due(checker)
    broken.refresh_from_db()
    assert (broken.outcome, broken.failures) == ("unreachable", 1)


def test_a_server_that_is_away_is_unreachable(checker):
    assert checker.verdict(f"http://odd.test:{free_port()}/").outcome == "unreachable"
    assert checker.verdict("http://nowhere.test/").outcome == "unreachable"


def test_it_asks_no_address_of_a_private_network(web):
    checker = Checker(pause=0, seconds=1.5, resolve=resolve)
    for url in (web.url, f"http://127.0.0.1:{web.server_port}/", f"http://[::1]:{web.server_port}/"):
        assert checker.verdict(url).outcome == "private"
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
     "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1", "not an address"],
)  # fmt: skip
def test_no_private_address_is_public(address):
    assert not outbound.is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
)
def test_addresses_of_the_internet_are_public(address):
    assert outbound.is_public(address)


def test_a_setting_of_tests_lets_it_ask_this_machine(web, settings):
    settings.LINKS_MAY_BE_PRIVATE = True
    assert Checker(pause=0, resolve=resolve).verdict(f"{web.url}/fine").outcome == "fine"


def test_a_name_that_changes_its_address_leads_nowhere_else(web, lenient):
    """Between the look at an address and the connection nobody looks the name up again."""
    looked_up = []

    def rebinding(host, port):
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) % 2 else ["10.0.0.7"]

    checker = Checker(pause=0, seconds=1.5, resolve=rebinding)
    assert outbound.ask(f"{web.url}/fine", resolve=rebinding).status == 200
    assert "odd.test" in cache.get(clocks._key()), "its Date is compared with our clock"
    assert looked_up == ["odd.test"]
    with pytest.raises(outbound.NotAsked) as refused:
        outbound.ask(f"{web.url}/fine", resolve=rebinding)
    assert refused.value.reason == "private"
    assert (
        checker.verdict(f"{web.url}/fine").outcome == "private"
    )  # robots.txt first, then the second address
    mixed = Checker(pause=0, resolve=lambda host, port: ["127.0.0.1", "10.0.0.7"])
    assert mixed.verdict(f"{web.url}/fine").outcome == "private"


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "http://", "http://user:word@example.org/", "gopher://a/",
     "http://[::1", "http://exa\nmple.org:99999/", "http://" + "a" * 3000 + "/"],
)  # fmt: skip
def test_only_plain_web_addresses_are_asked(url):
    with pytest.raises(outbound.NotAsked) as refused:
        outbound.split(url)
    assert refused.value.reason == "malformed"


def test_it_is_polite(web, checker):
    waits = []
    checker.pause, checker.wait = 3600, waits.append  # told how long, and not waiting
    checker.verdict(f"{web.url}/no-head")
    checker.verdict(f"{web.url}/fine")
    assert [(method, path) for _at, method, path, _headers in web.asked] == [
        ("GET", "/robots.txt"), ("HEAD", "/no-head"), ("GET", "/no-head"), ("HEAD", "/fine"),
    ]  # fmt: skip
    assert len(waits) == 4 and waits[0] == 0 and all(3500 < seconds <= 3600 for seconds in waits[1:])
    headers = web.asked[2][3]
    assert headers["Range"] == "bytes=0-1023" and "NewsroomLinkCheck" in headers["User-Agent"]
    assert headers["Host"] == f"odd.test:{web.server_port}" and "Referer" not in headers


@pytest.mark.parametrize(("status", "outcome", "asked"), [(503, "error", 1), (404, "fine", 2)])
def test_a_server_in_trouble_is_left_in_peace_and_one_without_robots_forbids_nothing(
    web, checker, status, outcome, asked
):
    web.robots = status
    assert checker.verdict(f"{web.url}/closed/page").outcome == outcome
    assert len(web.asked) == asked


def certificate(name):
    """Return (certificate, key) in PEM that a name signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


def test_tls_is_verified_against_the_name(web, lenient, tmp_path):
    public, secret = certificate("odd.test")
    (tmp_path / "both.pem").write_bytes(public + secret)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(tmp_path / "both.pem")
    web.socket = inside.wrap_socket(web.socket, server_side=True)
    trusting = ssl.create_default_context(cadata=public.decode())
    url = f"https://odd.test:{web.server_port}/fine"
    assert outbound.ask(url, resolve=resolve, context=trusting).status == 200
    for asked, context in ((url, None), (url.replace("odd", "other"), trusting)):
        with pytest.raises(outbound.NotAsked) as refused:
            outbound.ask(asked, resolve=lambda host, port: ["127.0.0.1"], context=context)
        assert refused.value.reason == "certificate"


@pytest.mark.django_db
def test_a_link_is_dead_after_several_failures_over_days():
    link, now = Link.objects.create(url="https://gone.test/"), timezone.now()
    for hours in (0, 1, 2, 3):
        link.note(Verdict("gone", 404), now + timedelta(hours=hours))
    assert link.failures == 4 and not Link.objects.dead().exists()
    link.note(Verdict("unreachable"), now + 3 * DAY)
    assert list(Link.objects.dead()) == [link] and link.due_at == now + 4 * DAY
    link.note(Verdict("kept_out", 403), now + 4 * DAY)
    assert not Link.objects.dead().exists() and link.failures == 0
    assert [check.outcome for check in link.checks.all()] == ["kept_out", "unreachable", *["gone"] * 4]
    assert link.due_at == now + 11 * DAY


def dead(url, **fields):
    long_ago = timezone.now() - 9 * DAY
    return Link.objects.create(
        url=url, failures=5, failing_since=long_ago, died_at=long_ago, outcome="gone", **fields
    )


@pytest.fixture
def everywhere(make_article):
    """Put a link each into a body, a source, a page, a dossier and a resource; return their addresses."""
    now = timezone.now()
    make_article(
        title="Kilns", slug="kilns", body_html='<p><a href="https://one.test/?a=1&amp;b=2">One</a> <a href="/about/">us</a></p>',
        source_relation="adapted", source_title="T", source_url="https://two.test/",
    )  # fmt: skip
    Page.objects.create(title="About", path="about-links", body_html='<p><a href="https://three.test/">3</a></p>', state="published", published_at=now)  # fmt: skip
    laos = Country.objects.create(iso_code="LA", name="Laos", slug="laos")
    Law.objects.create(country=laos, title="Law", date="2003", url="https://four.test/")
    Resource.objects.create(title="Report", slug="report", kind="report", link="https://five.test/", state="published", published_at=now)  # fmt: skip
    make_article(
        title="Draft", state="draft", published_at=None, body_html='<p><a href="https://six.test/">6</a></p>'
    )
    return ["https://one.test/?a=1&b=2", "https://two.test/", "https://three.test/", "https://four.test/", "https://five.test/"]  # fmt: skip


@pytest.mark.django_db
def test_it_gathers_the_links_of_public_pages_and_knows_where_they_stand(everywhere):
    assert rounds.gather() == 5
    assert sorted(Link.objects.values_list("url", flat=True)) == sorted(everywhere)
    titles = [[place.title for place in rounds.places_of(url)] for url in everywhere]
    assert titles == [["Kilns"], ["Kilns"], ["About"], ["Laos"], ["Report"]]
    Link.objects.update(found_at=timezone.now() - 40 * DAY)
    dead("https://old.test/", archive_url="https://archive.test/old", found_at=timezone.now() - 40 * DAY)
    Link.objects.create(url="https://nowhere.test/", found_at=timezone.now() - 40 * DAY)
    assert rounds.gather() == 5
    assert not Link.objects.filter(url="https://nowhere.test/").exists()
    assert Link.objects.filter(url="https://old.test/").exists()


@pytest.mark.django_db
def test_the_dead_are_told_on_the_first_page_with_where_they_stand(everywhere, client, editor, writer):
    rounds.gather()
    Link.objects.filter(url=everywhere[0]).delete()
    gone = dead(everywhere[0])
    client.force_login(editor)
    assert "1 link to another site is dead." in client.get("/admin/").content.decode()
    listed = client.get("/admin/articles/link/?check=dead").content.decode()
    assert "one.test" in listed and "two.test" not in listed
    form = client.get(f"/admin/articles/link/{gone.pk}/change/").content.decode()
    assert "Kilns" in form and "page not found" in form
    answer = client.post(
        f"/admin/articles/link/{gone.pk}/change/",
        {"archive_url": "https://archive.test/one", "checks-TOTAL_FORMS": 0, "checks-INITIAL_FORMS": 0},
    )
    assert answer.status_code == 302
    assert "link to another site is dead" not in client.get("/admin/").content.decode()
    client.force_login(writer)
    assert client.get("/admin/articles/link/").status_code == 403


@pytest.mark.django_db
def test_readers_see_the_copy_beside_a_dead_link(everywhere, client):
    for url in everywhere:
        dead(url, archive_url=f"https://archive.test/{url[8:11]}")
    article = client.get("/news/kilns/").content.decode()
    assert article.count(">archived copy<") == 2
    assert 'href="https://archive.test/one"' in article and 'href="https://archive.test/two"' in article
    assert 'href="https://archive.test/thr"' in client.get("/about-links/").content.decode()
    assert 'href="https://archive.test/fiv"' in client.get("/resources/report/").content.decode()
    Link.objects.update(failures=0, failing_since=None, died_at=None)
    assert ">archived copy<" not in client.get("/news/kilns/").content.decode()


@pytest.mark.django_db
def test_it_checks_what_is_due_and_leaves_alone_what_asks_for_it(web, checker, capsys):
    Link.objects.create(url=f"{web.url}/fine")
    Link.objects.create(url=f"{web.url}/404")
    Link.objects.create(url=f"{web.url}/500", is_left_alone=True)
    Link.objects.create(url=f"{web.url}/403", due_at=timezone.now() + DAY)
    assert rounds.check_due(checker) == 2
    assert sorted(LinkCheck.objects.values_list("outcome", "status")) == [("fine", 200), ("gone", 404)]
    assert rounds.check_due(checker) == 0
    call_command("check_links", verbosity=1)
    assert capsys.readouterr().out == "0 links, 0 checked, 0 dead.\n"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_it_asks(web, checker, make_article):
    """On SQLite an open transaction with a write would keep every editor waiting."""
    Link.objects.create(url=f"{web.url}/slow")
    Link.objects.create(url=f"{web.url}/fine")

    def check():
        rounds.check_due(checker)
        connections.close_all()

    thread = threading.Thread(target=check)
    written = []

    def write_meanwhile():
        while not any(path == "/slow" for _at, _method, path, _headers in web.asked):
            time.sleep(0.01)
        started = time.monotonic()
        make_article(title="Meanwhile")
        written.append(time.monotonic() - started)
        connections.close_all()

    editor = threading.Thread(target=write_meanwhile)
    for one in (thread, editor):
        one.start()
    for one in (thread, editor):
        one.join(30)
    assert written and Link.objects.get(url=f"{web.url}/fine").outcome == "fine"
