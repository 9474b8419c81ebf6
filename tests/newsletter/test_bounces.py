"""Mail that comes back: believed only with our own return path, or signed by the provider."""

import hashlib
import hmac
import io
import json
import mailbox
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter import bounces, delivery, dispatch, returnpaths
from newsletter.bounces import Fate
from newsletter.models import Batch, Delivery, Subscriber, Suppression

pytestmark = pytest.mark.django_db
KEY = "signing-key"


@pytest.fixture
def sent(site, make_issue, make_article, make_subscriber):
    """Return (issue, reader): an issue that the mail server took for this reader."""
    reader = make_subscriber("ann@example.org")
    issue = make_issue(articles=[make_article()])
    dispatch.schedule(issue, timezone.now())
    delivery.send_due()
    assert Delivery.objects.get().state == Delivery.State.SENT
    return issue, reader


def report(to, status="5.1.1", action="failed", recipient="ann@example.org", said="550 5.1.1 no such user"):
    """Return what a mail server sends back, as bytes."""
    status_part = (
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Original-Recipient: rfc822;{recipient}\r\nFinal-Recipient: rfc822; {recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n"
    )
    return (
        f"From: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status_part}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: News\r\n\r\n--b--\r\n"
    ).encode()


def test_a_report_to_our_return_path_suppresses_an_unknown_mailbox(sent):
    issue, reader = sent
    raw = report(returnpaths.return_path(issue, reader))
    assert bounces.take(raw) is Fate.SUPPRESSED
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.BOUNCED
    assert Suppression.objects.of(reader.address_key).get().reason == Suppression.Reason.BOUNCED
    progress = dispatch.progress(issue)
    assert (progress.sent, progress.bounced, progress.total) == (0, 1, 1)
    bounces.take(raw)
    assert Batch.objects.get().returned == 1


def test_a_forged_report_changes_nothing(sent, make_subscriber):
    issue, reader = sent
    path = returnpaths.return_path(issue, reader)
    other = returnpaths.return_path(issue, make_subscriber("other@example.org"))
    token = path.split("+")[1].split("@")[0]
    forged = [
        "ann@example.org",
        path.replace(token[-1] + "@", ("0" if token[-1] != "0" else "1") + "@"),
        path.replace(token[:26], other.split("+")[1][:26]),
        "bounces+@example.org",
    ]
    for to in forged:
        assert bounces.take(report(to)) is Fate.IGNORED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("values", "fate"),
    [
        ({"status": "5.7.1", "said": "550 5.7.1 blocked"}, Fate.NOTED),
        ({"status": "5.2.2", "said": "552 5.2.2 full"}, Fate.NOTED),
        ({"status": "4.4.1", "action": "delayed"}, Fate.IGNORED),
        ({"status": "5.0.0", "said": "550 5.1.1 unknown"}, Fate.SUPPRESSED),
        ({"status": "5.0.0", "said": "550 blocked by our list"}, Fate.NOTED),
        ({"recipient": "somebody-else@example.org"}, Fate.IGNORED),
    ],
)
def test_only_an_unknown_mailbox_is_suppressed(sent, values, fate):
    issue, reader = sent
    assert bounces.take(report(returnpaths.return_path(issue, reader), **values)) is fate
    assert Suppression.objects.exists() == (fate is Fate.SUPPRESSED)


def test_a_complaint_suppresses_and_unsubscribes(sent):
    issue, reader = sent
    raw = (
        "From: fbl@mx.example.org\r\nTo: abuse@example.org\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        f"Original-Mail-From: <{returnpaths.return_path(issue, reader)}>\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: News\r\n\r\nText\r\n--b--\r\n"
    ).encode()
    assert bounces.take(raw) is Fate.COMPLAINED
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\n",
        b"To: x\r\n\r\nHi",
    ],
)
def test_rubbish_is_ignored(sent, raw):
    issue, reader = sent
    assert bounces.take(raw, returnpaths.return_path(issue, reader)) is Fate.IGNORED


def test_read_bounces_reads_one_message_from_stdin(sent, monkeypatch, capsys):
    issue, reader = sent
    raw = report("bounces@example.org")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("read_bounces", recipient=returnpaths.return_path(issue, reader), verbosity=2)
    assert capsys.readouterr().out == "suppressed\n"
    assert Suppression.objects.exists()


def test_read_bounces_empties_a_maildir_but_for_what_it_does_not_understand(sent, tmp_path, capsys):
    issue, reader = sent
    folder = mailbox.Maildir(tmp_path / "bounces")
    folder.add(report(returnpaths.return_path(issue, reader)))
    letter = EmailMessage()
    letter["Subject"] = "A person wrote"
    folder.add(letter)
    call_command("read_bounces", maildir=str(tmp_path / "bounces"))
    assert "1 suppressed" in capsys.readouterr().out
    assert [message["Subject"] for message in folder] == ["A person wrote"]
    call_command("read_bounces", maildir=str(tmp_path / "bounces"))
    assert "0 ignored" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no Maildir"):
        call_command("read_bounces", maildir=str(tmp_path / "nothing"))


def test_return_paths_and_message_ids_are_stable_and_count_nothing(sent, make_subscriber):
    issue, reader = sent
    assert returnpaths.return_path(issue, reader) == returnpaths.return_path(issue, reader)
    assert returnpaths.message_id(issue, reader) == returnpaths.message_id(issue, reader)
    assert returnpaths.find(returnpaths.return_path(issue, reader).upper()) == (issue, reader)
    assert len(returnpaths.return_path(issue, reader).split("@")[0]) <= 64
    others = {returnpaths.message_id(issue, make_subscriber()) for _ in range(3)}
    assert len(others | {returnpaths.message_id(issue, reader)}) == 4


@pytest.fixture
def by_mailgun(settings):
    """Let Mailgun be the provider."""
    settings.MAIL_PROVIDER, settings.MAIL_WEBHOOK_SECRET = "mailgun", KEY
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


def event(key=KEY, name="failed", severity="permanent", code=550, reason="bounce"):
    """Return what Mailgun posts."""
    stamp, token = "1700000000", "a" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": name, "severity": severity, "recipient": "ann@example.org", "timestamp": 1700000000.1, "id": "1",
        "reason": reason, "delivery-status": {"code": code, "message": "no such user"},
        "message": {"headers": {"message-id": "x@y"}},
    }  # fmt: skip
    return json.dumps(
        {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}
    )


def post(client, body, provider="mailgun"):
    return client.post(f"/newsletter/hooks/{provider}/", body, content_type="application/json").status_code


def test_a_signed_hard_bounce_of_a_provider_suppresses(sent, client, by_mailgun):
    issue, reader = sent
    assert post(client, event()) == 200
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.BOUNCED
    assert dispatch.progress(issue).bounced == 1


def test_a_signed_complaint_of_a_provider_suppresses(sent, client, by_mailgun):
    assert post(client, event(name="complained")) == 200
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED


def test_a_passing_failure_and_a_delivery_suppress_nobody(sent, client, by_mailgun):
    assert post(client, event(severity="temporary", code=451)) == 200
    assert post(client, event(name="delivered")) == 200
    assert not Suppression.objects.exists()


def test_unsigned_events_and_rubbish_are_refused(sent, client, by_mailgun, settings):
    assert post(client, event(key="another")) == 400
    assert post(client, "{}") == 400
    assert post(client, "rubbish") == 400
    assert post(client, event(), "postmark") == 404
    assert client.get("/newsletter/hooks/mailgun/").status_code == 405
    settings.MAIL_WEBHOOK_SECRET = ""
    assert post(client, event()) == 404
    assert not Suppression.objects.exists()


def test_a_provider_without_signatures_names_itself_by_password(sent, client, settings):
    settings.MAIL_PROVIDER, settings.MAIL_WEBHOOK_SECRET = "postmark", "user:password"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:password"}
    body = json.dumps({"RecordType": "Bounce", "Type": "HardBounce", "Email": "ann@example.org", "ID": 1,
                       "MessageID": "x", "BouncedAt": "2026-01-01T00:00:00Z"})  # fmt: skip
    assert post(client, body, "postmark") == 400
    headers = {"HTTP_AUTHORIZATION": "Basic dXNlcjpwYXNzd29yZA=="}
    answer = client.post("/newsletter/hooks/postmark/", body, content_type="application/json", **headers)
    assert answer.status_code == 200
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED
    rubbish = client.post("/newsletter/hooks/postmark/", "[1]", content_type="application/json", **headers)
    assert rubbish.status_code == 400
