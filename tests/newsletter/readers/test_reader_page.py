"""A reader's own page, and the ways out of the newsletter."""

import datetime as dt
import email
import json
from email import policy
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from newsletter import tidying
from newsletter.models import AddressChange, Subscriber, Suppression
from newsletter.readers import mail as notices
from newsletter.readers import page as readerpage
from newsletter.readers import tokens
from newsroom.guard import spamtrap
from newsroom.outbox import posting
from tests.newsletter.mailboxes import last_link, links, work

pytestmark = pytest.mark.django_db


BUTTON = {"unsubscribe": "yes"}
FOREIGN = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def visitor():
    """Return a browser whose forms are checked as in real life."""
    return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})


@pytest.fixture
def reader(make_subscriber):
    return make_subscriber("ann@example.org")


def path_of(link, row):
    return urlsplit(link.url(row)).path


def page_of(reader):
    return path_of(tokens.MANAGE, reader)


def do(visitor, reader, action, **values):
    answer = visitor.post(page_of(reader), {"action": action} | values, follow=True)
    reader.refresh_from_db()
    return answer


def test_its_link_comes_by_mail_on_request_to_readers_only(visitor, reader, monkeypatch):
    opened = spamtrap.opened_now()
    then = timezone.now() + dt.timedelta(seconds=5)
    monkeypatch.setattr(timezone, "now", lambda: then)
    answers = [
        visitor.post("/newsletter/manage/", {"address": address, "opened": opened})
        for address in ["ANN@example.org", "nobody@example.org"]
    ]
    assert {answer["Location"] for answer in answers} == {"/newsletter/manage/sent/"}
    work()
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert visitor.get(last_link("manage")).status_code == 200
    assert not Subscriber.objects.filter(address_key="nobody@example.org").exists()


def test_the_form_for_the_link_has_both_traps(visitor, reader):
    fast = visitor.post("/newsletter/manage/", {"address": reader.address, "opened": spamtrap.opened_now()})
    assert fast.status_code == 422
    robot = visitor.post("/newsletter/manage/", {"address": reader.address, "website": "x"})
    assert robot.status_code == 302
    work()
    assert mail.outbox == []


def test_no_answer_about_a_reader_is_kept_or_passed_on(visitor, reader):
    for path in [page_of(reader), page_of(reader) + "erase/", page_of(reader) + "data.json",
                 path_of(tokens.UNSUBSCRIBE, reader), "/newsletter/manage/nonsense/"]:  # fmt: skip
        answer = visitor.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "origin"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies


def test_interests_are_saved_and_shown(visitor, reader, make_country, make_topic):
    laos, prevention = make_country(), make_topic()
    answer = do(visitor, reader, "interests", countries=[laos.pk], topics=[prevention.pk])
    assert "Your interests are saved." in answer.text
    assert answer.text.count("checked") == 2
    assert list(reader.countries.all()) == [laos]
    do(visitor, reader, "interests")
    assert not reader.countries.exists()
    assert do(visitor, reader, "interests", countries=["9" * 30]).status_code == 422


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2026, 11, 24), 3, (2027, 2, 24)), ((2026, 12, 1), 1, (2027, 1, 1))],
)
def test_a_pause_ends_on_the_same_day_of_a_later_month(day, months, until):
    assert readerpage.months_from(dt.date(*day), months) == dt.date(*until)


def test_a_reader_pauses_and_comes_back(visitor, reader):
    assert "pauses until" in do(visitor, reader, "pause", months="3").text
    assert reader not in Subscriber.objects.receiving()
    do(visitor, reader, "resume")
    assert reader in Subscriber.objects.receiving()
    assert do(visitor, reader, "pause", months="99").status_code == 422
    assert do(visitor, reader, "nonsense").status_code == 400


@pytest.mark.parametrize("first", ["old", "new"])
def test_another_address_counts_once_both_mailboxes_have_agreed(visitor, reader, first):
    do(visitor, reader, "address", address="New@Example.net")
    work()
    boxes = {message.to[0]: message for message in mail.outbox}
    assert set(boxes) == {"ann@example.org", "New@example.net"}
    buttons = {
        "old": next(path for path in links(boxes["ann@example.org"]) if "/change/" in path),
        "new": next(path for path in links(boxes["New@example.net"]) if "/change/" in path),
    }
    page = page_of(reader)
    for path in buttons.values():
        assert visitor.get(path).status_code == 200
    assert "Almost done" in visitor.post(buttons.pop(first)).text
    reader.refresh_from_db()
    assert reader.address == "ann@example.org"
    assert "Your address is changed" in visitor.post(*buttons.values()).text
    reader.refresh_from_db()
    assert (reader.address, reader.address_key) == ("New@Example.net", "new@example.net")
    assert reader.is_confirmed
    assert visitor.get(page).status_code == 404  # the old mailbox may be somebody else's soon
    assert visitor.post(*buttons.values()).status_code == 404
    assert not AddressChange.objects.exists()


def test_a_move_to_an_address_that_we_know_or_that_is_suppressed_works_too(visitor, reader, make_subscriber):
    make_subscriber("new@example.net", state=Subscriber.State.UNSUBSCRIBED)
    Suppression.add("new@example.net", Suppression.Reason.BOUNCED)
    do(visitor, reader, "address", address="new@example.net")
    change = AddressChange.objects.get()
    change.agree("old")
    AddressChange.objects.get().agree("new")
    assert Subscriber.objects.get().address_key == "new@example.net"
    assert not Suppression.objects.exists()
    change.agree("new")


def test_a_reader_sets_off_three_such_mails_a_day_and_a_later_one_replaces_the_former(visitor, reader):
    for number in range(5):
        answer = do(visitor, reader, "address", address=f"new{number}@example.net")
    assert "three changes today" in answer.text
    assert AddressChange.objects.get().address == "new2@example.net"
    assert do(visitor, reader, "address", address="x\r\nBcc: y@example.org").status_code == 422


def test_the_download_holds_everything(visitor, reader, make_country):
    reader.countries.set([make_country()])
    answer = visitor.get(page_of(reader) + "data.json")
    assert "attachment" in answer["Content-Disposition"]
    found = json.loads(answer.content)
    assert (found["address"], found["countries"]) == ("ann@example.org", ["Laos"])
    stored = {field.name for field in Subscriber._meta.fields} - {"id", "uuid", "address_key"}
    said = {"came_by": "imported_with_the_statement", "state_changed_at": "state_since", "created_at": "signed_up",
            "confirmed_at": "confirmed", "mailed_at": "last_mail_on_request", "mails_sent": "mails_on_request"}  # fmt: skip
    assert {said.get(name, name) for name in stored} <= set(found)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({}, FOREIGN),
        ({"unsubscribe": "yes"}, FOREIGN),
        ({"List-Unsubscribe": "One-Click", "more": "x"}, FOREIGN),
        ({"List-Unsubscribe": "something else"}, FOREIGN),
        ({}, {}),
    ],
)
def test_nothing_else_unsubscribes_from_elsewhere_and_nothing_does_by_an_empty_form(reader, body, headers):
    answer = Client().post(path_of(tokens.UNSUBSCRIBE, reader), body, headers=headers)
    assert answer.status_code == 403
    assert "form came from another site" in answer.text
    reader.refresh_from_db()
    assert reader.is_confirmed


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, FOREIGN, {"Referer": "https://mail.example/"}])
def test_a_consent_needs_a_browser_that_says_our_page_sent_it(make_subscriber, headers):
    reader = make_subscriber("ann@example.org", state="pending")
    path = path_of(tokens.CONFIRM, reader)
    assert Client().post(path, headers=headers).status_code == 403
    reader.refresh_from_db()
    assert reader.state == "pending"


@pytest.mark.parametrize("name", ["Origin", "Referer"])
def test_a_browser_that_says_so_in_either_way_consents(make_subscriber, name):
    reader = make_subscriber("ann@example.org", state="pending")
    answer = Client().post(path_of(tokens.CONFIRM, reader), headers={name: "http://testserver"})
    assert answer.status_code == 302
    reader.refresh_from_db()
    assert reader.is_confirmed


def test_deleting_asks_first_and_leaves_a_hash_that_no_import_gets_past(visitor, reader):
    path = page_of(reader) + "erase/"
    assert "Delete my data" in visitor.get(path).text
    assert Subscriber.objects.exists()
    assert "Your data is deleted" in visitor.post(path).text
    assert not Subscriber.objects.exists()
    row = Suppression.objects.get()
    assert "ann" not in f"{row.address_hash}{row}"
    assert Suppression.objects.of("ann@example.org").exists()
    assert visitor.get(path).status_code == 404
    assert visitor.post(path_of(tokens.UNSUBSCRIBE, reader), BUTTON).status_code == 404


def test_one_click_unsubscribes_at_once_from_anywhere_without_a_cookie(visitor, reader):
    path = path_of(tokens.UNSUBSCRIBE, reader)
    body = {"List-Unsubscribe": "One-Click"}
    answer = visitor.post(path, body, headers=FOREIGN)
    assert answer.status_code == 200
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert visitor.post(path, body).status_code == 200


def test_a_click_on_the_link_asks_first(visitor, reader):
    path = path_of(tokens.UNSUBSCRIBE, reader)
    assert "Unsubscribe from the newsletter?" in visitor.get(path).text
    visitor.head(path)
    reader.refresh_from_db()
    assert reader.is_confirmed


def test_who_has_just_unsubscribed_can_take_it_back_and_nobody_else(visitor, reader):
    path = path_of(tokens.UNSUBSCRIBE, reader)
    way_back = visitor.post(path, BUTTON).context["way_back"]
    assert "way_back" not in visitor.post(path, BUTTON).context
    visitor.post(path, {"back": "x"})
    reader.refresh_from_db()
    assert not reader.is_confirmed
    assert "subscribed again" in visitor.post(path, {"back": way_back}).text
    reader.refresh_from_db()
    assert reader.is_confirmed
    visitor.post(path, BUTTON)
    visitor.post(path, {"back": way_back})  # of another time
    reader.refresh_from_db()
    assert not reader.is_confirmed


def test_the_link_to_unsubscribe_never_ends(visitor, reader, monkeypatch):
    path = path_of(tokens.UNSUBSCRIBE, reader)
    then = timezone.now() + dt.timedelta(days=3650)
    monkeypatch.setattr(timezone, "now", lambda: then)
    monkeypatch.setattr("time.time", then.timestamp)
    assert visitor.post(path, BUTTON).status_code == 200
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED


@pytest.mark.parametrize("link", [tokens.CONFIRM, tokens.MANAGE, tokens.UNSUBSCRIBE])
def test_a_link_of_another_purpose_or_of_another_reader_opens_nothing(reader, make_subscriber, link):
    token = link.token(reader)
    other = link.token(make_subscriber())
    wrong = [one.token(reader) for one in [tokens.CONFIRM, tokens.MANAGE, tokens.UNSUBSCRIBE] if one != link]
    head, _dot, tail = token.partition(".")
    wrong += [
        token[:-1],
        f"{other.partition('.')[0]}.{tail}",
        head,
        "",
        ".",
        "a.b",
        f"{head}.{'A' * 43}",
        "é.é",
    ]
    for one in wrong:
        with pytest.raises(tokens.InvalidLink):
            link.find(one)
    assert link.find(token) == reader


@pytest.mark.parametrize("reason", [None, Suppression.Reason.BOUNCED, Suppression.Reason.COMPLAINED])
def test_who_left_a_year_ago_is_forgotten_but_for_the_hash(reader, reason):
    if reason:
        reader.suppress(reason)
    else:
        reader.unsubscribe()
    Subscriber.objects.update(state_changed_at=timezone.now() - dt.timedelta(days=364))
    tidying.tidy()
    assert Subscriber.objects.exists()
    Subscriber.objects.update(state_changed_at=timezone.now() - dt.timedelta(days=366))
    tidying.tidy()
    assert not Subscriber.objects.exists()
    kept = Suppression.objects.of("ann@example.org").get()
    assert kept.reason == (reason or Suppression.Reason.UNSUBSCRIBED)


def test_a_mail_that_nobody_needs_any_more_is_not_sent(reader):
    posting.post("newsletter_confirm", reader.pk)  # confirmed meanwhile
    posting.post("newsletter_link", 0)
    posting.post("newsletter_change_to", 0)
    work()
    assert mail.outbox == []


@pytest.mark.parametrize("kind", notices.KINDS)
def test_every_mail_on_request_is_sound_says_nothing_in_its_subject_and_reads_well(reader, kind, site):
    site.name, site.organisation = "Sunrise <News>", "Sunrise & Friends"
    site.save()
    change = AddressChange.objects.create(
        subscriber=reader, address="new@example.net", address_key="new@example.net"
    )
    if kind == "newsletter_confirm":
        Subscriber.objects.update(state=Subscriber.State.PENDING)
    posting.post(kind, change.pk if "change" in kind else reader.pk)
    work()
    message = email.message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
    assert message.defects == []
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Sunrise" not in message["Subject"]
    text = message.get_body(["plain"]).get_content()
    html = message.get_body(["html"]).get_content()
    assert "Sunrise <News>" in " ".join(text.split())
    assert text.endswith(f"-- \n{site.postal_address}\n\n")
    # A welcome leads to the site, to the reader's own page, and out.
    assert text.count("http://") == (3 if kind == "newsletter_welcome" else 1)
    assert "\n\n\n\n" not in text
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 78
    assert "src=" not in html
