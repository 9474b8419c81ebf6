"""The second factor: asked for, good once, recovered, required after days of grace, and reset by a colleague."""

import base64
import datetime as dt
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as site_settings
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP

from articles.models import Article
from inquiries import rotation
from newsroom.backups.models import Erasure
from newsroom.editing.kept import KEPT
from newsroom.guard import encryption
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from newsroom.signin.events import forget_old
from newsroom.signin.models import AppendOnly, FactorRequest, RecoveryCode, SecondFactor, SignInEvent
from newsroom.signin.secondfactor import codes, factors, totp

pytestmark = pytest.mark.django_db
LOGIN, PAGE = "/admin/login/", "/admin/second-factor/"


def code_of(secret, steps=0):
    """Return the code that an app shows now, or so many steps from now."""
    app = TOTP(base64.b32decode(secret))
    app.time = time.time() + 30 * steps
    return f"{app.token():06}"


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]


@pytest.fixture
def app(writer):
    """Return the secret of the writer's app, whose present code is not used yet."""
    secret = totp.new_secret()
    codes = factors.set_up(writer, secret, step=0)
    Mail.objects.all().delete()
    writer.recovery = codes
    return secret


def password_typed(user, client=None, **more):
    return (client or Client()).post(LOGIN, {"username": user.username, "password": user.raw_password} | more)


def typed(page, code, client=None, **more):
    proof = hidden(page, "sign_in_proof")
    return (client or Client()).post(LOGIN, {"sign_in_proof": proof, "sign_in_code": code} | more)


def is_in(client):
    return client.get("/admin/").status_code == 200


def kinds():
    return list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_it_is_set_up_by_a_first_code_and_shows_recovery_codes_once(client, writer):
    password_typed(writer, client)
    page = client.get(PAGE)
    assert 'src="data:image/svg+xml' in page.text
    assert 'name="password"' not in page.text
    key = re.search(r'class="app-key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    form = {"sign_in_secret": hidden(page, "sign_in_secret")}
    wrong = client.post(PAGE, form | {"sign_in_code": "000000"})
    assert "not right" in wrong.text and not SecondFactor.objects.exists()
    assert key in wrong.text.replace(" ", "")
    done = client.post(PAGE, form | {"sign_in_code": code_of(key)}, follow=True)
    shown = re.findall(r"<code>([A-Z2-7-]{19})</code>", done.text)
    assert len(set(shown)) == factors.CODES
    assert shown[0] not in client.get(PAGE).text
    factor = SecondFactor.objects.get()
    assert key not in factor.sealed and encryption.decrypt(factor.sealed) == key
    assert not any(
        code.replace("-", "") in row.digest.upper() for row in RecoveryCode.objects.all() for code in shown
    )
    assert is_in(client)
    send_due()
    assert "second factor set up" in mail.outbox[-1].subject


def test_a_form_that_is_sent_twice_makes_one_factor(client, writer):
    password_typed(writer, client)
    page = client.get(PAGE)
    key = re.search(r'class="app-key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    form = {"sign_in_secret": hidden(page, "sign_in_secret"), "sign_in_code": code_of(key)}
    assert [client.post(PAGE, form).status_code for _ in range(2)] == [302, 200]
    assert factors.set_up(writer, key, 0) == []
    shown = re.findall(r"<code>([A-Z2-7-]{19})</code>", client.get(PAGE).text)
    assert factors.accept(writer, shown[0])


def test_a_new_password_by_mail_opens_nothing_without_the_code(client, writer, app):
    client.post("/admin/password/", {"email": writer.email})
    send_due()
    link = re.search(r"https?://[^/\s]+(/admin/password/\S+)", mail.outbox[-1].body)[1]
    path = client.get(link, follow=True).request["PATH_INFO"]
    client.post(path, {"new_password1": "a-long-new-sentence", "new_password2": "a-long-new-sentence"})
    writer.raw_password = "a-long-new-sentence"
    assert password_typed(writer, client)["X-Sign-In"] == "code"
    assert not is_in(client)


def test_a_session_that_was_left_open_needs_the_password_to_set_up(client, writer):
    client.force_login(writer)
    session = client.session
    session["began"] -= 3600
    session.save()
    page = client.get(PAGE)
    assert 'name="password"' in page.text
    key = re.search(r'class="app-key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    form = {"sign_in_secret": hidden(page, "sign_in_secret"), "sign_in_code": code_of(key)}
    assert "password was not right" in client.post(PAGE, form | {"password": "wrong"}).text
    assert not SecondFactor.objects.exists()
    assert client.post(PAGE, form | {"password": writer.raw_password}).status_code == 302
    assert SecondFactor.objects.exists()


def test_a_password_alone_signs_nobody_in(client, writer, app):
    page = password_typed(writer, client)
    assert page.status_code == 200 and page["X-Sign-In"] == "code"
    assert not is_in(client)
    assert writer.raw_password not in page.text
    assert "not right" in typed(page, "000000", client).text
    assert not is_in(client)
    assert typed(page, code_of(app), client, next="/admin/").status_code == 302
    assert is_in(client)


def test_a_code_is_good_once(writer, app):
    code = code_of(app)
    assert typed(password_typed(writer), code).status_code == 302
    again = typed(password_typed(writer), code)
    assert again.status_code == 200 and "used already" in again.text
    assert typed(password_typed(writer), code_of(app, 1)).status_code == 302
    assert typed(password_typed(writer), code).status_code == 200


def test_a_code_of_another_minute_is_refused(writer, app):
    page = password_typed(writer)
    assert typed(page, code_of(app, 5)).status_code == 200
    assert typed(page, code_of(app, -5)).status_code == 200
    assert typed(page, code_of(app, -1)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_the_same_code_at_once_one_signs_in(writer, app, file_database):
    code, ready = code_of(app), threading.Barrier(6)

    def send():
        ready.wait(10)
        try:
            return factors.accept(writer, code)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        pytest.skip("one process writes at a time")
    with ThreadPoolExecutor(6) as pool:
        assert sum(one.result() for one in [pool.submit(send) for _ in range(6)]) == 1


def test_a_recovery_code_is_good_once_in_any_spelling(writer, app):
    first, second = writer.recovery[:2]
    assert typed(password_typed(writer), first.lower().replace("-", " ")).status_code == 302
    assert typed(password_typed(writer), first).status_code == 200
    assert typed(password_typed(writer), second).status_code == 302
    assert factors.codes_left(writer) == factors.CODES - 2
    send_due()
    assert any("recovery code" in one.subject for one in mail.outbox)


def test_new_recovery_codes_end_the_former_ones_and_take_a_code(client, writer, app):
    client.force_login(writer)
    assert "not right" in client.post(PAGE, {"sign_in_code": "000000", "codes": ""}).text
    page = client.post(PAGE, {"sign_in_code": code_of(app), "codes": ""}, follow=True)
    new = re.findall(r"<code>([A-Z2-7-]{19})</code>", page.text)
    assert len(new) == factors.CODES
    assert typed(password_typed(writer), writer.recovery[0]).status_code == 200
    assert typed(password_typed(writer), new[0]).status_code == 302


def test_the_app_is_taken_away_by_a_code_alone(client, writer, app):
    client.force_login(writer)
    client.post(PAGE, {"sign_in_code": "000000", "off": ""})
    assert SecondFactor.objects.exists()
    client.post(PAGE, {"sign_in_code": code_of(app), "off": ""})
    assert not SecondFactor.objects.exists()
    assert password_typed(writer).status_code == 302


def test_the_proof_of_a_password_is_good_for_its_account_and_a_while(writer, app, editor, monkeypatch):
    page = password_typed(writer)
    forged = Client().post(LOGIN, {"sign_in_proof": "x", "sign_in_code": code_of(app)})
    assert forged.status_code == 200 and "took too long" in forged.text
    later = time.time() + 3600
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: later)
        assert typed(page, code_of(app)).status_code == 200
    writer.set_password("another-long-sentence")
    writer.save(update_fields=["password"])
    assert typed(page, code_of(app)).status_code == 200
    assert not is_in(Client())


def test_a_dialog_sends_password_and_code_at_once(client, writer, app):
    """The dialog over a page whose session has ended asks for the code when it is told to."""
    asked = password_typed(writer, client, next="/admin/")
    assert asked["X-Sign-In"] == "code"
    assert password_typed(writer, client, sign_in_code="000000")["X-Sign-In"] == "code"
    assert password_typed(writer, client, sign_in_code=code_of(app)).status_code == 302
    assert is_in(client)


def test_what_was_typed_waits_behind_both_steps(client, writer, app):
    own = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
    page = client.post("/admin/articles/article/add/", {"title": "My long text"}, **own)
    assert f'name="{KEPT}title"' in page.text
    kept = {f"{KEPT}title": "My long text"}
    sign_in = {"username": "writer", "password": writer.raw_password}
    page = client.post("/admin/articles/article/add/", sign_in | kept, **own)
    assert "My long text" in page.text and 'name="sign_in_code"' in page.text
    proof = {"sign_in_proof": hidden(page, "sign_in_proof"), "sign_in_code": code_of(app)}
    done = client.post("/admin/articles/article/add/", proof | kept, **own)
    assert Article.objects.get().title == "My long text" and done.status_code == 302
    assert is_in(client)


def test_wrong_codes_close_the_second_step_but_not_to_the_browser_of_the_owner(writer, app):
    owner = Client()
    assert typed(password_typed(writer, owner), code_of(app), owner).status_code == 302
    owner.post("/admin/logout/")
    Mail.objects.all().delete()
    page = password_typed(writer)
    answers = [
        Client()
        .post(
            LOGIN,
            {"sign_in_proof": hidden(page, "sign_in_proof"), "sign_in_code": f"{number:06}"},
            REMOTE_ADDR=f"198.51.{number}.1",
        )
        .status_code
        for number in range(codes.ACCOUNT.times + 5)
    ]
    assert answers.count(200) == codes.ACCOUNT.times and set(answers[codes.ACCOUNT.times :]) == {429}
    assert typed(page, code_of(app, 1)).status_code == 429
    assert kinds().count("wrong-codes") == 1 and Mail.objects.count() == 1
    assert typed(password_typed(writer, owner), code_of(app, 1), owner).status_code == 302


def test_it_is_required_after_days_of_grace(client, writer, settings):
    settings.REQUIRE_2FA, settings.REQUIRE_2FA_DAYS = True, 14
    assert password_typed(writer, client).status_code == 302
    assert "Set up a second factor until" in client.get("/admin/").text
    FactorRequest.objects.update(asked_at=timezone.now() - dt.timedelta(days=15))
    other = Client()
    page = password_typed(writer, other)
    assert page.status_code == 200 and page["X-Sign-In"] == "set-up"
    assert not is_in(other)
    key = re.search(r'class="app-key">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    form = {name: hidden(page, name) for name in ("sign_in_proof", "sign_in_secret")}
    wrong = other.post(LOGIN, form | {"sign_in_code": "000000"})
    assert "not right" in wrong.text and not is_in(other)
    form = {name: hidden(wrong, name) for name in ("sign_in_proof", "sign_in_secret")}
    done = other.post(LOGIN, form | {"sign_in_code": code_of(key)}, follow=True)
    assert done.request["PATH_INFO"] == PAGE
    assert len(re.findall(r"<code>([A-Z2-7-]{19})</code>", done.text)) == factors.CODES
    assert is_in(other)
    assert password_typed(writer)["X-Sign-In"] == "code"


def test_nothing_is_required_where_it_is_off(client, writer, settings):
    settings.REQUIRE_2FA = False
    assert password_typed(writer, client).status_code == 302
    assert not FactorRequest.objects.exists()
    assert "second factor until" not in client.get("/admin/").text


def test_an_administrator_resets_a_colleagues_lost_factor(make_user, writer, app, admin_user):
    head = make_user("head", "Administrator")
    own = totp.new_secret()
    factors.set_up(head, own, step=0)
    theirs, client = Client(), Client()
    theirs.force_login(writer)
    client.force_login(head)
    Mail.objects.all().delete()
    form = {"action": "reset_second_factor", "_selected_action": [writer.pk, head.pk]}
    page = client.post("/admin/auth/user/", form, follow=True)
    assert "of 1 account was taken away" in page.text
    assert list(SecondFactor.objects.values_list("user__username", flat=True)) == ["head"]
    assert not is_in(theirs)
    line = SignInEvent.objects.get(kind="factor-reset")
    assert (line.account, line.by) == ("writer", "head")
    send_due()
    assert sorted(one.to[0] for one in mail.outbox) == [
        "admin@example.org",
        "head@example.org",
        "writer@example.org",
    ]
    assert all("By: head" in one.body for one in mail.outbox)
    assert password_typed(writer).status_code == 302


def test_nobody_else_resets_a_factor_and_no_administrator_that_of_a_superuser(
    make_user, editor, writer, app, admin_user
):
    factors.set_up(admin_user, totp.new_secret(), step=0)
    client, head = Client(), Client()
    client.force_login(editor)
    form = {"action": "reset_second_factor", "_selected_action": [writer.pk, admin_user.pk]}
    assert client.post("/admin/auth/user/", form).status_code == 403
    head.force_login(make_user("head", "Administrator"))
    head.post("/admin/auth/user/", form)
    assert list(SecondFactor.objects.values_list("user__username", flat=True)) == ["admin"]


def test_a_command_resets_it_for_the_last_administrator(admin_user, capsys):
    factors.set_up(admin_user, totp.new_secret(), step=0)
    call_command("reset_second_factor", "admin")
    assert "is taken away" in capsys.readouterr().out
    assert not SecondFactor.objects.exists()
    assert SignInEvent.objects.filter(kind="factor-reset", account="admin", by="(manage.py)").exists()
    for name, told in [("admin", "no second factor"), ("nobody", "no account")]:
        with pytest.raises(CommandError, match=told):
            call_command("reset_second_factor", name)


def test_a_backup_brings_back_no_factor_that_was_lost_since(writer, app):
    number = SecondFactor.objects.get().number
    factors.reset(writer, by="head")
    lines = Erasure.objects.filter(kind=factors.LOST)
    assert lines.count() == 1
    SecondFactor.objects.create(user=writer, number=number, sealed=encryption.encrypt(app))
    assert factors.redo(list(lines)) == 1
    assert not SecondFactor.objects.exists()


def test_the_key_of_an_app_is_encrypted_anew_with_the_inquiries(writer, app, settings):
    new = Fernet.generate_key().decode()
    settings.INQUIRY_KEYS = [new, *site_settings.INQUIRY_KEYS]
    assert not rotation.is_finished()
    list(rotation.rotate())
    settings.INQUIRY_KEYS = [new]
    assert rotation.is_finished()
    assert typed(password_typed(writer), code_of(app)).status_code == 302


def test_administrators_read_the_log_and_nobody_changes_it(make_user, writer, editor):
    writer.groups.add(Group.objects.get(name="Editor"))
    password_typed(writer)
    assert SignInEvent.objects.filter(kind="rights", account="writer", detail="+Editor").exists()
    head = Client()
    head.force_login(make_user("head", "Administrator"))
    page = head.get("/admin/signin/signinevent/")
    assert "+Editor" in page.text and "signed in on a new device" in page.text
    assert "127.0.0.1" not in page.text and "writer@example.org" not in page.text
    line = SignInEvent.objects.first()
    assert head.get("/admin/signin/signinevent/add/").status_code == 403
    for path in [f"{line.pk}/change/", f"{line.pk}/delete/"]:
        assert (
            head.post(f"/admin/signin/signinevent/{path}", {"account": "x", "post": "yes"}).status_code == 403
        )
    other = Client()
    other.force_login(editor)
    assert other.get("/admin/signin/signinevent/").status_code == 403
    for change in [
        line.save,
        line.delete,
        SignInEvent.objects.all().delete,
        lambda: SignInEvent.objects.update(by="x"),
    ]:
        with pytest.raises(AppendOnly):
            change()


def test_the_log_is_kept_for_as_long_as_is_set(writer, settings):
    settings.SIGN_IN_LOG_DAYS = 30
    number = SignInEvent.objects.count()
    old_line(dt.timedelta(days=31))
    assert SignInEvent.objects.count() == number + 1
    forget_old()
    assert SignInEvent.objects.count() == number


def old_line(age):
    """Write a line as it was stored some time ago; returns its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signin_signinevent (at, kind, account, by, detail) VALUES (%s, 'rights', 'x', 'x', '')",
            [timezone.now() - age],
        )
    return SignInEvent.objects.order_by("pk").last().pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signin_signinevent SET account = 'x' WHERE id = %s",
        "UPDATE signin_signinevent SET at = at WHERE id = %s",
        "DELETE FROM signin_signinevent WHERE id = %s",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(db, settings, statement):
    refuses(settings, statement)


@pytest.mark.parametrize("replacing", ["INSERT OR REPLACE", "INSERT"])
def test_it_refuses_to_write_another_line_in_the_place_of_one(db, settings, replacing):
    if replacing != "INSERT" and connection.vendor != "sqlite":
        pytest.skip("words of SQLite")
    upsert = " ON CONFLICT (id) DO UPDATE SET account = 'y'" if replacing == "INSERT" else ""
    line = "SELECT id, at, kind, 'y', by, detail FROM signin_signinevent WHERE id = %s"
    into = "signin_signinevent (id, at, kind, account, by, detail)"
    refuses(settings, f"{replacing} INTO {into} {line}{upsert}")


def refuses(settings, statement):
    """Assert that the database refuses a statement about a line that is to be kept."""
    settings.SIGN_IN_LOG_DAYS = 30
    forget_old()
    key = old_line(dt.timedelta(days=29))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [key])
    assert SignInEvent.objects.get(pk=key).account == "x"


@pytest.mark.parametrize("role", ["Writer", "Inquiry officer"])
def test_the_owner_hears_once_of_a_new_device_and_of_a_new_password(make_user, role):
    person, client = make_user("ida", role), Client()
    send_due()
    mail.outbox.clear()
    password_typed(person, client)
    client.post("/admin/logout/")
    password_typed(person, client)
    new = "another-long-sentence"
    client.post(
        "/admin/password_change/",
        {"old_password": person.raw_password, "new_password1": new, "new_password2": new},
    )
    send_due()
    told = [one.subject for one in mail.outbox if person.email in one.recipients()]
    assert len(told) == 2 and "new device" in told[0]
    assert told[1] == {
        "Writer": "Newsroom, your account: new password",
        "Inquiry officer": "An account that reads inquiries has changed",
    }.get(role)
    assert kinds()[-3:] == ["new-device", "signed-in", "password"]
    assert User.objects.get(pk=person.pk).check_password(new)
