"""Nobody can make the site fill a mailbox, by however many spellings, networks and forms."""

import datetime as dt
import itertools

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from newsletter.models import AddressChange, Subscriber, Suppression, Wish
from newsletter.readers import tokens
from newsletter.readers.signup import take_up_wishes
from newsroom.guard import spamtrap
from newsroom.outbox import requested
from newsroom.outbox.models import Mail
from tests.newsletter.mailboxes import last_link, work
from tests.newsletter.readers.test_reader_page import path_of

pytestmark = pytest.mark.django_db
networks = itertools.count(1)


@pytest.fixture
def visitor():
    """Return a browser whose forms are checked as in real life."""
    return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})


def ask(visitor, address, page="/newsletter/", **values):
    """Send a form from a network of its own; return the answer."""
    number = next(networks)
    somewhere = f"10.{number // 250}.{number % 250}.1"
    return visitor.post(page, {"address": address} | values, REMOTE_ADDR=somewhere)


def later(monkeypatch, **time):
    """Move the clock on."""
    then = timezone.now() + dt.timedelta(**time)
    monkeypatch.setattr(timezone, "now", lambda: then)


@pytest.mark.parametrize(
    "spelling",
    [
        "ann+{}@example.org",
        "Ann+{}+x@EXAMPLE.org",
        "a.n.n+{}@gmail.com",
        "an.n+{}@googlemail.com",
        "ann-{}@yahoo.com",
    ],
)
def test_the_spellings_of_one_mailbox_share_three_mails_a_day(visitor, spelling):
    answers = {ask(visitor, spelling.format(number))["Location"] for number in range(20)}
    work()
    assert len(mail.outbox) == 3
    assert answers == {"/newsletter/sign-up/sent/"}
    assert Subscriber.objects.count() == 3
    assert not Wish.objects.exists()


def test_two_people_of_one_name_at_two_providers_are_two():
    assert requested.mailbox_of("a.nn@gmail.com") == requested.mailbox_of("ann+x@googlemail.com")
    apart = [
        "a.nn@example.org",
        "ann@example.org",
        "a-nn@example.org",
        "+@example.org",
        "+x@example.org",
        "ann@gmail.com",
    ]
    assert len({requested.mailbox_of(one) for one in apart}) == len(apart)


@pytest.mark.parametrize(
    "spelling", ["r{}@victim.example", "r@h{}.victim.example", "r{}@h{}.mail.victim.co.uk"]
)
def test_a_domain_gets_thirty_mails_an_hour_and_the_rest_waits(visitor, spelling, monkeypatch):
    for number in range(50):
        ask(visitor, spelling.format(number, number))
    work()
    assert len(mail.outbox) == 30
    assert Wish.objects.count() == 20
    ask(visitor, "somebody@example.org")
    work()
    assert len(mail.outbox) == 31
    later(monkeypatch, hours=1, minutes=1)
    work()
    assert len(mail.outbox) == 51
    assert len({message.to[0] for message in mail.outbox}) == 51


def test_what_waits_for_a_flooded_domain_is_bounded_in_number_and_time(visitor, monkeypatch):
    Wish.objects.bulk_create(
        Wish(kind=Wish.Kind.SIGN_UP, address=f"r{number}@victim.example", language="en")
        for number in range(400)
    )
    while Wish.objects.filter(due_at=None).exists():
        work()
    assert Wish.objects.count() == 300
    assert Subscriber.objects.count() == len(mail.outbox) == 30
    later(monkeypatch, days=1, minutes=1)
    while take_up_wishes():
        work()
    assert not Wish.objects.exists()
    assert len(mail.outbox) == 60


def test_many_people_at_a_large_provider_sign_up_within_an_hour(visitor):
    for number in range(40):
        ask(visitor, f"person{number}@gmail.com")
    work()
    assert len(mail.outbox) == 40


def test_links_and_changes_of_address_count_too(visitor, make_subscriber):
    for number in range(2):
        ask(visitor, f"victim+{number}@example.org")
    readers = [make_subscriber() for _ in range(3)]
    for number, reader in enumerate(readers):
        form = {"action": "address", "address": f"victim+c{number}@example.org"}
        answer = visitor.post(path_of(tokens.MANAGE, reader), form, follow=True)
        assert "ask each by email" in answer.text
    work()
    to_victim = [message for message in mail.outbox if message.to[0].startswith("victim")]
    assert len(to_victim) == 3
    assert AddressChange.objects.count() == 3


def test_the_answer_is_the_same_whether_there_was_room(visitor, make_subscriber, monkeypatch):
    make_subscriber("known@example.org")
    opened = spamtrap.opened_now()
    later(monkeypatch, seconds=5)
    answers = set()
    for address in ["known@example.org", "unknown@example.org"] * 4:
        for page in ["/newsletter/", "/newsletter/manage/"]:
            answer = ask(visitor, address, page, opened=opened)
            work()
            answers.add((page, answer.status_code, answer["Location"]))
    assert len(answers) == 2


def test_a_new_password_is_mailed_ten_times_a_day_at_most(visitor, editor, monkeypatch):
    client = Client()
    for _hour in range(12):
        for _ in range(3):
            client.post("/admin/password/", {"email": editor.email})
        later(monkeypatch, hours=1, minutes=1)
    assert Mail.objects.count() == 10


def subscribe(visitor, address="ann@example.org"):
    """Sign up and confirm; return the reader and the path of the link."""
    ask(visitor, address)
    work()
    link = last_link("confirm")
    assert "You are subscribed" in visitor.post(link, follow=True).text
    return Subscriber.objects.get(), link


@pytest.mark.parametrize("way", ["unsubscribe", "bounced", "complained"])
def test_a_confirm_link_used_again_after_leaving_asks_in_the_mailbox(visitor, way, monkeypatch):
    reader, link = subscribe(visitor)
    if way == "unsubscribe":
        visitor.post(path_of(tokens.UNSUBSCRIBE, reader), {"unsubscribe": "yes"})
    else:
        reader.suppress(Suppression.Reason(way))
    assert "You no longer get the newsletter" in visitor.get(link).text
    before = len(mail.outbox)
    answer = visitor.post(link)
    assert answer["Location"] == "/newsletter/sign-up/sent/"
    work()
    reader.refresh_from_db()
    assert not reader.is_confirmed
    if way == "unsubscribe":  # else the last mail was less than an hour ago
        assert len(mail.outbox) == before + 1
        visitor.post(last_link("confirm"))
        reader.refresh_from_db()
        assert reader.is_confirmed
        assert "You are subscribed" in visitor.get(link).text


def test_a_link_to_ones_page_from_before_leaving_asks_in_the_mailbox_too(visitor, make_subscriber):
    reader = make_subscriber("ann@example.org")
    page = path_of(tokens.MANAGE, reader)
    visitor.post(page, {"action": "unsubscribe"})
    answer = visitor.post(page, {"action": "subscribe"})
    assert answer["Location"] == "/newsletter/sign-up/sent/"
    reader.refresh_from_db()
    assert not reader.is_confirmed
    visitor.post(path_of(tokens.MANAGE, reader), {"action": "subscribe"})  # a link that was mailed since
    reader.refresh_from_db()
    assert reader.is_confirmed


@pytest.mark.parametrize("who", ["mover", "other", "erased"])
def test_an_agreement_to_move_ends_where_one_of_the_two_leaves(visitor, make_subscriber, who):
    ann, ben = make_subscriber("ann@example.org"), make_subscriber("ben@example.org")
    visitor.post(path_of(tokens.MANAGE, ann), {"action": "address", "address": "ben@example.org"})
    change = AddressChange.objects.get()
    visitor.post(path_of(tokens.CHANGE_TO, change))
    if who == "erased":
        ben.erase()
    else:
        (ann if who == "mover" else ben).unsubscribe()
    answer = visitor.post(path_of(tokens.CHANGE_FROM, change))
    assert answer.status_code == 404
    ann.refresh_from_db()
    assert ann.address == "ann@example.org"
    assert not AddressChange.objects.exists()
    assert Suppression.objects.of("ben@example.org").exists() == (who == "erased")
