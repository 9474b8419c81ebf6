"""Signing up: one box on every page, one answer for everybody."""

import pytest
from django.test import Client

from newsletter.models import Wish

pytestmark = pytest.mark.django_db
SENT = "/newsletter/sign-up/sent/"


@pytest.fixture
def visitor():
    """Return a browser whose forms are checked as in real life."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("path", ["/", "/news/", "/countries/", "/nowhere/"])
def test_the_box_stands_on_every_page_and_holds_no_token(visitor, path):
    text = visitor.get(path).text
    assert "Sign up for our monthly newsletter to stay up to date with news and events" in text
    assert 'action="/newsletter/"' in text
    assert 'type="hidden"' not in text


def test_the_box_alone_is_enough(visitor):
    response = visitor.post("/newsletter/", {"address": " Ann@Example.org "})
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert not response.cookies
    assert Wish.objects.get().address == "Ann@Example.org"
    assert "mailbox" in visitor.get(SENT).text


@pytest.mark.parametrize("address", ["", "ann", "ann@", "@example.org", "a b@example.org", "ann@localhost"])
def test_a_wrong_address_comes_back_with_what_was_typed_and_what_is_wrong(visitor, address):
    response = visitor.post("/newsletter/", {"address": address})
    assert response.status_code == 422
    assert "field-error" in response.text
    assert f'value="{address}"' in response.text or not address
    assert not Wish.objects.exists()


def test_a_robot_gets_the_same_answer_and_nothing_is_kept(visitor):
    response = visitor.post(
        "/newsletter/", {"address": "ann@example.org", "opened": "", "website": "https://casino.example"}
    )
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert not Wish.objects.exists()


def test_many_sign_ups_from_one_network_see_the_whole_form_and_then_none(visitor):
    answers = [visitor.post("/newsletter/", {"address": f"{n}@example.org"}).status_code for n in range(62)]
    assert answers[:10] == [302] * 10
    assert set(answers[10:60]) == {200}
    assert answers[60:] == [429, 429]
    assert Wish.objects.count() == 10
    elsewhere = visitor.post("/newsletter/", {"address": "b@example.org"}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 302


def test_one_address_that_comes_again_and_again_is_answered_and_dropped(visitor):
    for _ in range(7):
        assert visitor.post("/newsletter/", {"address": "ann@example.org"})["Location"] == SENT
    assert Wish.objects.count() == 5
