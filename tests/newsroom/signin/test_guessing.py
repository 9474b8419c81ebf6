"""Guessing passwords: who is stopped, when, and who is not."""

import datetime as dt
import io
import threading
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.guard.door import Door
from newsroom.guard.turns import Busy, Turns
from newsroom.signin import attempts, devices, hashing

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
ADDRESSES = {
    "one address": lambda number: "203.0.113.7",
    "an IPv4 /24": lambda number: f"203.0.113.{number + 1}",
    "an IPv4 /24 in IPv6": lambda number: f"::ffff:203.0.113.{number + 1}",
    "an IPv6 /64": lambda number: f"2001:db8:1:2::{number + 1:x}",
    "an IPv6 /48": lambda number: f"2001:db8:1:{number + 1:x}::1",
}


def guess(username="writer", password="wrong", address="203.0.113.7", client=None):
    """Post the sign-in form without any cookie, and return the status."""
    form = {"username": username, "password": password}
    return (client or Client()).post(LOGIN, form, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("name", ADDRESSES)
def test_one_account_is_closed_to_a_network_that_guesses(writer, name):
    statuses = [guess(address=ADDRESSES[name](number)) for number in range(40)]
    assert statuses.count(200) < attempts.PAIR.times
    assert set(statuses[attempts.PAIR.times :]) == {429}
    assert guess(password=writer.raw_password, address=ADDRESSES[name](41)) == 429
    assert guess(password=writer.raw_password, address="198.51.100.1") == 302


@pytest.mark.parametrize("spelling", ["Writer", "WRITER", "ｗｒｉｔｅｒ"])
def test_another_spelling_of_a_name_is_no_other_account(writer, spelling):
    statuses = [guess(spelling if number % 2 else "writer") for number in range(12)]
    assert statuses[-1] == 429


def test_many_names_from_one_network_close_it(writer):
    statuses = [guess(f"name{number}", address=f"203.0.113.{number % 250}") for number in range(40)]
    assert statuses.count(200) < attempts.NETWORK.times
    assert guess(password=writer.raw_password) == 429
    assert guess(password=writer.raw_password, address="198.51.100.1") == 302


def test_an_account_is_closed_to_guesses_from_many_networks(writer):
    statuses = [guess(address=f"198.51.{number}.1") for number in range(70)]
    assert statuses.count(200) < attempts.ACCOUNT.times
    assert guess(password=writer.raw_password, address="192.0.2.1") == 429


def test_what_is_refused_in_one_network_does_not_close_the_account_everywhere(writer):
    for _ in range(120):
        guess()
    assert guess(password=writer.raw_password, address="198.51.100.1") == 302


def test_nobody_shuts_an_owner_out_of_the_browser_that_is_known(writer):
    owner = Client()
    assert guess(password=writer.raw_password, client=owner) == 302
    owner.post("/admin/logout/")
    for number in range(60):
        guess(address=f"198.51.{number}.1")
    for _ in range(45):
        guess()
    assert guess(password=writer.raw_password) == 429
    assert guess(password=writer.raw_password, client=owner) == 302


def test_a_known_browser_has_a_limit_of_its_own(writer):
    owner = Client()
    guess(password=writer.raw_password, client=owner)
    owner.post("/admin/logout/")
    assert [guess(client=owner) for _ in range(12)][-1] == 429
    assert guess(password=writer.raw_password, client=owner) == 429
    assert guess(password=writer.raw_password, address="198.51.100.1") == 302


def test_a_browser_is_known_for_the_accounts_that_signed_in_there_alone(writer, make_user):
    make_user("other", "Editor")
    owner = Client()
    guess(password=writer.raw_password, client=owner)
    owner.post("/admin/logout/")
    assert [guess("other", client=owner) for _ in range(12)][-1] == 429
    assert guess("other") == 429
    assert guess(password=writer.raw_password, client=owner) == 302


def test_a_forged_or_stale_cookie_makes_no_browser_known(writer, rf, monkeypatch):
    owner = Client()
    guess(password=writer.raw_password, client=owner)
    cookie = owner.cookies[devices.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")
    assert "writer" not in cookie.value

    def asking(value):
        request = rf.get(LOGIN)
        request.COOKIES[devices.COOKIE] = value
        return request

    assert devices.known(asking(cookie.value), "writer")
    assert devices.known(asking(cookie.value), "WRITER")
    assert not devices.known(asking(cookie.value), "admin")
    for forged in ["", "x", cookie.value[:-1], "a" + cookie.value, cookie.value.split(":")[0]]:
        assert not devices.known(asking(forged), "writer"), forged
    later = timezone.now() + dt.timedelta(seconds=devices.KEPT + 60)
    monkeypatch.setattr("time.time", later.timestamp)
    assert not devices.known(asking(cookie.value), "writer")


def test_no_visitor_opens_a_lock_by_filling_the_cache(writer, make_resource):
    for _ in range(attempts.PAIR.times):
        guess()
    for number in range(30):
        Client().get(f"/resources/?country={number}")
    cache.clear()
    assert guess(password=writer.raw_password) == 429


def test_a_typing_error_is_forgiven_by_the_right_password(writer):
    for _ in range(3):
        assert [guess() for _ in range(attempts.PAIR.times - 1)][-1] == 200
        assert guess(password=writer.raw_password) == 302


def test_an_own_account_gives_nobody_more_guesses_at_others(writer, make_user):
    make_user("own", "Writer")
    for _ in range(4):
        for number in range(9):
            guess(f"name{number}")
        guess("own", "harbour-lantern-orchard")
    assert guess("somebody") == 429


def test_the_page_says_when_and_is_kept_nowhere(writer):
    for _ in range(attempts.PAIR.times):
        guess()
    page = Client().post(LOGIN, {"username": "writer", "password": "x"}, REMOTE_ADDR="203.0.113.7")
    assert "in 15 minutes" in page.text
    assert 800 < int(page["Retry-After"]) <= 900
    assert page["Cache-Control"] == "no-store"


def test_the_old_password_cannot_be_guessed_in_a_session_left_open(writer):
    left_open = Client()
    left_open.force_login(writer)
    form = {
        "old_password": "wrong",
        "new_password1": "a-long-new-sentence",
        "new_password2": "a-long-new-sentence",
    }
    answers = [
        left_open.post("/admin/password_change/", form).status_code for _ in range(attempts.PAIR.times + 1)
    ]
    assert answers == [200] * attempts.PAIR.times + [429]
    right = left_open.post("/admin/password_change/", form | {"old_password": writer.raw_password})
    assert right.status_code == 429
    writer.refresh_from_db()
    assert writer.check_password(writer.raw_password)


def posted(door, form, **values):
    """Send a sign-in through the door, and return the status and how many queries it took."""
    body = urlencode(form).encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": LOGIN, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "REMOTE_ADDR": "203.0.113.7", "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
    } | values  # fmt: skip
    statuses = []
    request_started.disconnect(close_old_connections)  # the test itself is inside a transaction
    try:
        with CaptureQueriesContext(connection) as captured:
            b"".join(door(environ, lambda status, headers: statuses.append(status)))
    finally:
        request_started.connect(close_old_connections)
    return int(statuses[0][:3]), len(captured)


def test_a_network_that_keeps_failing_is_refused_at_the_door(writer):
    owner = Client()
    guess(password=writer.raw_password, client=owner)
    csrf = Client()
    token = csrf.get(LOGIN).context["csrf_token"]
    cookies = f"csrftoken={csrf.cookies['csrftoken'].value}"
    form = {"username": "writer", "password": "wrong", "csrfmiddlewaretoken": token}
    door = Door(WSGIHandler(), is_known=devices.is_in_header)
    answers = [
        posted(door, form | {"username": f"name{number}"}, HTTP_COOKIE=cookies)
        for number in range(attempts.NETWORK.times + 2)
    ]
    assert answers[-1] == (429, 0)
    right = form | {"password": writer.raw_password}
    assert posted(door, right, HTTP_COOKIE=cookies) == (429, 0)
    assert posted(door, right, HTTP_COOKIE=cookies, REMOTE_ADDR="198.51.100.1")[0] == 302
    known = f"{cookies}; {devices.COOKIE}={owner.cookies[devices.COOKIE].value}"
    assert posted(door, right, HTTP_COOKIE=known)[0] == 302
    forged = f"{cookies}; {devices.COOKIE}=forged"
    assert posted(door, right, HTTP_COOKIE=forged) == (429, 0)


def test_hashes_fit_into_64_megabytes_and_older_ones_are_renewed(client, settings):
    hasher = hashing.QueuedArgon2()
    assert hasher.memory_cost * 1024 <= 64_000_000
    encoded = hasher.encode("harbour", "a-salt-of-some-length-22")
    assert encoded.startswith("argon2$argon2id$v=19$m=61440,t=3,p=1$")
    assert hasher.verify("harbour", encoded)
    assert not hasher.verify("other", encoded)
    older = make_password("harbour", hasher=_Former())
    assert hasher.verify("harbour", older)
    assert hasher.must_update(older)


class _Former(hashing.QueuedArgon2):
    time_cost, memory_cost, parallelism = 2, 102_400, 8


def test_one_works_one_waits_and_all_others_are_told_at_once():
    turns, release, told = Turns(waiting=1, patience=5), threading.Event(), []

    def work():
        try:
            with turns.take():
                release.wait(5)
                told.append("worked")
        except Busy:
            told.append("busy")
            release.set()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["busy", "worked", "worked"]


def test_who_has_waited_too_long_is_told_so_and_leaves_room():
    turns = Turns(waiting=1, patience=0.05)
    with turns.take():
        for _ in range(3):
            with pytest.raises(Busy), turns.take():
                pass
    with turns.take():
        pass


@pytest.mark.parametrize("path", [LOGIN, "/admin/password_change/"])
def test_while_another_password_is_hashed_too_long_one_is_asked_to_come_back(writer, monkeypatch, path):
    monkeypatch.setattr(hashing.TURNS, "patience", 0.05)
    client = Client()
    if path != LOGIN:
        client.force_login(writer)
    form = {"username": "writer", "password": writer.raw_password, "old_password": writer.raw_password}
    form |= {"new_password1": "a-long-new-sentence", "new_password2": "a-long-new-sentence"}
    with hashing.TURNS.take():
        answer = client.post(path, form)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "10"
    assert "Too much at once" in answer.text
    assert answer.text.count("<script") == answer.text.count("js/leave.js") == 1
    assert client.post(path, form).status_code == 302


def test_nobody_who_is_told_to_come_back_counts_as_guessing(writer, monkeypatch):
    monkeypatch.setattr(hashing.TURNS, "patience", 0.001)
    with hashing.TURNS.take():
        assert {guess() for _ in range(attempts.PAIR.times + 5)} == {429}
    assert guess(password=writer.raw_password) == 302
