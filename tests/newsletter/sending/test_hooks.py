"""What providers post of our mail: signed lately and once, or believed only with our own return path."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from newsletter import tidying
from newsletter.models import SeenEvent, Subscriber, Suppression
from newsletter.sending import jobs, lifecycle, returnpaths
from newsroom.configuration import serviceurls
from newsroom.outbox import sending
from tests.newsletter.sending.provider_events import (
    BY_PASSWORD,
    NAMES,
    SIGNED,
    bounce,
    mailgun_signature,
    post,
    settle,
    signed,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
EVERY = pytest.mark.parametrize("name", NAMES)


@EVERY
def test_a_hard_bounce_with_our_return_path_suppresses(sent, client, settings, name):
    settle(settings, name)
    issue, reader = sent
    assert post(client, name, *signed(name, bounce(name, token=returnpaths.token(*sent)))) == 200
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.BOUNCED
    assert lifecycle.progress(issue).bounced == 1


@EVERY
def test_without_our_return_path_only_a_provider_that_signs_its_words_is_believed(
    sent, client, settings, name
):
    settle(settings, name)
    for token in ["", returnpaths.token(*sent)[:-1] + "x", "a" * 26 + "0" * 24]:
        assert post(client, name, *signed(name, bounce(name, token=token))) in {200, 400}
    assert Suppression.objects.exists() == (name in SIGNED)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"mailersend"}))
def test_the_token_of_one_reader_suppresses_no_other(sent, client, settings, make_subscriber, name):
    settle(settings, name)
    ben = make_subscriber("ben@example.org")
    event = bounce(name, address="ben@example.org", token=returnpaths.token(*sent))
    assert post(client, name, *signed(name, event)) == 200
    ben.refresh_from_db()
    assert ben.is_confirmed
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(BY_PASSWORD)))
@pytest.mark.parametrize("age", ["since 1970", -302, 302, 10 * 365 * 86400])
def test_a_signature_of_another_time_is_refused(sent, client, settings, name, age):
    settle(settings, name)
    then = 1 if age == "since 1970" else time.time() + age
    event = bounce(name, token=returnpaths.token(*sent), at=then)
    assert post(client, name, *signed(name, event, at=then)) == 400
    assert not Suppression.objects.exists()
    assert not SeenEvent.objects.exists()


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(BY_PASSWORD)))
def test_a_signature_counts_once_and_what_was_seen_is_kept_for_a_day(sent, client, settings, name):
    settle(settings, name)
    _issue, reader = sent
    body, headers = signed(name, bounce(name, token=returnpaths.token(*sent)))
    assert post(client, name, body, headers) == 200
    Subscriber.objects.get().confirm()
    assert post(client, name, body, headers) == 400
    if name == "mailgun":  # the body is not signed: the same signature around another event
        other = json.loads(body) | bounce(name, token=returnpaths.token(*sent), at=time.time() + 1)
        assert post(client, name, json.dumps(other)) == 400
    tidying.tidy()
    assert post(client, name, body, headers) == 400
    reader.refresh_from_db()
    assert reader.is_confirmed


def test_another_spelling_of_a_signature_is_the_same_signature(sent, client, settings):
    settle(settings, "sendgrid")
    body, headers = signed("sendgrid", bounce("sendgrid"))
    assert post(client, "sendgrid", body, headers) == 200
    name = "X-Twilio-Email-Event-Webhook-Signature"
    r, s = decode_dss_signature(base64.b64decode(headers[name]))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = base64.b64encode(encode_dss_signature(r, order - s)).decode()
    for spelling in [twin, f"*{headers[name]}", headers[name] + "\t"]:
        assert post(client, "sendgrid", body, headers | {name: spelling}) == 400
    assert SeenEvent.objects.count() == 1


@pytest.mark.parametrize("name", ["mailgun", *BY_PASSWORD])
def test_an_event_that_is_older_than_its_message_or_than_the_last_confirmation_is_ignored(
    sent, client, settings, name
):
    settle(settings, name)
    _issue, reader = sent
    old = bounce(name, token=returnpaths.token(*sent), at=86400)
    assert post(client, name, *signed(name, old)) == 200
    assert not Suppression.objects.exists()
    reader.unsubscribe()
    reader.confirm()  # again, long after that issue
    event = bounce(name, token=returnpaths.token(*sent))
    if name == "mailgun":
        event |= {"signature": mailgun_signature(str(int(time.time())), "b" * 50)}
    assert post(client, name, *signed(name, event)) == 200
    reader.refresh_from_db()
    assert reader.is_confirmed


def test_a_signed_complaint_suppresses_and_a_passing_failure_or_a_delivery_does_not(sent, client, settings):
    settle(settings, "mailgun")
    for number, (event, severity) in enumerate(
        [("failed", "temporary"), ("delivered", ""), ("complained", "")]
    ):
        assert not Suppression.objects.exists()
        content = bounce("mailgun", token=returnpaths.token(*sent))
        content["event-data"] |= {"event": event, "severity": severity}
        content["signature"] = mailgun_signature(str(int(time.time())), f"{number}" * 50)
        assert post(client, "mailgun", *signed("mailgun", content)) == 200
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED


@EVERY
def test_unsigned_events_are_refused_and_other_providers_are_not_there(sent, client, settings, name):
    settle(settings, name)
    body, headers = signed(name, bounce(name, token=returnpaths.token(*sent)))
    wrong = {key: value[:-4] + "AAAA" for key, value in headers.items() if "Timestamp" not in key}
    if name == "mailgun":
        content = bounce(name, token=returnpaths.token(*sent))
        content["signature"] = mailgun_signature(str(int(time.time())), key="another")
        body = json.dumps(content).encode()
    else:
        assert post(client, name, body) == 400
    assert post(client, name, body, headers | wrong) == 400
    other = NAMES[NAMES.index(name) - 1]
    assert post(client, other, body, headers) == 404
    assert client.get(f"/newsletter/hooks/{name}/").status_code == 405
    assert client.head(f"/newsletter/hooks/{name}/").status_code == 200
    settings.MAIL_WEBHOOK_SECRET = ""
    assert post(client, name, body, headers) == 404
    assert not Suppression.objects.exists()


RSA_KEY = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANDiE2+Xi/WnO+s120NiiJhNyIButVu6zxqlVzz0wy2j4kQVUC4ZRZD80IY+4wIiX2YxKBZKGnd2T"
    "tPkcJ/ljkUCAwEAAQ=="
)
UNUSABLE = [
    ("sendgrid", "no key at all"), ("sendgrid", "TUZrd0V3"), ("sendgrid", RSA_KEY), ("mailgun", "clé-secrète"),
    ("mailersend", "clé"), ("postmark", "password"), ("mailjet", "user:"), ("sparkpost", ":password"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "secret"), UNUSABLE)
def test_a_secret_that_can_prove_nothing_is_told_at_the_start_and_answered_with_503(
    sent, client, settings, name, secret
):
    settle(settings, name)
    assert not [fault for fault in run_checks() if fault.id == "newsletter.E001"]
    settings.MAIL_WEBHOOK_SECRET = secret
    settings.ANYMAIL = serviceurls.webhook_setting(name, secret)
    with pytest.raises(SystemCheckError, match="MAIL_WEBHOOK_SECRET is not what the provider"):
        call_command("check")
    for body, headers in [signed(name, bounce(name, token=returnpaths.token(*sent))), (b"rubbish", {})]:
        assert post(client, name, body, headers) == 503
    assert client.head(f"/newsletter/hooks/{name}/").status_code == 503
    assert not Suppression.objects.exists()


MALFORMED = [
    b"", b"rubbish", b"{", b"null", b"1", b"true", b'"text"', b"[1]", b"[[]]", b"[null]", b"NaN",
    b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000,
    b'{"signature": {"timestamp": "1e999", "token": "\xc3\xa9", "signature": "\xc3\xa9"}', b"9" * 10_000,
    b'[{"msys": 1}]', b'[{"msys": {"a": {}, "b": {}}}]', b'[{"msys": {"relay_message": {}}}]', b'[{"event": {}}]',
]  # fmt: skip
ODD = [
    b"{}", b"[]", b'{"signature": 1}', b'{"signature": {"timestamp": [], "token": {}, "signature": null}}',
    b'{"msys": []}', b'{"a": "\\ud800"}', b'{"RecordType": []}', b'{"RecordType": "Inbound"}', b'{"data": {"type": {}}}',
    b'{"type": "inbound.message"}', b'{"event": "bounce", "time": 1e999}', b'[{"event": "bounce", "timestamp": "x"}]',
]  # fmt: skip


@EVERY
def test_no_body_whatever_brings_an_error_of_ours(sent, client, settings, name):
    settle(settings, name)
    client.raise_request_exception = False
    for content in MALFORMED + ODD:
        body, headers = signed(name, content)
        for one in [headers, {}, dict.fromkeys(headers, "é".encode().decode("latin-1"))]:
            status = post(client, name, body, one)
            assert 400 <= status < 500 or (status == 200 and one is headers and content in ODD), content[:60]
    assert post(client, name, b"x" * 3_000_000, headers) == 413
    form = b"timestamp=1&token=a&signature=b"
    assert post(client, name, form, headers, "application/x-www-form-urlencoded") == 415
    assert post(client, name, b"--b--", headers, "multipart/form-data; boundary=b") == 415
    assert not Suppression.objects.exists()


@EVERY
def test_no_value_of_an_event_brings_an_error_of_ours(sent, client, settings, name):
    settle(settings, name)
    client.raise_request_exception = False
    odd = [None, True, -1, 1e300, 10**400, "", "x", "\x00", "\ud800", [], {}, [[]], {"a": []}, "9" * 30]

    def variants(value):
        """Yield the value with each of its parts replaced by each of what is odd."""
        if isinstance(value, dict):
            for key, part in value.items():
                yield from ({**value, key: one} for one in variants(part))
                yield {one: two for one, two in value.items() if one != key}
        elif isinstance(value, list):
            yield from ([one] for part in value for one in variants(part))
        yield from odd

    content = bounce(name, address="nobody@example.org", token=returnpaths.token(*sent))
    for number, one in enumerate(variants(content)):
        if name == "mailgun" and isinstance(one, dict):
            one = {"signature": mailgun_signature(str(int(time.time())), f"{number:050}")} | one
        status = post(client, name, *signed(name, one))
        assert status == 200 or 400 <= status < 500, (status, one)
    assert not Suppression.objects.exists()


@EVERY
def test_each_provider_is_given_the_token_that_it_gives_back(
    site, make_issue, make_article, make_subscriber, settings, name
):
    seen = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = "key:secret@" if name == "mailjet" else "key@mg.example.org"
    url = f"{name}://{keys}?api_url=http://127.0.0.1:{server.server_port}/"
    settings.MAILERS = {"default": serviceurls.mailer_from_url(url)}
    reader = make_subscriber("ann@example.org")
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    try:
        sending.transport.close()
        jobs.send_due()
    finally:
        server.shutdown()
        server.server_close()
    assert len(seen) == 1
    # MailerSend knows no metadata, and signs all it says.
    assert (returnpaths.token(issue, reader) in seen[0]) == (name != "mailersend")
