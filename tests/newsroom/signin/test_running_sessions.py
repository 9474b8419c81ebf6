"""One's own sessions: listed in words, ended one by one, and at an end by age and when they are not used."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from newsroom.signin.browsers import words_for

pytestmark = pytest.mark.django_db
PAGE, END = "/admin/second-factor/", "/admin/end-session/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
AGENTS = {
    FIREFOX: "Firefox, Linux",
    PHONE: "Chrome, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15": "Safari, Mac",
    "curl/8.0": "",
    "": "",
}


def signed_in(user, agent, address="192.0.2.9"):
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    answer = client.post("/admin/login/", {"username": user.username, "password": user.raw_password})
    assert answer.status_code == 302
    return client


def is_in(client):
    return client.get("/admin/").status_code == 200


def numbers(page):
    return re.findall(r'name="session" value="(\w+)"', page.text)


@pytest.mark.parametrize("agent", AGENTS)
def test_a_browser_is_named_in_words(agent):
    assert words_for(agent) == AGENTS[agent]


def test_a_page_lists_ones_own_sessions_without_addresses_or_keys(writer, editor):
    desktop, phone, _other = (
        signed_in(writer, FIREFOX),
        signed_in(writer, PHONE),
        signed_in(editor, "curl/8.0"),
    )
    page = desktop.get(PAGE)
    assert "Firefox, Linux" in page.text and "Chrome, Android" in page.text
    assert "last used" in page.text and "this one" in page.text
    assert len(numbers(page)) == 2
    assert "192.0.2" not in page.text
    assert not any(key in page.text for key in Session.objects.values_list("pk", flat=True))
    assert is_in(phone)


def test_one_is_ended_and_the_others_stay(writer, editor):
    desktop, phone, other = signed_in(writer, FIREFOX), signed_in(writer, PHONE), signed_in(editor, FIREFOX)
    mine, theirs = numbers(desktop.get(PAGE))
    [foreign] = numbers(other.get(PAGE))
    desktop.post(END, {"session": foreign})
    assert is_in(other)
    answer = desktop.post(END, {"session": theirs}, follow=True)
    assert "That session is ended." in answer.text
    assert not is_in(phone) and is_in(desktop)
    desktop.post(END, {"session": mine})
    assert not is_in(desktop)


def age(client, **hours):
    session = client.session
    for name, number in hours.items():
        session[name] = time.time() - number * 3600
    session.save()


@pytest.mark.parametrize("hours", [{"seen": 5}, {"began": 13}, {"seen": 5, "began": 13}])
def test_it_ends_by_age_and_when_it_is_not_used(writer, settings, hours):
    settings.SESSION_HOURS, settings.SESSION_IDLE_HOURS = 12, 4
    client = signed_in(writer, FIREFOX)
    age(client, seen=3, began=11)
    assert is_in(client)
    age(client, **hours)
    assert not is_in(client)
    assert not Session.objects.exists()


def test_use_keeps_it_from_being_idle_and_a_form_that_lies_open_does_not(writer):
    client = signed_in(writer, FIREFOX)
    form = client.get("/admin/articles/article/add/")
    url, page, who = (re.search(rf'data-{name}="([^"]+)"', form.text)[1] for name in ("url", "page", "who"))
    sent = {"page": page, "taken": [], "who": who, "fields": None}

    def idle_after(fields):
        age(client, seen=3)
        answer = client.post(url, sent | {"fields": fields}, content_type="application/json")
        assert answer.json()["state"] == "kept"
        return time.time() - client.session["seen"]

    assert idle_after(None) > 3600
    assert idle_after([["title", "My text"]]) < 60
    age(client, seen=3)
    client.get("/admin/")
    assert time.time() - client.session["seen"] < 60
