"""A wrong password at the mail server: said once in the log, shown to staff while it lasts, and no mail is lost."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from newsletter.models import Delivery, Issue
from newsletter.sending import jobs, lifecycle
from newsroom.outbox import posting, sending, troubles
from newsroom.outbox.models import LostMail, Mail, Trouble
from newsroom.outbox.replies import Result
from newsroom.outbox.sending import send_due
from newsroom.outbox.transport import Transport
from tests.servers import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
WORDS = "535 5.7.8 Username and Password not accepted for ann@example.org"


@pytest.fixture(autouse=True)
def letters(monkeypatch):
    monkeypatch.setattr(troubles, "_looked_at", float("-inf"))
    posting.renderers()["letter"] = lambda key: EmailMessage(
        "Hello", "Good morning.", to=[f"{key}@example.org"]
    )


class Passwords:
    """Takes one password, and says of others what large providers say."""

    def __init__(self):
        self.password, self.needs = b"right", True

    def __call__(self, server, session, envelope, mechanism, data):
        if data.password == self.password:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=WORDS)

    async def handle_DATA(self, server, session, envelope):
        return "250 OK"


@pytest.fixture
def server(settings):
    """Return a mail server that asks for a password, ours being wrong, as the setting of the site."""
    passwords = Passwords()
    running = Controller(
        passwords, hostname="127.0.0.1", port=free_port(), authenticator=passwords,
        auth_required=True, auth_require_tls=False,
    )  # fmt: skip
    running.start()
    options = {"host": "127.0.0.1", "port": running.port, "timeout": 5, "username": "us", "password": "wrong"}
    settings.MAILERS = {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": options}}
    yield passwords
    sending.transport.close()
    running.stop()


def later(**values):
    Mail.objects.update(due_at=timezone.now(), **values)


def test_it_is_logged_once_a_state_with_the_servers_words_and_no_address(server, caplog):
    posting.post("letter", "ben")
    for _ in range(3):
        send_due()
        later()
    lines = [line for line in caplog.messages if "sign-in" in line]
    assert len(lines) == 1
    assert "535 5.7.8 Username and Password not accepted" in lines[0]
    assert "ann@" not in caplog.text
    server.password = b"wrong"  # somebody has put it right
    assert send_due() == 1
    assert sum("takes mail again" in line for line in caplog.messages) == 1
    server.password = b"right"
    sending.transport.close()
    posting.post("letter", "ben")
    send_due()
    assert sum("sign-in" in line for line in caplog.messages) == 2


def test_staff_see_it_first_with_the_words_and_how_long_it_has_lasted(server, client, writer, admin_user):
    posting.post("letter", "ben")
    posting.post("letter", "cleo")
    send_due()
    Trouble.objects.update(since=timezone.now() - timedelta(days=2, hours=3))
    for user in (writer, admin_user):
        client.force_login(user)
        text = client.get("/admin/").text.replace("\xa0", " ")
        assert (
            "No mail has left for 2 days, 3 hours: the mail server refuses our sign-in (535 5.7.8 Username"
            in text
        )
        assert "2 mails wait." in text
        assert "ann@" not in text
    server.password = b"wrong"
    later()
    send_due()
    assert "No mail has left" not in client.get("/admin/").text


def test_a_server_out_of_reach_is_another_state(server, client, admin_user, settings, caplog):
    posting.post("letter", "ben")
    send_due()
    down = {"host": "127.0.0.1", "port": free_port(), "timeout": 2}
    settings.MAILERS = {"default": {"BACKEND": "newsroom.outbox.smtp.Mailer", "OPTIONS": down}}
    sending.transport.close()
    for _ in range(2):
        later()
        send_due()
    assert [trouble.kind for trouble in Trouble.objects.all()] == ["reach"]
    assert sum("reached" in line for line in caplog.messages) == 1
    client.force_login(admin_user)
    assert "can’t be reached" in client.get("/admin/").text


def test_a_newsletter_waits_and_says_so_too(
    server,
    site,
    make_issue,
    make_article,
    make_subscriber,
):
    make_subscriber("ann@example.org")
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    jobs._silent_until = 0.0
    jobs.send_due()
    assert Trouble.objects.get().kind == "sign-in"
    assert Delivery.objects.get().state == Delivery.State.QUEUED
    server.password = b"wrong"
    jobs._silent_until = 0.0
    jobs.send_due()
    assert not Trouble.objects.exists()
    issue.refresh_from_db()
    assert issue.state == Issue.State.SENT


def test_a_server_that_wants_a_sign_in_we_do_not_offer_is_told_apart_too(server, settings):
    settings.MAILERS["default"]["OPTIONS"] |= {"username": "", "password": ""}
    answer = Transport().send(EmailMessage("Hello", "x", to=["ben@example.org"]))
    assert (answer.result, answer.code, answer.is_sign_in) == (Result.UNREACHABLE, "530", True)


def test_mail_waits_two_weeks_and_then_lies_where_administrators_can_send_it_again(
    server, client, make_user, caplog, settings
):
    posting.post("letter", "ben")
    later(wanted_at=timezone.now() - timedelta(days=13, hours=23))
    send_due()
    assert Mail.objects.exists()
    later(wanted_at=timezone.now() - timedelta(days=14, minutes=1))
    send_due()
    assert not Mail.objects.exists()
    assert "The mail letter ben was given up" in caplog.text
    client.force_login(make_user("boss", "Administrator"))
    assert "1 mail was given up after two weeks" in client.get("/admin/").text
    lost = LostMail.objects.get()
    page = client.get("/admin/outbox/lostmail/")
    assert page.status_code == 200
    assert (
        "<h1>Mails that did not leave</h1>" in page.text
    )  # Django: 'Select mail that did not leave to view'
    form = {"action": "send_again", "_selected_action": [lost.pk]}
    assert "1 mail leaves again" in client.post("/admin/outbox/lostmail/", form, follow=True).text
    assert not LostMail.objects.exists()
    server.password = b"wrong"
    assert send_due() == 1
    assert mail.outbox == []  # it left by the real server


def test_others_than_administrators_do_not_see_what_was_lost(client, editor):
    LostMail.objects.create(kind="letter", key="ben", wanted_at=timezone.now())
    client.force_login(editor)
    assert "given up" not in client.get("/admin/").text
    assert client.get("/admin/outbox/lostmail/").status_code == 403


def test_what_was_lost_is_forgotten_after_three_months(db):
    for days in (89, 91):
        then = timezone.now() - timedelta(days=days)
        LostMail.objects.create(kind="letter", key=str(days), wanted_at=then, lost_at=then)
    troubles.forget_lost()
    assert LostMail.objects.get().key == "89"
