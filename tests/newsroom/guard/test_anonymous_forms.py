"""What guards a form that anybody may send: where it comes from, how often, and whether a person filled it in."""

import datetime as dt
import time

import pytest
from django import forms
from django.core import signing
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from newsroom.guard import spamtrap
from newsroom.guard.origin import anonymous_form
from newsroom.guard.throttle import Limit, network
from newsroom.storage.filecache import LockedFileCache

OWN = "http://testserver"


@anonymous_form
def view(request):
    return HttpResponse("done")


@pytest.mark.parametrize(
    ("origin", "fetch_site", "status"),
    [
        (None, None, 200),  # text browsers, old phones, programs
        (OWN, "same-origin", 200),
        (OWN, None, 200),
        ("null", "same-origin", 200),  # what browsers send from our pages, under no-referrer
        ("null", "none", 200),
        ("null", None, 200),  # the same from an old Safari
        (None, "same-origin", 200),
        ("null", "cross-site", 403),
        ("null", "same-site", 403),
        (None, "cross-site", 403),
        ("https://elsewhere.example", "cross-site", 403),
        ("https://elsewhere.example", None, 403),
        ("https://elsewhere.example", "same-origin", 403),
        ("http://testserver.elsewhere.example", None, 403),
        ("https://testserver", None, 403),
        ("http://testserver:81", None, 403),
        ("", None, 403),
        ("garbage", None, 403),
    ],
)
@pytest.mark.django_db
def test_a_form_from_another_site_is_refused_and_one_that_does_not_say_is_accepted(
    origin, fetch_site, status
):
    headers = {"Origin": origin, "Sec-Fetch-Site": fetch_site}
    request = RequestFactory().post("/", headers={k: v for k, v in headers.items() if v is not None})
    response = view(request)
    assert response.status_code == status
    assert not response.cookies


@pytest.mark.django_db
def test_the_refusal_says_how_to_send_it_all_the_same_and_reading_is_never_refused(client):
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    refused = client.post("/newsletter/", {"address": "a@example.org"}, headers=foreign)
    assert refused.status_code == 403
    assert 'href="/newsletter/"' in refused.text
    assert refused["Cache-Control"] == "no-store"
    assert client.get("/newsletter/", headers=foreign).status_code == 200


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_visitor_counts_with_the_whole_network(address, seen):
    assert network(RequestFactory().get("/", REMOTE_ADDR=address)) == seen


def test_a_limit_counts_each_on_its_own_and_opens_again_when_its_time_is_over():
    limit = Limit("test", 2, 1)
    assert [limit.hit("a") for _ in range(4)] == [True, True, False, False]
    assert limit.hit("b")
    assert not Limit("test", 2, 1).hit("a")
    assert Limit("other", 2, 1).hit("a")
    time.sleep(1.05)
    assert limit.hit("a")


def test_a_counter_in_the_file_cache_keeps_its_end(tmp_path):
    store = LockedFileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 100}})
    store.add("key", 0, 1000)
    before = store._ends_at("key", None)
    assert [store.incr("key"), store.incr("key")] == [1, 2]
    assert abs(store._ends_at("key", None) - before) < 1
    store.set("endless", 1, None)
    assert store.incr("endless") == 2
    assert store._ends_at("endless", None) is None
    with pytest.raises(ValueError, match="missing"):
        store.incr("missing")
    assert isinstance(caches["default"], LockedFileCache)


def test_the_file_cache_stays_about_as_small_as_it_was_told(tmp_path):
    store = LockedFileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 200}})
    for number in range(2000):
        store.set(str(number), 1)
    assert len(list(tmp_path.glob("*.djcache"))) < 1500


class LetterForm(spamtrap.SpamTrap):
    text = forms.CharField()


def sent(seconds_later, monkeypatch, **values):
    """Return the form as it comes back so many seconds after it was opened."""
    token = spamtrap.opened_now()
    later = timezone.now() + dt.timedelta(seconds=seconds_later)
    monkeypatch.setattr(timezone, "now", lambda: later)
    return LetterForm({"text": "Hello", "opened": token} | values)


@pytest.mark.parametrize("seconds", [3, 3600, 10 * 365 * 86_400])
def test_a_person_takes_a_while_and_any_while_is_fine(monkeypatch, seconds):
    form = sent(seconds, monkeypatch)
    assert form.is_valid()
    assert not form.is_trapped


def test_who_is_faster_than_a_person_sees_the_form_once_more_with_what_was_typed(monkeypatch):
    form = sent(0, monkeypatch)
    assert not form.is_valid()
    assert form["text"].value() == "Hello"
    opened = form["opened"].value()
    monkeypatch.undo()
    again = sent(3, monkeypatch, opened=opened)
    assert again.is_valid()


@pytest.mark.parametrize("token", ["", "forged", "MQ:1tabcd:forged"])
def test_a_time_that_we_did_not_write_is_replaced_and_the_form_shown_once_more(monkeypatch, token):
    form = sent(100, monkeypatch, opened=token)
    assert not form.is_valid()
    assert spamtrap.seconds_since(form["opened"].value()) < 2


@pytest.mark.parametrize("value", [None, "x", [], 1.5, 10**400, -(10**400)])
def test_a_signed_time_that_is_none_is_replaced_too(monkeypatch, value):
    form = sent(100, monkeypatch, opened=signing.dumps(value, salt=spamtrap.SALT))
    assert not form.is_valid()
    assert spamtrap.seconds_since(form["opened"].value()) < 2


def test_the_field_that_people_do_not_see_traps_a_robot(monkeypatch):
    form = sent(100, monkeypatch, website="https://casino.example")
    assert form.is_trapped
    assert 'autocomplete="off"' in str(form["website"])
    assert form["website"].label == "Leave this field empty"
