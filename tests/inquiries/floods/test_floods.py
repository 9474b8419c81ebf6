"""Floods: nobody's plea is erased by what others send, bytes stay bounded, and no network lies in clear."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail as sent_mail
from django.db import connection
from django.utils import timezone

from inquiries import retention
from inquiries.floods import abuse, flood
from inquiries.models import Inquiry, Safe
from newsroom.guard import throttle
from newsroom.outbox import requested
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from tests.inquiries.conftest import DESK, FORM, MAILBOX, a_form, hidden, receipt_on, reference_on

pytestmark = pytest.mark.django_db
FLOODER, VICTIM = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def post(client):
    """Return a function that sends a form from an address and returns the answer's page."""

    def send(_from=FLOODER, **values):
        return client.post(FORM, a_form(**values), follow=True, REMOTE_ADDR=_from)

    return send


@pytest.fixture
def limits(monkeypatch):
    """Return a function that makes limits small, so that a test needs few posts."""

    def make(**times):
        for name, number in times.items():
            module = next(one for one in (flood, abuse, requested) if hasattr(one, name))
            limit = getattr(module, name)
            small = number if isinstance(limit, int) else replace(limit, times=number)
            monkeypatch.setattr(module, name, small)

    return make


def opens(client, page):
    """Return whether the receipt on a page opens a mailbox."""
    return client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))}).status_code == 200


def test_a_plea_that_came_in_a_flood_outlives_any_flood_after_it(client, post, limits):
    limits(FROM_EVERYONE=14, FROM_A_NETWORK=2, MOST_SPAM=20, SPAM_AT_ONCE=1)
    for number in range(14):  # seven networks, each within its limit, spend the limit of everyone
        post(f"192.0.{number // 2}.1", message=f"Flood {number}")
    plea = post(VICTIM, message="They took my passport.", kind="help", help_seen="1")
    for number in range(36):
        post(message=f"Another flood {number}")
    assert opens(client, plea)
    assert "Very many messages are coming in just now" in plea.text
    assert reference_on(plea) in {row.words["reference"] for row in Inquiry.objects.filter(state="held")}
    assert Inquiry.objects.spam().count() <= 20


def test_the_quota_evicts_the_newest_of_the_largest_flood_and_nothing_else(client, post, limits):
    limits(FROM_A_NETWORK=2, MOST_SPAM=8, SPAM_AT_ONCE=2)
    mistaken = [
        post(f"203.0.{number}.9", website="filled in by a tool", message=f"Real {number}")
        for number in range(2)
    ]
    flooding = [post(message=f"Flood {number}") for number in range(8)]  # the first two are no spam
    assert not Safe.objects.get().has_leftovers
    last = post("203.0.113.9", website="x", message="One more real one")
    kept = {inquiry.words["reference"] for inquiry in Inquiry.objects.all()}
    assert kept == {reference_on(page) for page in [*mistaken, *flooding[:-2], last]}
    assert Safe.objects.get().has_leftovers  # the next sweep takes their bytes out of the files
    assert all(opens(client, page) for page in [*mistaken, last])


def test_many_networks_of_which_none_floods_evict_nothing(client, post, limits):
    limits(FROM_A_NETWORK=2, MOST_SPAM=4, SPAM_AT_ONCE=1)
    pages = [post(f"192.0.{number}.1", website="x", message=f"Message {number}") for number in range(8)]
    assert Inquiry.objects.count() == 8
    assert opens(client, pages[0])


def test_what_would_be_evicted_at_once_gets_no_receipt_but_its_text_back(client, post, limits):
    limits(FROM_A_NETWORK=2, MOST_SPAM=4, SPAM_AT_ONCE=1)
    pages = [post(message=f"Message {number}") for number in range(8)]
    with_receipt = [page for page in pages if receipt_on(page)]
    assert Inquiry.objects.count() == len(with_receipt) == 6
    assert all(opens(client, page) for page in with_receipt)
    assert {page.status_code for page in pages[6:]} == {429}
    assert "Message 7</textarea>" in pages[7].text


def test_who_floods_waits_at_the_door_with_all_that_was_typed(client, post, limits):
    limits(NOW=3)
    stored = a_form(message="The first")
    first = client.post(FORM, stored, REMOTE_ADDR=FLOODER)
    for number in range(2):
        assert receipt_on(post(message=f"Message {number}"))
    refused = post(
        message='My <b>text "\r\n of an hour', name="Ann & Co", kind="help", country="LA", about="/news/x/"
    )
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "600", "no-store")
    assert Inquiry.objects.count() == 3
    assert receipt_on(client.post(FORM, stored, REMOTE_ADDR=FLOODER)) == receipt_on(
        first
    )  # it was stored before
    assert receipt_on(post("198.51.101.7", message="A neighbour of the neighbour"))
    again = {name: unescape(value) for name, value in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>',
             refused.content.decode().replace('<textarea name', '<textarea  name'), re.DOTALL)}  # fmt: skip
    limits(NOW=99)
    assert client.post(FORM, again, follow=True, REMOTE_ADDR=FLOODER).context["show_help"]
    assert receipt_on(client.post(FORM, again | {"help_seen": "1"}, REMOTE_ADDR=FLOODER))
    newest = Inquiry.objects.latest("received_at")
    assert (newest.words["name"], newest.words["about"], newest.words["country"]) == (
        "Ann & Co",
        "/news/x/",
        "LA",
    )
    assert newest.entries.get().words["text"] == 'My <b>text "\r\n of an hour'


def test_a_refusal_at_the_door_costs_hardly_anything(post, limits, django_assert_max_num_queries):
    limits(NOW=1)
    post()
    with django_assert_max_num_queries(3):  # the key of the receipts, and whether the form was sent before
        assert post(message="x" * 9000).status_code == 429


def test_a_network_that_sent_all_its_day_allows_waits_until_tomorrow(post, limits):
    limits(TODAY=2)
    pages = [post(message=f"Message {number}") for number in range(3)]
    assert "tomorrow" in pages[2].text
    assert pages[2]["Retry-After"] == str(throttle.DAY)


def test_new_networks_of_one_provider_count_together_once_they_are_very_many(post, limits):
    limits(NETWORKS_TODAY=3, FROM_A_NETWORK=2)
    for number in range(9):  # one /32, another /48 each time
        post(f"2001:db8:{number:x}::1", message=f"Rotating {number}")
    assert Inquiry.objects.spam().count() == 9 - 3 - 2
    assert len(set(Inquiry.objects.spam().values_list("network_group", flat=True))) == 1
    known = post("2001:db8:1::2", message="From a network that was there before")
    other = post("2001:db9:1::2", message="From another provider")
    references = {inquiry.words["reference"] for inquiry in Inquiry.objects.filter(state="new")}
    assert {reference_on(known), reference_on(other)} <= references


def test_in_a_flood_from_everywhere_the_first_messages_of_a_network_still_come_in(post, limits):
    limits(EVERYONE_TODAY=4, FIRST_ONES=2)
    for number in range(12):
        post(f"192.0.{number % 2}.1", message=f"Flood {number}")
    assert Inquiry.objects.count() == 4 + 4
    assert [post(VICTIM, message=f"Help {number}").status_code for number in range(3)] == [200, 200, 429]


def test_others_of_a_flooded_network_still_come_in_and_are_evicted_by_nothing(client, post, limits):
    limits(NOW=4, OWN_OF_A_NETWORK=2, FROM_A_NETWORK=1, MOST_SPAM=4, SPAM_AT_ONCE=9)
    for number in range(9):
        post(message=f"Flood {number}")
    pages = [post(f"198.51.100.{number}", message=f"A neighbour {number}") for number in (20, 21, 22)]
    assert [page.status_code for page in pages] == [200, 200, 429]
    assert "Many of them come from your network" in pages[0].text
    assert post("198.51.100.20", message="Once more").status_code == 429
    for number in range(4):
        post(f"192.0.{number}.1", website="x", message=f"Elsewhere {number}")
    assert all(opens(client, page) for page in pages[:2])


def test_replies_are_counted_too(client, post, limits):
    page = post(website="x")
    limits(NOW=3)
    thread = client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))}, REMOTE_ADDR=FLOODER)
    answers = [write(client, thread, f"Message {number}", FLOODER) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Message 2</textarea>" in answers[2].text
    assert Inquiry.objects.get().entries.count() == 3


def test_whoever_has_a_thread_writes_on_although_the_network_is_flooded(client, post, limits):
    limits(NOW=1, REPLIES_TODAY=2)
    page = post(message="Help")
    assert post(message="Flood").status_code == 429
    thread = client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))}, REMOTE_ADDR=FLOODER)
    answers = [write(client, thread, f"Again {number}", FLOODER) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    stored = a_form(message="One", nonce=hidden(client.get(FORM), "nonce"))
    assert receipt_on(client.post(FORM, stored, REMOTE_ADDR=VICTIM))
    again = [
        client.post(FORM, stored | {"message": f"Other words {n}"}, REMOTE_ADDR=VICTIM) for n in range(3)
    ]
    assert [answer.status_code for answer in again] == [303, 303, 429]


def write(client, thread, text, address):
    """Write again in an open mailbox."""
    from inquiries.mailbox.receipts import new_nonce

    form = {"ticket": hidden(thread, "ticket"), "nonce": new_nonce(), "action": "write", "message": text}
    return client.post(MAILBOX, form, REMOTE_ADDR=address)


def test_who_was_told_to_write_from_another_network_is_no_repetition_there(post, limits):
    limits(FROM_A_NETWORK=1)
    post(message="Flood")
    told = post(message="Help us")
    assert "from another network" in told.text
    post(VICTIM, message="Help us")
    assert Inquiry.objects.latest("received_at").state == "new"


def stored_bytes():
    """Return every value of the rows of inquiries as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inquiries_inquiry")
        return repr(cursor.fetchall())


def test_no_network_is_stored_and_what_tells_floods_apart_says_nothing_tomorrow(post, limits, monkeypatch):
    limits(FROM_A_NETWORK=1)
    for number in range(3):
        post(message=f"Message {number}")
    groups = set(Inquiry.objects.spam().values_list("network_group", flat=True))
    assert len(groups) == 1
    assert Inquiry.objects.get(state="new").network_group == ""
    assert "198.51" not in stored_bytes()
    tomorrow = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert abuse.alias("198.51.100.0/24") not in groups


def test_the_name_of_a_network_is_gone_after_a_week_and_when_it_is_taken_out(at_desk, post, limits):
    limits(FROM_A_NETWORK=0)
    for number in range(3):
        post(message=f"Message {number}")
    first, second, third = Inquiry.objects.all()
    at_desk(first, "not-spam")
    Inquiry.objects.filter(pk=second.pk).update(received_at=timezone.now() - timedelta(days=7))
    retention.run()
    groups = dict(Inquiry.objects.values_list("pk", "network_group"))
    assert (groups[first.pk], groups[second.pk]) == ("", "")
    assert groups[third.pk]


def test_officers_see_apart_what_was_held_back_and_take_it_in(desk, at_desk, post, limits, officer):
    limits(FROM_EVERYONE=1)
    post(message="The one that is within")
    page = post(VICTIM, message="The one that is not", kind="help", help_seen="1")
    post(message="Robot", website="x")
    held = Inquiry.objects.get(state="held")
    assert held.due_on
    assert Mail.objects.filter(kind="inquiry-flood").count() == 1
    sent_mail.outbox.clear()
    send_due()
    assert any("?state=held" in message.body for message in sent_mail.outbox)
    assert "1 message was held back in a flood" in desk.get(DESK).text
    listed = desk.get(DESK, {"state": "held"})
    assert [row.reference for row in listed.context["page_obj"]] == [reference_on(page)]
    shown = desk.get(f"{DESK}{held.pk}/").text
    assert "Not spam: open it" in shown
    assert "many came at the same time" in shown
    at_desk(held, "not-spam")
    held.refresh_from_db()
    assert held.state == "open"


def test_what_was_held_back_stays_its_time_and_writing_again_does_not_lift_it(client, post, limits):
    limits(FROM_EVERYONE=0)
    page = post(VICTIM)
    thread = client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))})
    assert write(client, thread, "Once more", VICTIM).status_code == 200
    Inquiry.objects.update(received_at=timezone.now() - timedelta(days=29))
    retention.run()
    assert Inquiry.objects.get().state == "held"
    Inquiry.objects.update(received_at=timezone.now() - timedelta(days=30, minutes=1))
    retention.run()
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    "spelling",
    [
        "ann.example+{n}@gmail.com",
        "A.n.N.example@GoogleMail.com",
        '"annexample"@gmail.com',
        "annexample@gmail.com.",
    ],
)
def test_acknowledgements_go_once_a_day_to_a_mailbox_however_it_is_written(post, spelling):
    for number in range(3):
        page = post(f"192.0.{number}.1", message=f"Message {number}", reply_by="full",
                    address=["annexample@gmail.com", spelling.format(n=number)][number % 2])  # fmt: skip
        assert page.status_code in {200, 422}
    assert Mail.objects.filter(kind="inquiry-received").count() == 1


def test_a_domain_gets_few_acknowledgements_a_day_from_all_networks_together(post, limits):
    limits(DOMAIN=3)
    for number in range(6):
        post(f"192.0.{number}.1", message=f"Message {number}", reply_by="full",
             address=f"someone{number}@{['mail.', '', 'x.y.'][number % 3]}example.co.uk")  # fmt: skip
    post("192.0.9.1", message="Another", reply_by="full", address="someone@elsewhere.example")
    assert Mail.objects.filter(kind="inquiry-received").count() == 3 + 1


def test_a_closing_that_can_not_be_mailed_today_is_told_another_day(post, limits):
    for number in range(2):
        post(
            f"192.0.{number}.1",
            message=f"Message {number}",
            reply_by="notice",
            address=f"ann+{number}@example.org",
        )
    Inquiry.objects.update(state="answered", last_entry_at=timezone.now() - timedelta(days=25))
    limits(MAILBOX=2)  # one was the acknowledgement
    retention.run()
    assert Mail.objects.filter(kind="inquiry-closing").count() == 1
    assert Inquiry.objects.filter(warned_at=None).count() == 1
    limits(MAILBOX=9)
    retention.run()
    assert Mail.objects.filter(kind="inquiry-closing").count() == 2
    assert not Inquiry.objects.filter(warned_at=None).exists()


def test_the_officer_hears_that_an_answer_was_not_mailed(post, at_desk, limits):
    post(message="Help", reply_by="notice", address="ann@example.org")
    limits(ANSWERS=1)
    inquiry = Inquiry.objects.get()
    at_desk(inquiry, "answer", text="One")
    page = at_desk(inquiry, "answer", text="Two")
    assert "No mail about it leaves" in " ".join(map(str, page.wsgi_request._messages))
    assert inquiry.entries.count() == 3
    assert Mail.objects.filter(kind="inquiry-answer").count() == 1
