"""The outbox: a row says which mail about which object; the mail is made when it leaves."""

import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from newsroom.configuration import serviceurls
from newsroom.outbox import leases, posting
from newsroom.outbox.models import LostMail, Mail
from newsroom.outbox.replies import Result, classify
from newsroom.outbox.sending import send_due
from newsroom.outbox.transport import Transport
from tests.mailserver import MailServer
from tests.servers import ROOT, clean_environment, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters():
    """Return what the kind 'letter' renders: {key: message, None or an error}."""
    made = {}

    def render(key):
        if isinstance(made[key], Exception):
            raise made[key]
        return made[key]

    posting.renderers()["letter"] = render
    return made


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    running = MailServer(tmp_path_factory.mktemp("mail")).start()
    yield running
    running.kill()


def letter(to="ann@example.org", **values):
    return EmailMessage(**{"subject": "Hello", "body": "Good morning.", "to": [to]} | values)


def later(**values):
    """Let every waiting mail be due now."""
    Mail.objects.update(due_at=timezone.now(), **values)


def test_a_row_holds_the_kind_and_the_key_and_nothing_of_the_mail(letters):
    letters["7"] = letter()
    posting.post("letter", 7)
    row = Mail.objects.values().get()
    assert (row["kind"], row["key"]) == ("letter", "7")
    assert not any("ann@" in str(value) or "Good morning" in str(value) for value in row.values())


def test_it_is_made_when_it_leaves_and_forgotten_after(letters):
    posting.post("letter", 7)
    letters["7"] = letter()
    assert send_due() == 1
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert not Mail.objects.exists()
    assert send_due() == 0


def test_what_is_posted_in_a_transaction_that_fails_never_leaves(letters):
    letters["7"] = letter()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        posting.post("letter", 7)
        raise ZeroDivisionError
    assert send_due() == 0
    assert mail.outbox == []


def test_a_mail_that_nobody_needs_any_more_is_dropped(letters):
    letters["7"] = None
    posting.post("letter", 7)
    assert send_due() == 0
    assert not Mail.objects.exists()


def test_it_waits_for_its_time(letters):
    letters["7"] = letter()
    posting.post("letter", 7, timezone.now() + timedelta(hours=1))
    assert send_due() == 0
    later()
    assert send_due() == 1


def test_a_kind_that_nobody_registered_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="registered"):
        posting.post("nothing", 1)


def test_one_mail_that_cannot_be_made_holds_up_no_other_and_is_logged_without_an_address(letters, caplog):
    letters["1"] = RuntimeError("ann@example.org is broken")
    letters["2"] = letter()
    posting.post("letter", 1)
    posting.post("letter", 2)
    assert send_due() == 1
    assert "letter 1" in caplog.text
    assert "ann@" not in caplog.text
    assert Mail.objects.get().due_at > timezone.now()


def test_it_tries_later_and_later_for_two_weeks_and_then_gives_up_with_a_line(letters, settings, caplog):
    settings.MAILERS = {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer",
                                    "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 2}}}  # fmt: skip
    letters["7"] = letter()
    posting.post("letter", 7)
    pauses = []
    for _ in range(4):
        before = timezone.now()
        send_due()
        pauses.append((Mail.objects.get().due_at - before).total_seconds())
        later()
    assert pauses[3] > 2 * pauses[0]
    later(wanted_at=timezone.now() - timedelta(days=13, hours=23))
    send_due()
    assert Mail.objects.exists()
    later(wanted_at=timezone.now() - timedelta(days=14, minutes=1))
    send_due()
    assert not Mail.objects.exists()
    assert (LostMail.objects.get().kind, LostMail.objects.get().key) == ("letter", "7")
    assert "given up" in caplog.text
    assert "ann@" not in caplog.text


def test_two_senders_never_claim_the_same_mail(letters):
    for number in range(6):
        posting.post("letter", number)
    first, second = leases.claim(Mail.objects.all(), 4), leases.claim(Mail.objects.all(), 4)
    assert (len(first), len(second)) == (4, 2)
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_a_lease_that_has_run_out_is_taken_over_and_its_former_holder_writes_nothing(letters):
    posting.post("letter", 7)
    former = leases.claim(Mail.objects.all(), 1)[0]
    former.leased_by = "another machine"
    Mail.objects.update(leased_by="another machine", lease_until=timezone.now() - timedelta(seconds=1))
    assert leases.claim(Mail.objects.all(), 1)
    assert not leases.renew(former)
    leases.release(former, None)
    assert Mail.objects.get().due_at is not None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite serves one machine, which has one clock.")
def test_a_machine_whose_clock_is_ahead_takes_no_lease_of_another(letters, monkeypatch):
    posting.post("letter", 7)
    (ours,) = leases.claim(Mail.objects.all(), 1)
    ahead = timezone.now() + 2 * leases.lease()
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    monkeypatch.setattr(leases, "_compared", None)
    Mail.objects.update(leased_by="another machine")
    assert leases.claim(Mail.objects.all(), 1) == []
    Mail.objects.update(leased_by=ours.leased_by)
    assert leases.renew(ours)
    assert Mail.objects.get().lease_until < ahead


HOLD = "from newsroom.outbox import leases; print(leases.holder(), flush=True); input()"


def test_what_a_killed_process_held_is_free_at_once_on_its_machine(letters):
    letters["7"] = letter()
    posting.post("letter", 7)
    env = clean_environment(DEMO="on", DATA_DIR=str(settings.DATA_DIR))
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", HOLD]
    other = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    name = other.stdout.readline().strip()
    Mail.objects.update(leased_by=name, lease_until=timezone.now() + leases.lease())
    assert send_due() == 0
    other.kill()
    other.wait()
    assert send_due() == 1


def test_the_same_mail_keeps_its_message_id_at_every_attempt(letters, settings, mail_server):
    settings.MAILERS = mail_server.mailer
    letters["7"] = letter("lost-answer@example.org")
    posting.post("letter", 7)
    assert send_due() == 0
    later()
    assert send_due() == 1
    ids = [one["id"] for one in mail_server.accepted if one["to"] == "lost-answer@example.org"]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("to", "result", "code"),
    [
        ("ann@example.org", Result.ACCEPTED, "250"),
        ("unknown@example.org", Result.UNKNOWN, "550 5.1.1"),
        ("full@example.org", Result.REFUSED, "552 5.2.2"),
        ("busy-once@example.org", Result.DEFERRED, "451 4.7.1"),
        ("ann@blocked.example", Result.REFUSED, "550 5.7.1"),
        ("lost-once@example.org", Result.LOST, ""),
    ],
)
def test_it_knows_what_the_answers_of_a_server_mean(settings, mail_server, to, result, code):
    settings.MAILERS = mail_server.mailer
    transport = Transport()
    answer = transport.send(letter(to))
    assert (answer.result, answer.code) == (result, code)
    assert transport.send(letter("after@example.org")).result is Result.ACCEPTED
    transport.close()


@pytest.mark.parametrize(
    ("code", "words", "at_rcpt", "result"),
    [
        (550, "no such user", True, Result.UNKNOWN),
        (550, "5.1.10 null MX", True, Result.UNKNOWN),
        (550, "blocked using a list", True, Result.REFUSED),
        (550, "5.1.8 sender's domain does not exist", True, Result.REFUSED),
        (550, "message content", False, Result.REFUSED),
        (554, "5.7.1 no access", True, Result.REFUSED),
        (554, "5.2.2 over quota", True, Result.REFUSED),
        (450, "4.1.1 mailbox busy", True, Result.DEFERRED),
        (421, "closing", False, Result.DEFERRED),
        (250, "2.0.0 taken", False, Result.ACCEPTED),
    ],
)
def test_only_an_unknown_mailbox_counts_as_one(code, words, at_rcpt, result):
    assert classify(code, words, at_rcpt).result is result


def test_one_connection_carries_many_messages_and_is_opened_anew_when_it_broke(settings, tmp_path):
    server = MailServer(tmp_path).start()
    settings.MAILERS = server.mailer
    transport = Transport()
    assert transport.send(letter()).result is Result.ACCEPTED
    kept = transport._mailer.connection
    assert transport.send(letter()).result is Result.ACCEPTED
    assert transport._mailer.connection is kept
    server.kill()
    assert transport.send(letter()).result is Result.UNREACHABLE
    server.start()
    assert transport.send(letter()).result is Result.ACCEPTED
    assert len(server.accepted) == 3
    transport.close()
    server.kill()


def test_nothing_leaves_where_it_is_unwanted_meanwhile(settings, mail_server):
    settings.MAILERS = mail_server.mailer
    before = len(mail_server.accepted)
    transport = Transport()
    assert transport.send(letter(), lambda: False).result is Result.UNWANTED
    with pytest.raises(ZeroDivisionError):
        transport.send(letter(), lambda: 1 / 0)
    assert len(mail_server.accepted) == before
    assert transport.send(letter(), lambda: True).result is Result.ACCEPTED
    transport.close()


def test_a_message_is_safe_on_the_wire(settings, mail_server):
    settings.MAILERS = mail_server.mailer
    message = EmailMultiAlternatives(
        "Grüße", f".\nFrom here\n{'wörter ' * 400}\n.hidden\n", to=["wire@example.org"]
    )
    message.attach_alternative(f"<p>{'ä' * 3000}</p>", "text/html")
    transport = Transport()
    assert transport.send(message).result is Result.ACCEPTED
    transport.close()
    path = max(mail_server.folder.glob("*.eml"))
    raw = path.read_bytes()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert raw.isascii()
    parsed = mail_server.messages[-1]
    assert parsed.defects == []
    assert parsed.get_body(("plain",)).get_content().splitlines() == message.body.splitlines()
    assert "ä" * 3000 in parsed.get_body(("html",)).get_content()


def test_a_provider_is_named_by_the_address_and_told_to_track_nobody():
    mailer = serviceurls.mailer_from_url("mailgun://key-1@mg.example.org?api_url=http://127.0.0.1:9/")
    assert mailer["BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert mailer["OPTIONS"]["api_key"] == "key-1"
    assert mailer["OPTIONS"]["sender_domain"] == "mg.example.org"
    assert mailer["OPTIONS"]["send_defaults"] == {"track_opens": False, "track_clicks": False}


@pytest.mark.parametrize("url", ["mailjet://only-one-key@", "postmark://", "pigeon://loft", "smtp://"])
def test_an_address_that_lacks_something_is_refused(url):
    with pytest.raises(serviceurls.ImproperlyConfigured):
        serviceurls.mailer_from_url(url)


def test_the_demo_writes_each_mail_into_a_file_of_its_own(tmp_path, settings, letters):
    settings.MAILERS = {"default": serviceurls.mailer_from_url(f"file://{tmp_path}")}
    letters["7"] = letter(subject="Grüße", body="Zeile\nZeile ສະບາຍດີ")
    posting.post("letter", 7)
    assert send_due() == 1
    [file] = tmp_path.glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (read["Subject"], read.get_content()) == ("Grüße", "Zeile\r\nZeile ສະບາຍດີ\r\n")
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
