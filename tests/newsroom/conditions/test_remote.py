"""What others see of the site: its certificate, and what the DNS says of its mail."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
import time

import dns.message
import dns.resolver
import dns.rrset
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from newsroom.conditions import certificate, dnsentries
from newsroom.conditions.conditions import Weight

DAY = 86_400


class TLSServer:
    """A server with a certificate for localhost that ends in so many days; `folder/ca.pem` is whom to trust."""

    def __init__(self, folder, days):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=90))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (folder / "ca.pem").write_bytes(made.public_bytes(pem))
        plain = serialization.NoEncryption()
        (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
        self.listening = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.listening.accept()[0].close()
            except ssl.SSLError:  # who does not trust it
                continue
            except OSError:
                return


@pytest.fixture
def served(tmp_path, settings, monkeypatch):
    """Return a function that serves the site with a certificate that ends in so many days."""
    made = []

    def serve(days, trusted=True):
        made.append(TLSServer(tmp_path, days))
        settings.SITE_URL = f"https://localhost:{made[-1].port}"
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        return certificate.certificate()

    yield serve
    for server in made:
        server.listening.close()


@pytest.mark.parametrize(("days", "weight"), [(22, None), (20, Weight.UNREADY), (6, Weight.FAILING)])
def test_a_certificate_is_told_of_three_weeks_before_it_ends(served, days, weight):
    found = served(days)
    assert (found.is_well, None if found.is_well else found.weight) == (weight is None, weight)
    assert ("until" in found.note) is found.is_well, found


def test_one_that_has_ended_or_that_nobody_trusts_fails(served):
    assert "self-signed" in served(50, trusted=False).problem
    assert "expired" in served(-1).problem


def test_what_cannot_be_looked_at_is_no_problem(settings):
    settings.SITE_URL = "https://no-such-host.invalid"
    assert "not looked at" in certificate.certificate().note
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SITE_URL = f"https://127.0.0.1:{closed.getsockname()[1]}"
        assert "Connection refused" in certificate.certificate().note
    settings.SITE_URL = "http://news.example.org"
    assert certificate.certificate().is_well


class NameServer:
    """Answers questions by a dict of (name, type): text."""

    def __init__(self, entries):
        self.entries = entries
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve_until_closed, daemon=True).start()

    def _serve(self):
        while True:
            asked, sender = self.socket.recvfrom(4096)
            query = dns.message.from_wire(asked)
            answer = dns.message.make_response(query)
            name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
            if text := self.entries.get((str(name).rstrip("."), kind)):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))
            self.socket.sendto(answer.to_wire(), sender)

    def _serve_until_closed(self):
        with contextlib.suppress(OSError):
            self._serve()


@pytest.fixture
def named(monkeypatch, settings):
    """Return a function that lets the DNS hold these entries; None: nobody answers."""
    made = []

    def name(entries):
        made.append(NameServer(entries or {}))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], made[-1].socket.getsockname()[1]
        if entries is None:
            made[-1].socket.close()
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        monkeypatch.setattr(dnsentries, "PATIENCE", 1)
        settings.DEMO = False
        settings.DEFAULT_FROM_EMAIL = "News <newsroom@news.example.org>"
        settings.BOUNCE_ADDRESS = "bounces@news.example.org"
        return dnsentries.entries()

    yield name
    for server in made:
        server.socket.close()


SPF = {("news.example.org", "TXT"): '"v=spf1 mx -all"'}
DMARC = {("_dmarc.example.org", "TXT"): '"v=DMARC1; p=none"'}
MX = {("news.example.org", "MX"): "10 mail.example.org."}


def test_all_entries_are_there_that_of_the_domain_above_too(named):
    assert "are there" in named(SPF | DMARC | MX).note


@pytest.mark.parametrize(
    ("entries", "missing"), [(DMARC | MX, "SPF"), (SPF | MX, "DMARC"), (SPF | DMARC, "MX")]
)
def test_each_entry_that_is_missing_is_named(named, entries, missing):
    found = named(entries)
    assert found.weight is Weight.UNREADY
    assert found.problem.startswith(f"Missing in the DNS: {missing} of news.example.org")


def test_without_a_name_server_nothing_is_said(named):
    began = time.monotonic()
    assert "no name server answers" in named(None).note
    assert time.monotonic() - began < 10
