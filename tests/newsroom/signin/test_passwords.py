"""A new password is written alone: what others change about the account while it is hashed stays as they made it."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from newsroom.outbox.sending import send_due
from tests.hashers import QuickArgon2
from tests.servers import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another-long-sentence"


class Meanwhile(QuickArgon2):
    """A hasher during whose work somebody else changes accounts."""

    deeds = []

    def encode(self, password: str, salt: str) -> str:
        hashed = super().encode(password, salt)
        while self.deeds:
            self.deeds.pop()()
        return hashed


@pytest.fixture
def meanwhile(settings):
    """Return a function that takes what happens to accounts while the next password is hashed."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Meanwhile"]
    yield Meanwhile.deeds.append
    Meanwhile.deeds.clear()


def change_own(client):
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    return client.post("/admin/password_change/", form, follow=True)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def link(client, writer):
    """Return the page of a mailed link to a new password, opened."""
    client.post("/admin/password/", {"email": writer.email})
    send_due()
    found = re.search(r"https?://[^/\s]+(/admin/password/\S+)", mail.outbox[-1].body)[1]
    return client.get(found, follow=True).request["PATH_INFO"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "new@example.org"}])
@pytest.mark.parametrize("way", ["own", "link"])
def test_what_an_administrator_changes_at_that_moment_stays_and_the_password_is_refused(
    client, writer, link, meanwhile, way, change
):
    meanwhile(lambda: User.objects.filter(pk=writer.pk).update(**change))
    if way == "own":
        change_own(signed_in(writer))
    else:
        page = client.post(link, {"new_password1": NEW, "new_password2": NEW}, follow=True)
        assert "The password reset link was invalid" in page.content.decode()
    stored = User.objects.get(pk=writer.pk)
    assert {name: getattr(stored, name) for name in change} == change
    assert stored.check_password(PASSWORD)


def test_a_password_that_a_superuser_sets_at_that_moment_wins(writer, meanwhile):
    given = User(username="given")
    given.set_password("a-password-that-was-given")
    meanwhile(lambda: User.objects.filter(pk=writer.pk).update(password=given.password))
    page = change_own(signed_in(writer))
    assert User.objects.get(pk=writer.pk).check_password("a-password-that-was-given")
    assert page.redirect_chain


def test_a_link_works_once_even_where_it_is_used_twice_at_one_moment(client, writer, link, meanwhile):
    other = client.get(link)
    assert other.status_code == 200
    thief = Client()
    thief.cookies = client.cookies
    first = {"new_password1": "the-password-of-the-first", "new_password2": "the-password-of-the-first"}
    meanwhile(lambda: thief.post(link, first))
    client.post(link, {"new_password1": NEW, "new_password2": NEW})
    assert User.objects.get(pk=writer.pk).check_password("the-password-of-the-first")


def test_a_password_given_by_a_superuser_switches_nobody_on_again(writer, make_user, meanwhile):
    head = signed_in(make_user("head", "Administrator", is_superuser=True))
    meanwhile(lambda: User.objects.filter(pk=writer.pk).update(is_active=False))
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert head.post(f"/admin/auth/user/{writer.pk}/password/", form).status_code == 302
    stored = User.objects.get(pk=writer.pk)
    assert not stored.is_active
    assert stored.check_password(NEW)


def test_an_account_that_is_deleted_at_that_moment_stays_deleted(client, writer, link, meanwhile):
    meanwhile(lambda: User.objects.filter(pk=writer.pk).delete())
    page = client.post(link, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert page.status_code == 200
    assert not User.objects.filter(pk=writer.pk).exists()
