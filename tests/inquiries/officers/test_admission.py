"""How the desk opens: by another officer, by a code from the server, and to an owner who proves the password."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from inquiries import rotation
from inquiries.models import AccountChange, Admission, Inquiry
from inquiries.officers.membership import GROUP, all_officers, is_officer
from newsroom.guard import encryption
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from tests.inquiries.conftest import DESK, a_form
from tests.servers import PASSWORD

from .test_takeover import NEW, heard, reset_password, sign_in

pytestmark = pytest.mark.django_db
OFFICERS = f"{DESK}officers/"


@pytest.fixture
def newcomer(officer, make_user):
    """Return a new officer who has not been let in."""
    person = make_user("ann", "Writer")
    person.groups.set([Group.objects.get(name=GROUP)])
    Mail.objects.all().delete()
    return person


def shown_state(client, user):
    """Return what the page of the officers says of an account, so that its form holds for no other state of it."""
    page = client.get(OFFICERS).content.decode()
    found = re.search(rf'name="account" value="{user.pk}".*?name="state" value="(\w+)"', page, re.DOTALL)
    return found[1] if found else ""


def let_in(client, user, **values):
    state = shown_state(client, user)
    return client.post(OFFICERS, {"account": user.pk, "state": state, "spoken": "on"} | values)


def code_for(username, capsys):
    call_command("let_officer_in", username)
    return re.match(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", capsys.readouterr().out)[0]


@pytest.mark.usefixtures("empty_office")
def test_the_first_officer_of_a_site_is_let_in(empty_office, make_user):
    person = make_user("ann", "Writer")
    person.groups.add(Group.objects.get(name=GROUP))
    assert is_officer(person)


def test_the_first_officer_after_a_demo_is_let_in_too(empty_office, make_user):
    from newsroom import demo
    from newsroom.sitesettings.models import SiteSettings

    SiteSettings(is_demo=True).save()
    shown = make_user("inquiries", GROUP)
    User.objects.filter(pk=shown.pk).update(email=demo.address_of("inquiries"))
    demo.clear()
    assert not Mail.objects.filter(kind="inquiry-account").exists()
    person = make_user("ann", "Writer")
    person.groups.add(Group.objects.get(name=GROUP))
    assert is_officer(person)


def test_the_officer_of_a_new_site_reads_once_the_invitation_is_followed(empty_office, client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
    call_command(
        "init_site", name="Ours", admin_username="head", admin_email="head@example.org",
        officer_email="ann@example.org", no_input=True,
    )  # fmt: skip
    reset_password(client, "ann@example.org", PASSWORD)
    sign_in(client, "ann@example.org", PASSWORD)
    assert client.get(DESK).status_code == 200


def test_another_officer_lets_somebody_in_once_they_have_spoken(desk, newcomer):
    page = desk.get(OFFICERS).content.decode()
    assert "nobody has let this account in yet" in page
    assert "ann@example.org" in page
    assert let_in(desk, newcomer, spoken="").status_code == 422
    assert not is_officer(newcomer)
    assert let_in(desk, newcomer).status_code == 302
    assert is_officer(newcomer)
    assert heard() == ["ann@example.org", "officer@example.org"]
    assert "By: officer" in mail.outbox[0].body
    sign_in(desk, "ann", PASSWORD)
    assert desk.get(DESK).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"email": "eve@example.org"}, {"username": "eve"}, {"password": "!"}, {"email": "ANN@example.org"}],
)
def test_what_an_officer_has_not_seen_of_an_account_is_not_let_in(desk, newcomer, change):
    state = shown_state(desk, newcomer)
    User.objects.filter(pk=newcomer.pk).update(**change)
    answer = let_in(desk, newcomer, state=state)
    assert answer.status_code == 422
    assert "changed after you opened this page" in answer.content.decode()
    assert not is_officer(User.objects.get(pk=newcomer.pk))
    assert let_in(desk, newcomer, state="").status_code == 422
    assert let_in(desk, newcomer).status_code == 302
    assert is_officer(User.objects.get(pk=newcomer.pk))


@pytest.mark.usefixtures("empty_office")
def test_nobody_lets_themselves_or_another_puppet_in(client, newcomer, make_user):
    second = make_user("ben", "Writer")
    second.groups.set([Group.objects.get(name=GROUP)])
    client.force_login(newcomer)
    for account in [newcomer, second]:
        assert let_in(client, account).status_code == 403
    assert {user.username for user in all_officers()} == {"officer"}


@pytest.mark.parametrize("account", ["", "0", "9" * 25, "x"])
def test_an_account_that_is_none_is_refused(desk, officer, newcomer, account):
    assert let_in(desk, newcomer, account=account).status_code == 422
    assert let_in(desk, officer).status_code == 422


def test_an_account_outside_the_group_cannot_be_let_in(desk, make_user):
    writer = make_user("ben", "Writer")
    assert let_in(desk, writer).status_code == 422
    assert not is_officer(writer)


def test_a_code_of_the_server_opens_once(client, newcomer, capsys):
    code = code_for("ann", capsys)
    client.force_login(newcomer)
    assert "let_officer_in ann" in client.get(DESK).content.decode()
    wrong = client.post(DESK, {"desk_code": "a" * 16, "desk_asked": "GET"})
    assert wrong.status_code == 403
    assert "does not open the desk" in wrong.content.decode()
    assert client.post(DESK, {"desk_code": code.upper(), "desk_asked": "GET"}).status_code == 302
    assert client.get(DESK).status_code == 200
    assert heard() == ["ann@example.org", "officer@example.org"]
    newcomer.email = "elsewhere@example.org"
    newcomer.save()
    client.force_login(newcomer)
    assert client.post(DESK, {"desk_code": code, "desk_asked": "GET"}).status_code == 403


def test_no_account_can_be_named_like_the_server(client, officer, newcomer, make_user, capsys):
    code = code_for("ann", capsys)
    client.force_login(newcomer)
    client.post(DESK, {"desk_code": code, "desk_asked": "GET"})
    server = AccountChange.objects.get(deeds=["let-in"], account="ann").by
    client.force_login(make_user("head", "Administrator"))
    form = {"username": server, "email": "b@example.org", "first_name": "", "last_name": ""}
    assert "errorlist" in client.post("/admin/auth/user/add/", form).text
    assert not User.objects.filter(username=server).exists()
    client.force_login(officer)
    assert client.get(OFFICERS).text.count(f">{server}<") == 1


def test_a_code_is_void_after_an_hour_and_after_a_change(client, newcomer, capsys):
    code = code_for("ann", capsys)
    Admission.objects.update(code_until=timezone.now() - datetime.timedelta(seconds=1))
    client.force_login(newcomer)
    assert client.post(DESK, {"desk_code": code}).status_code == 403
    code = code_for("ann", capsys)
    User.objects.filter(pk=newcomer.pk).update(email="attacker@example.net")
    assert client.post(DESK, {"desk_code": code}).status_code == 403


def test_the_command_says_what_is_wrong(newcomer, writer, officer, capsys):
    with pytest.raises(CommandError, match="no account named nobody"):
        call_command("let_officer_in", "nobody")
    with pytest.raises(CommandError, match="no active inquiry officer"):
        call_command("let_officer_in", "writer")
    call_command("let_officer_in", "officer")
    assert "open to officer already" in capsys.readouterr().out


def test_what_was_typed_waits_at_the_closed_door(desk, officer, inquiry, capsys):
    found = desk.get(f"{DESK}{inquiry.pk}/").context
    User.objects.filter(pk=officer.pk).update(email="elsewhere@example.org")
    form = {
        "action": "answer",
        "text": "Typed <before>",
        "once": found["once"],
        "last_entry": found["last_entry"],
    }
    closed = desk.post(f"{DESK}{inquiry.pk}/", form)
    assert closed.status_code == 403
    assert "Typed &lt;before&gt;</textarea>" in closed.content.decode()
    sent = form | {"desk_code": code_for("officer", capsys), "desk_asked": "POST"}
    assert desk.post(f"{DESK}{inquiry.pk}/", sent).status_code == 302
    assert inquiry.entries.last().words["text"] == "Typed <before>"


def test_ones_own_new_password_keeps_the_desk_open_and_is_told(desk, officer, make_user):
    Mail.objects.all().delete()
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert desk.post("/admin/password_change/", form).status_code == 302
    assert heard() == ["officer@example.org"]
    # A second mail tells the owner of the account alone.
    assert any("By: officer" in message.body for message in mail.outbox)
    assert desk.get(DESK).status_code == 200


def test_a_new_password_of_ones_own_opens_no_desk_that_was_closed(client, officer):
    reset_password(client, officer.email)
    sign_in(client, "officer", NEW)
    form = {"old_password": NEW, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert client.get(DESK).status_code == 403


def test_a_hash_that_signing_in_makes_stronger_keeps_the_desk_open(client, officer, settings):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    class Weak(Argon2PasswordHasher):
        time_cost, memory_cost, parallelism = 1, 64, 1

    Mail.objects.all().delete()
    officer.password = Weak().encode(PASSWORD, "a-salt-of-sixteen-letters")
    User.objects.filter(pk=officer.pk).update(password=officer.password)
    Admission.admit(officer)
    sign_in(client, "officer", PASSWORD)
    assert User.objects.get(pk=officer.pk).password != officer.password
    assert client.get(DESK).status_code == 200
    assert heard() == []


def invited(client, make_user):
    """Return an officer who was let in before the invitation was followed."""
    client.force_login(make_user("head", "Administrator", is_superuser=True))
    group = Group.objects.get(name=GROUP)
    client.post(
        "/admin/auth/user/add/", {"username": "ann", "email": "ann@example.org", "groups": [group.pk]}
    )
    person = User.objects.get(username="ann")
    Admission.admit(person)
    return person


def test_the_first_password_of_somebody_invited_keeps_the_desk_open(client, officer, make_user):
    person = invited(client, make_user)
    client.logout()
    reset_password(client, "ann@example.org")
    sign_in(client, "ann", NEW)
    assert client.get(DESK).status_code == 200
    assert is_officer(User.objects.get(pk=person.pk))


def test_the_first_password_that_a_superuser_sets_does_not(client, officer, make_user):
    person = invited(client, make_user)
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    client.post(f"/admin/auth/user/{person.pk}/password/", form)
    assert User.objects.get(pk=person.pk).has_usable_password()
    assert not is_officer(User.objects.get(pk=person.pk))


def test_the_first_page_of_the_admin_tells_both_sides(client, officer, newcomer):
    client.force_login(newcomer)
    assert "closed to your account" in client.get("/admin/").content.decode()
    client.force_login(officer)
    assert "1 officer waits to be let in" in client.get("/admin/").content.decode()


def test_mail_about_what_waits_goes_to_those_who_can_read_it(client, officer, newcomer):
    client.post("/inquiries/", a_form())
    send_due()
    assert [message.to for message in mail.outbox] == [["officer@example.org"]]
    assert Inquiry.objects.exists()


def test_keys_can_be_changed_while_notices_wait(officer, make_user, settings):
    officer.email = "new@example.org"
    officer.save()
    settings.INQUIRY_KEYS = [new_key(), *settings.INQUIRY_KEYS]
    assert not rotation.is_finished()
    list(rotation.rotate())
    assert rotation.is_finished()
    settings.INQUIRY_KEYS = settings.INQUIRY_KEYS[:1]
    assert "officer@example.org" in heard()
    assert Admission.objects.get(user=officer).address() == "officer@example.org"


def test_a_lost_key_does_not_close_the_desk_for_good(officer, settings):
    settings.INQUIRY_KEYS = [new_key()]
    assert is_officer(officer)
    assert Admission.objects.get(user=officer).address() == ""
    with pytest.raises(encryption.Unreadable):
        Admission.objects.get(user=officer).words  # noqa: B018 - reading raises


def new_key():
    from newsroom.configuration.environment import new_encryption_key

    return new_encryption_key()


def test_officers_can_look_up_what_happened(desk, officer, make_user):
    other = make_user("other", GROUP)
    other.email = "else@example.org"
    other.save()
    page = desk.get(OFFICERS).content.decode()
    assert "has another mail address" in page
    assert "else@example.org" in page
    assert AccountChange.objects.filter(account="other").exists()
