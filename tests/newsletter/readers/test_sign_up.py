"""Signing up: one box on every page, one answer for everybody."""

import datetime as dt
import logging
import time

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from newsletter import tidying
from newsletter.models import Subscriber, Suppression, Wish
from newsletter.readers import addresses, views
from newsroom.guard import spamtrap
from newsroom.logs.logs import DiscreetFormatter
from tests.newsletter.mailboxes import last_link, links, work

pytestmark = pytest.mark.django_db
SENT = "/newsletter/sign-up/sent/"


@pytest.fixture
def visitor():
    """Return a browser whose forms are checked as in real life."""
    return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})


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


def sign_up(visitor, address="ann@example.org"):
    visitor.post("/newsletter/", {"address": address})
    work()
    return Subscriber.objects.filter(address_key=addresses.key_of(address)).first()


def later(monkeypatch, **time):
    """Move the clock on."""
    then = timezone.now() + dt.timedelta(**time)
    monkeypatch.setattr(timezone, "now", lambda: then)


def test_a_sign_up_is_confirmed_by_the_button_behind_the_link_of_a_mail(visitor):
    reader = sign_up(visitor, "Ann@Example.org")
    assert reader.state == Subscriber.State.PENDING
    message = mail.outbox[0]
    assert message.to == ["Ann@example.org"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "Newsroom" not in message.subject
    link = last_link("confirm")
    page = visitor.get(link)
    assert page["Referrer-Policy"] == "origin"
    assert page["Cache-Control"] == "no-store"
    for path in links(message):
        visitor.get(path)
        visitor.head(path)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.PENDING
    answer = visitor.post(link, follow=True)
    assert "You are subscribed" in answer.text
    assert not answer.client.cookies
    reader.refresh_from_db()
    assert reader.is_confirmed
    assert not Wish.objects.exists()
    again = visitor.post(link, follow=True)
    assert "You are subscribed" in again.text


def test_a_welcome_with_the_way_to_the_readers_page_follows_the_confirmation_once(visitor):
    reader = sign_up(visitor)
    confirm = last_link("confirm")
    visitor.post(confirm)
    visitor.post(confirm)
    work()
    assert [message.subject for message in mail.outbox[1:]] == ["You are subscribed"]
    assert mail.outbox[1].to == [reader.mailbox]
    [manage] = [
        path
        for path in links(mail.outbox[1])
        if path.startswith("/newsletter/manage/") and path.count("/") == 4
    ]
    assert visitor.get(manage).status_code == 200
    assert "/newsletter/manage/" in links(mail.outbox[1])
    visitor.post(last_link("unsubscribe"), {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert not reader.is_confirmed


def test_no_welcome_reaches_who_has_left_before_it_was_sent(visitor):
    reader = sign_up(visitor)
    visitor.post(last_link("confirm"))
    reader.refresh_from_db()
    reader.unsubscribe()
    work()
    assert len(mail.outbox) == 1


def test_interests_are_kept_with_the_sign_up(visitor, make_country, make_topic, monkeypatch):
    laos, prevention = make_country(), make_topic()
    opened = spamtrap.opened_now()
    later(monkeypatch, seconds=5)
    visitor.post("/newsletter/", {"address": "ann@example.org", "opened": opened,
                                  "countries": [laos.pk], "topics": [prevention.pk]})  # fmt: skip
    work()
    reader = Subscriber.objects.get()
    assert list(reader.countries.all()) == [laos]
    assert list(reader.topics.all()) == [prevention]


@pytest.mark.parametrize("pk", ["0", "x", "-1", str(10**30), "é"])
def test_a_crafted_interest_is_refused(visitor, pk):
    answer = visitor.post("/newsletter/", {"address": "ann@example.org", "opened": "", "countries": [pk]})
    assert answer.status_code == 422


def test_one_mail_an_hour_and_three_in_all_for_one_sign_up(visitor, monkeypatch):
    for _ in range(3):
        sign_up(visitor)
    assert len(mail.outbox) == 1
    for hours, mails in [(1, 2), (1, 3), (1, 3), (24, 3), (24, 3)]:
        later(monkeypatch, hours=hours, minutes=1)
        sign_up(visitor)
        assert len(mail.outbox) == mails


def test_a_confirmation_works_for_seven_days(visitor, monkeypatch):
    reader = sign_up(visitor)
    link = last_link("confirm")
    later(monkeypatch, days=7, minutes=1)
    monkeypatch.setattr(time, "time", lambda: timezone.now().timestamp())
    answer = visitor.post(link)
    assert answer.status_code == 404
    assert "does not work any more" in answer.text
    reader.refresh_from_db()
    assert not reader.is_confirmed


def test_who_does_not_confirm_is_deleted_after_14_days(visitor, monkeypatch):
    sign_up(visitor)
    later(monkeypatch, days=13, hours=23)
    tidying.tidy()
    assert Subscriber.objects.exists()
    later(monkeypatch, hours=2)
    tidying.tidy()
    assert not Subscriber.objects.exists()
    assert not Suppression.objects.exists()


def test_two_ways_to_write_an_address_are_one_reader_and_mail_goes_as_written(visitor):
    sign_up(visitor, "Ann.Lee@Bücher.example")
    sign_up(visitor, "ann.lee@xn--bcher-kva.EXAMPLE")
    reader = Subscriber.objects.get()
    assert reader.address_key == "ann.lee@xn--bcher-kva.example"
    assert mail.outbox[0].to == ["Ann.Lee@xn--bcher-kva.example"]


def test_a_reader_who_signs_up_again_gets_the_link_to_their_page(visitor, make_subscriber):
    reader = make_subscriber("ann@example.org")
    sign_up(visitor)
    assert last_link("manage")
    reader.refresh_from_db()
    assert reader.is_confirmed


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_only_the_owners_own_confirmation_lifts_a_suppression(visitor, reason):
    Suppression.add("ann@example.org", reason)
    reader = sign_up(visitor)
    assert Suppression.objects.exists()
    assert reader.state == Subscriber.State.PENDING
    visitor.post(last_link("confirm"))
    reader.refresh_from_db()
    assert reader.is_confirmed
    assert not Suppression.objects.exists()


def test_a_suppression_under_a_former_secret_key_holds(settings):
    Suppression.add("ann@example.org", Suppression.Reason.ERASED)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert not Suppression.objects.of("ann@example.org").exists()
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Suppression.objects.of("ann@example.org").exists()


@pytest.mark.parametrize(
    "address",
    ["ann@example.org\r\nBcc: all@example.org", "ann@example.org\nx", "ann\r@example.org", "ann@exa\tmple.org",
     "ann@example.org, b@example.org", "<ann@example.org>", "ann@example.org;b@example.org", "a\x00@example.org",
     "Ann <ann@example.org>", '"a b"@example.org', "ann@[127.0.0.1]", "ann@127.0.0.1", "ann@-x-.org",
     f"{'a' * 65}@example.org", f"ann@{'a' * 64}.org", f"{'a' * 60}@{'b.' * 100}org", "änn@example.org",
     "ann..lee@example.org", ".ann@example.org", "ann@example..org", "ann@example.org.", "ann\u202e@example.org",
     "ann@exa\u200bmple.org\u2028x"],
)  # fmt: skip
def test_no_address_carries_more_than_an_address(visitor, address):
    answer = visitor.post("/newsletter/", {"address": address})
    if answer.status_code == 302:  # trimmed, or a mark that domains lose when they are encoded
        work()
        sent = mail.outbox[0].message().as_bytes()
        assert sent.count(b"To:") == 1
        assert b"Bcc" not in sent
        assert mail.outbox[0].to[0].isascii()
    else:
        assert answer.status_code == 422
        assert not Wish.objects.exists()


def test_no_token_is_in_a_log_of_ours(visitor, monkeypatch):
    lines = []
    formatter = logging.getLogger("django.request").handlers[0].formatter
    monkeypatch.setattr(
        logging.StreamHandler, "emit", lambda self, record: lines.append(formatter.format(record))
    )
    sign_up(visitor)
    link = last_link("confirm")
    visitor.get(link)
    visitor.get(link[:-2])
    visitor.get(link.replace("confirm", "manage"))
    monkeypatch.setattr(views, "render", lambda *_args, **_options: 1 / 0)
    visitor.raise_request_exception = False
    assert visitor.get(link).status_code == 500
    assert any("Internal Server Error: /newsletter/confirm/[token]/" in line for line in lines)
    assert not any(link.split("/")[-2] in line for line in lines)


def test_the_address_of_a_new_password_is_in_no_log_either():
    record = logging.LogRecord("x", 40, "", 0, "Not Found: %s", ("/admin/password/MQ/abc-0123456789/",), None)
    assert DiscreetFormatter().format(record) == "Not Found: /admin/password/[token]/"
