"""Mail that comes back: believed only with our own return path."""

import io
import mailbox
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from newsletter.models import Batch, Subscriber, Suppression
from newsletter.sending import bounces, lifecycle, returnpaths
from newsletter.sending.bounces import Fate

pytestmark = pytest.mark.django_db


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
    progress = lifecycle.progress(issue)
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
