"""A thousand guesses, in a short form: the account is safe, its owner and a colleague sign in, and nothing grows."""

import pytest
from django.apps import apps
from django.test import Client

from newsroom.signin import attempts
from newsroom.signin.models import SignInEvent
from tests.hashers import QuickArgon2

pytestmark = pytest.mark.django_db
LOGIN, GUESSES = "/admin/login/", 250
WAYS = {
    "one address": lambda number: "203.0.113.7",
    "many": lambda number: f"10.{number // 200}.{number % 200}.9",
}


def signs_in(user, client=None, address="192.0.2.9"):
    form = {"username": user.username, "password": user.raw_password}
    return (client or Client()).post(LOGIN, form, REMOTE_ADDR=address).status_code == 302


@pytest.mark.parametrize("way", WAYS)
def test_an_account_is_safe_and_its_owner_and_a_colleague_sign_in(writer, editor, way, monkeypatch):
    owner, hashed = Client(), []
    assert signs_in(writer, owner)
    owner.post("/admin/logout/")
    verify = QuickArgon2.verify
    monkeypatch.setattr(QuickArgon2, "verify", lambda self, *told: hashed.append(1) or verify(self, *told))
    before = {model: model._default_manager.count() for model in apps.get_models()}
    statuses = [
        Client()
        .post(LOGIN, {"username": "writer", "password": f"guess {number}"}, REMOTE_ADDR=WAYS[way](number))
        .status_code
        for number in range(GUESSES)
    ]
    most = attempts.PAIR.times if way == "one address" else attempts.ACCOUNT.times
    assert 302 not in statuses and statuses.count(429) >= GUESSES - most
    assert len(hashed) <= most  # what is refused is not hashed
    grown = {model: model._default_manager.count() - number for model, number in before.items()}
    grown = {model: number for model, number in grown.items() if number}
    assert sum(number for model, number in grown.items() if model._meta.app_label != "guard") <= 1, grown
    assert SignInEvent.objects.filter(kind="guessed").count() == (way == "many")
    assert signs_in(writer, owner)
    assert signs_in(editor)
