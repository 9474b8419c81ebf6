"""An administrator who wants to read inquiries: every way to an officer's account is heard, and leads to a closed desk."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.db import connection
from django.utils import timezone

from inquiries.officers.membership import GROUP
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from tests.inquiries.conftest import DESK
from tests.servers import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another-long-sentence"
EVIL = "attacker@example.net"


@pytest.fixture
def other(make_user):
    return make_user("other", GROUP)


@pytest.fixture
def administrator(client, officer, other, make_user):
    """Return the browser of a signed-in superuser who is no officer; nothing waits to be mailed."""
    client.force_login(make_user("head", "Administrator", is_superuser=True))
    Mail.objects.all().delete()
    return client


def save_account(client, user, **values):
    """Save the form of an account as an administrator does."""
    form = {
        "username": user.username, "email": user.email, "is_active": "on", "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
    } | values  # fmt: skip
    return client.post(
        f"/admin/auth/user/{user.pk}/change/", {name: value for name, value in form.items() if value}
    )


def reset_password(client, address, password=NEW):
    """Ask for a new password at an address, and set it through the mail that comes."""
    client.post("/admin/password/", {"email": address})
    mail.outbox.clear()
    send_due()
    link = re.search(
        r"https?://[^/\s]+(/admin/password/\S+)", next(m.body for m in mail.outbox if "/password/" in m.body)
    )[1]
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def sign_in(client, username, password):
    client.logout()
    assert client.post("/admin/login/", {"username": username, "password": password}).status_code == 302


def heard():
    """Send what waits, and return who gets a mail about an account that reads inquiries."""
    mail.outbox.clear()
    while send_due():
        pass
    return sorted(
        message.to[0] for message in mail.outbox if "reads inquiries has changed" in message.subject
    )


def desk_is_open(client, inquiry):
    """Return whether the signed-in person reads the inquiry; asks every page of the desk."""
    pages = [client.get(f"{DESK}{path}") for path in (f"{inquiry.pk}/", "", "log/", "figures/", "export/")]
    pages += [
        client.get("/admin/inquiries/cannedanswer/"),
        client.get("/admin/inquiries/desksettings/1/change/"),
    ]
    shown = [page for page in pages if inquiry.words["reference"] in page.content.decode()]
    answered = {page.status_code for page in pages}
    assert answered in ({200}, {403}), answered
    assert bool(shown) == (answered == {200})
    return bool(shown)


def test_an_address_that_was_changed_and_a_new_password_there_open_nothing(administrator, inquiry, officer):
    save_account(administrator, officer, email=EVIL)
    assert heard() == ["officer@example.org", "other@example.org"]
    reset_password(administrator, EVIL)
    sign_in(administrator, "officer", NEW)
    assert not desk_is_open(administrator, inquiry)


def test_an_address_that_was_put_back_opens_nothing(administrator, inquiry, officer):
    save_account(administrator, officer, email=EVIL)
    save_account(administrator, User.objects.get(pk=officer.pk), email="officer@example.org")
    assert heard().count("officer@example.org") == 2
    sign_in(administrator, "officer", PASSWORD)
    assert not desk_is_open(administrator, inquiry)
    assert "its mail address was changed" in administrator.get(DESK).content.decode()


def test_an_address_that_was_put_back_lets_no_new_password_in_either(administrator, inquiry, officer):
    """A form for one's own password may have been open when the address changed."""
    stale = User.objects.get(pk=officer.pk)
    save_account(administrator, officer, email=EVIL)
    stale.set_password(NEW)
    stale.has_proven_password = True
    stale.save(update_fields=["password"])
    save_account(administrator, User.objects.get(pk=officer.pk), email="officer@example.org")
    sign_in(administrator, "officer", NEW)
    assert not desk_is_open(administrator, inquiry)


def test_two_officers_led_elsewhere_at_once_are_both_heard(administrator, officer, other):
    save_account(administrator, officer, email=EVIL)
    save_account(administrator, other, email="second@example.net")
    assert heard() == [EVIL, *["officer@example.org"] * 2, *["other@example.org"] * 2]


def test_the_second_change_a_week_later_reaches_the_first_officer_too(administrator, officer, other):
    save_account(administrator, officer, email=EVIL)
    heard()
    save_account(administrator, other, email="second@example.net")
    assert set(heard()) >= {"officer@example.org", "other@example.org"}


def test_a_password_that_was_reset_by_mail_opens_nothing_by_itself(client, inquiry, officer, other):
    Mail.objects.all().delete()
    reset_password(client, officer.email)
    sign_in(client, "officer", NEW)
    assert not desk_is_open(client, inquiry)


def test_a_reset_is_heard_at_the_old_address_where_the_new_one_comes_with_it(administrator, officer):
    save_account(administrator, officer, email=EVIL)
    reset_password(administrator, EVIL)
    assert "officer@example.org" in heard()


def test_a_password_that_a_superuser_sets_opens_nothing(administrator, inquiry, officer):
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    administrator.post(f"/admin/auth/user/{officer.pk}/password/", form)
    assert heard() == ["officer@example.org", "other@example.org"]
    sign_in(administrator, "officer", NEW)
    assert not desk_is_open(administrator, inquiry)


def test_taking_the_password_away_and_inviting_again_opens_nothing(administrator, inquiry, officer):
    administrator.post(
        f"/admin/auth/user/{officer.pk}/password/", {"usable_password": "false", "unset-password": "1"}
    )
    assert heard() == ["officer@example.org", "other@example.org"]
    save_account(administrator, User.objects.get(pk=officer.pk), email=EVIL)
    administrator.post("/admin/auth/user/", {"action": "invite_again", "_selected_action": [officer.pk]})
    reset_password(administrator, EVIL)
    sign_in(administrator, "officer", NEW)
    assert not desk_is_open(administrator, inquiry)


@pytest.mark.parametrize("way", ["the form", "a new account"])
def test_whoever_an_administrator_makes_an_officer_is_not_let_in(administrator, inquiry, make_user, way):
    group = Group.objects.get(name=GROUP)
    if way == "the form":
        save_account(administrator, make_user("puppet", "Writer"), groups=[group.pk])
    else:
        form = {"username": "puppet", "email": "puppet@example.org", "groups": [group.pk]}
        administrator.post("/admin/auth/user/add/", form)
    assert heard() == ["officer@example.org", "other@example.org", "puppet@example.org"]
    puppet = User.objects.get(username="puppet")
    puppet.set_password(NEW)
    puppet.save()
    sign_in(administrator, "puppet", NEW)
    assert not desk_is_open(administrator, inquiry)


@pytest.mark.parametrize("change", [{"is_active": ""}, {"is_staff": ""}, {"groups": []}])
def test_an_account_that_was_off_comes_back_to_a_closed_desk(administrator, inquiry, officer, change):
    everything = {"is_active": "on", "is_staff": "on", "groups": [Group.objects.get(name=GROUP).pk]}
    save_account(administrator, officer, **everything | change)
    assert heard() == ["officer@example.org", "other@example.org"]
    save_account(administrator, officer, **everything)
    assert heard() == ["officer@example.org", "other@example.org"]
    sign_in(administrator, "officer", PASSWORD)
    assert not desk_is_open(administrator, inquiry)


def test_an_address_that_changes_while_the_account_is_switched_off_is_heard(administrator, officer):
    save_account(administrator, officer, is_active="", email=EVIL)
    assert heard() == ["officer@example.org", "other@example.org"]


def test_another_user_name_is_heard(administrator, officer):
    save_account(administrator, officer, username="somebody")
    assert heard() == ["officer@example.org", "other@example.org"]
    assert "officer" in mail.outbox[0].body
    assert "another user name" in mail.outbox[0].body


def test_a_deletion_from_the_list_is_heard_by_its_owner_and_names_who_did_it(administrator, officer):
    administrator.post(
        "/admin/auth/user/",
        {"action": "delete_selected", "_selected_action": [officer.pk], "post": "yes"},
    )
    assert not User.objects.filter(pk=officer.pk).exists()
    assert heard() == ["officer@example.org", "other@example.org"]
    assert "By: head" in mail.outbox[0].body


def test_what_was_undone_before_the_mail_left_is_told_all_the_same(administrator, officer, make_user):
    puppet = make_user("puppet", "Writer")
    group = Group.objects.get(name=GROUP)
    save_account(administrator, puppet, groups=[group.pk])
    save_account(administrator, puppet, groups=[Group.objects.get(name="Writer").pk])
    heard()
    told = "\n".join(message.body for message in mail.outbox)
    assert "puppet" in told
    assert "became an inquiry officer" in told


@pytest.mark.parametrize("column", ["email", "password"])
def test_a_change_past_the_site_closes_the_desk_too(client, inquiry, officer, column):
    from django.contrib.auth.hashers import make_password

    value = EVIL if column == "email" else make_password(NEW)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE auth_user SET {column} = %s WHERE id = %s", [value, officer.pk])
    client.force_login(User.objects.get(pk=officer.pk))
    assert not desk_is_open(client, inquiry)


def test_a_clean_slate_makes_nobody_the_first_officer_again(
    administrator, inquiry, officer, other, make_user
):
    User.objects.filter(pk__in=[officer.pk, other.pk]).delete()
    inquiry.delete()
    puppet = make_user("puppet", "Writer")
    save_account(administrator, puppet, groups=[Group.objects.get(name=GROUP).pk])
    sign_in(administrator, "puppet", PASSWORD)
    assert administrator.get(DESK).status_code == 403


def test_no_row_holds_an_address_in_plain_letters_and_none_is_left(administrator, officer):
    save_account(administrator, officer, email=EVIL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_mail")
        rows = repr(cursor.fetchall())
    assert "example." not in rows
    heard()
    assert not Mail.objects.exists()


def test_an_officer_whose_address_changes_is_signed_out_everywhere(client, officer, make_user, other):
    theirs = type(client)()
    theirs.force_login(officer)
    assert theirs.get("/admin/").status_code == 200
    client.force_login(make_user("head", "Administrator"))
    save_account(client, officer, email="new@example.org")
    assert theirs.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_session_does_not_come_back_with_its_account(client, officer):
    client.force_login(officer)
    client.get("/admin/")
    for is_active in [False, True]:
        officer.is_active = is_active
        officer.save()
    assert client.get("/admin/").status_code == 302


def test_what_signing_in_writes_is_no_change(client, officer):
    Mail.objects.all().delete()
    officer.last_login = timezone.now()
    officer.save()
    assert heard() == []
