"""Signing out everywhere: oneself by a button, others by an administrator, and by itself where an account changes."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

pytestmark = pytest.mark.django_db
EVERYWHERE = "/admin/sign-out-everywhere/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    return client


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_a_button_on_every_page_signs_out_on_every_device(editor, writer):
    phone, desktop, other = signed_in(editor), signed_in(editor), signed_in(writer)
    assert f'action="{EVERYWHERE}"' in desktop.get("/admin/articles/article/").content.decode()
    answer = desktop.post(EVERYWHERE, follow=True)
    assert "2 sessions of yours were ended" in answer.content.decode()
    assert not is_in(phone)
    assert not is_in(desktop)
    assert is_in(other)


def test_it_takes_a_form_of_ones_own(editor):
    client = signed_in(editor)
    assert client.get(EVERYWHERE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(EVERYWHERE).status_code == 403
    assert is_in(client)
    assert Client().post(EVERYWHERE).status_code == 302


def test_an_administrator_ends_the_sessions_of_others_and_of_no_superuser(make_user, editor, admin_user):
    theirs, root = signed_in(editor), signed_in(admin_user)
    head = signed_in(make_user("head", "Administrator"))
    form = {"action": "sign_out", "_selected_action": [editor.pk, admin_user.pk]}
    answer = head.post("/admin/auth/user/", form, follow=True)
    assert "1 session was ended" in answer.content.decode()
    assert not is_in(theirs)
    assert is_in(root)
    assert is_in(head)


def test_an_editor_ends_no_sessions_of_others(editor, writer):
    theirs = signed_in(writer)
    client = signed_in(editor)
    assert (
        client.post("/admin/auth/user/", {"action": "sign_out", "_selected_action": [writer.pk]}).status_code
        == 403
    )
    assert is_in(theirs)


@pytest.mark.parametrize("change", [{"email": "new@example.org"}, {"is_active": False}, {"is_staff": False},
                                    {"username": "renamed"}])  # fmt: skip
def test_an_account_that_changes_is_signed_out(editor, writer, change):
    theirs, other = signed_in(editor), signed_in(writer)
    for name, value in change.items():
        setattr(editor, name, value)
    editor.save(update_fields=list(change))
    assert not is_in(theirs)
    assert is_in(other)
    User.objects.filter(pk=editor.pk).update(is_active=True, is_staff=True)
    assert not is_in(theirs)


def test_what_is_no_such_change_ends_nothing(editor):
    theirs = signed_in(editor)
    editor.first_name = "Ann"
    editor.save()
    editor.save(update_fields=["last_login"])
    assert is_in(theirs)


def test_a_new_password_of_ones_own_keeps_this_session_alone(editor):
    from tests.servers import PASSWORD

    here, there = signed_in(editor), signed_in(editor)
    form = {
        "old_password": PASSWORD,
        "new_password1": "another-long-sentence",
        "new_password2": "another-long-sentence",
    }
    assert here.post("/admin/password_change/", form).status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_who_changes_the_own_address_stays_signed_in_here(make_user):
    head = make_user("head", "Administrator")
    here, there = signed_in(head), signed_in(head)
    here.post(
        f"/admin/auth/user/{head.pk}/change/",
        {"username": "head", "email": "new@example.org", "is_active": "on"},
    )
    assert User.objects.get(pk=head.pk).email == "new@example.org"
    assert is_in(here)
    assert not is_in(there)
    assert Session.objects.count() == 1


def test_the_worker_deletes_sessions_that_have_ended(client, editor):
    from datetime import timedelta

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from newsroom.outbox import worker

    client.force_login(editor)
    ended = timezone.now() - timedelta(minutes=1)
    Session.objects.create(session_key="over", session_data="", expire_date=ended)
    worker.jobs()["sessions"].run()
    assert [session.session_key for session in Session.objects.all()] == [client.session.session_key]
