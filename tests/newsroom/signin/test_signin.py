"""Signing in: throttled, by invitation, and with a new password by mail."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom import settings as site_settings
from newsroom.outbox import sending
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from newsroom.signin import attempts
from newsroom.signin.passwords import RESETS
from tests.servers import free_port

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def link_in(text):
    return re.search(r"https?://[^/\s]+(/admin/password/\S+)", text)[1]


def invite(client, **values):
    group = Group.objects.get(name="Writer")
    return client.post(
        "/admin/auth/user/add/",
        {"username": "ann", "email": "ann@example.org", "first_name": "Ann", "groups": [group.pk]} | values,
        follow=True,
    )


def choose_password(client, link, password):
    form = client.get(link, follow=True)
    return client.post(
        form.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True
    )


def test_an_invitation_is_a_mail_with_a_link_to_choose_a_password(client, admin_user):
    client.force_login(admin_user)
    answer = invite(client)
    assert "on its way to ann@example.org" in answer.content.decode()
    send_due()
    user = User.objects.get(username="ann")
    assert user.is_staff
    assert not user.has_usable_password()
    assert [group.name for group in user.groups.all()] == ["Writer"]
    message = mail.outbox[0]
    assert message.to == ["ann@example.org"]
    assert message.alternatives
    client.logout()
    choose_password(client, link_in(message.body), "harbour-lantern-orchard")
    assert client.post(LOGIN, {"username": "ann", "password": "harbour-lantern-orchard"}).status_code == 302
    client.logout()
    again = client.get(link_in(message.body), follow=True)
    assert "new_password1" not in again.content.decode()


def test_an_invitation_can_be_sent_again_until_there_is_a_password(client, admin_user, make_user):
    waiting = User.objects.create(username="ann", email="ann@example.org", is_staff=True)
    waiting.set_unusable_password()
    waiting.save()
    done = make_user("done", "Writer")
    client.force_login(admin_user)
    client.post("/admin/auth/user/", {"action": "invite_again", "_selected_action": [waiting.pk, done.pk]})
    send_due()
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]


def test_two_accounts_never_share_an_address(client, admin_user, make_user):
    make_user("other", "Writer")
    client.force_login(admin_user)
    answer = invite(client, email="OTHER@example.org")
    assert "Another account has this address already." in answer.content.decode()


def test_a_forgotten_password_is_replaced_by_mail_and_nobody_learns_who_has_an_account(client, writer):
    known = client.post("/admin/password/", {"email": "WRITER@example.org"}, follow=True)
    unknown = client.post("/admin/password/", {"email": "nobody@example.org"}, follow=True)
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    assert send_due() == 1
    assert mail.outbox[0].body.count(settings.SITE_URL) == 1
    choose_password(client, link_in(mail.outbox[0].body), "orchard-lantern-harbour")
    writer.refresh_from_db()
    assert writer.check_password("orchard-lantern-harbour")


def test_a_mailbox_is_not_flooded_with_resets(client, writer):
    for _ in range(RESETS.times + 3):
        client.post("/admin/password/", {"email": "writer@example.org"})
    assert send_due() == RESETS.times


def test_an_invitation_outlasts_a_mail_server_that_is_down(client, admin_user, settings):
    working = settings.MAILERS
    settings.MAILERS = {
        "default": {
            "BACKEND": "newsroom.outbox.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 2},
        }
    }
    client.force_login(admin_user)
    invite(client)
    assert User.objects.filter(username="ann").exists()
    assert send_due() == 0
    settings.MAILERS = working
    sending.transport.close()
    Mail.objects.update(due_at=timezone.now())
    assert send_due() == 1


def test_no_row_holds_the_link_to_a_password(client, writer):
    client.post("/admin/password/", {"email": "writer@example.org"})
    assert list(Mail.objects.values_list("kind", "key")) == [("password_wanted", "0")]


def test_an_address_with_an_account_costs_the_same_work_as_one_without(client, writer):
    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            client.post("/admin/password/", {"email": address})
        return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]

    asked("warms-up@example.org")
    assert asked("writer@example.org") == asked("nobody@example.org")


def test_a_link_goes_to_the_address_of_the_account_alone(client, writer):
    writer.email = "mike@example.org"
    writer.save()
    client.post("/admin/password/", {"email": "mıke@example.org"})  # a dotless i
    client.post("/admin/password/", {"email": "MIKE@example.org"})
    send_due()
    assert [message.to for message in mail.outbox] == [["mike@example.org"]]


def test_one_network_asks_for_few_links(client, writer):
    for number in range(35):
        client.post("/admin/password/", {"email": f"somebody-{number}@example.org"})
    assert Mail.objects.count() == 30


def test_an_invitation_that_waits_is_dropped_once_there_is_a_password(client, admin_user):
    client.force_login(admin_user)
    invite(client)
    user = User.objects.get(username="ann")
    user.set_password("harbour-lantern-orchard")
    user.save()
    assert send_due() == 0
    assert not Mail.objects.exists()


def test_guessing_is_stopped_for_a_while_even_with_the_right_password(client, writer):
    wrong = {"username": "writer", "password": "wrong"}
    answers = [client.post(LOGIN, wrong).status_code for _ in range(attempts.PAIR.times)]
    assert answers[0] == 200
    locked = client.post(LOGIN, {"username": "writer", "password": writer.raw_password})
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert "script" not in locked.content.decode()


def test_passwords_are_argon2(writer):
    assert writer.password.startswith("argon2$argon2id$")
    assert site_settings.PASSWORD_HASHERS == ["newsroom.signin.hashing.QueuedArgon2"]


def test_the_sign_in_page_leads_to_a_new_password(client):
    page = client.get(LOGIN)
    assert "/admin/password/" in page.content.decode()


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/password/", "/admin/password/sent/", "/admin/password/set/",
                                  "/admin/password/MQ/abc-def/", "/admin/", "/admin/articles/article/", "/admin/jsi18n/"])  # fmt: skip
def test_every_page_of_the_admin_is_strict_and_kept_nowhere(client, admin_user, path):
    if "password" not in path and "login" not in path:
        client.force_login(admin_user)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_only_pages_with_an_editor_relax_the_policy(client, admin_user, make_article):
    client.force_login(admin_user)
    policy = client.get("/admin/articles/article/add/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "script-src-attr 'unsafe-inline'" in policy
    policy = client.get("/admin/articles/callout/add/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_the_admin_bears_the_name_of_the_site(client):
    from newsroom.sitesettings.models import SiteSettings

    SiteSettings(name="Mekong Watch <3").save()
    assert "Mekong Watch &lt;3" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "leads", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_who_signs_in_is_led_to_no_other_site_but_to_the_first_page(client, writer, leads):
    sent = {"username": writer.username, "password": writer.raw_password, "next": leads}
    assert client.post(LOGIN, sent).headers["Location"] == "/admin/"
