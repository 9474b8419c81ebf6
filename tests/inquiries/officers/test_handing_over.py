"""Inquiries of an officer who has left wait for everybody, and go to another one without a word of them being read."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from inquiries import unread
from inquiries.models import Event, Inquiry
from inquiries.officers.handover import Inquiries
from newsroom.outbox.models import Mail
from tests.inquiries.conftest import DESK, MAILBOX, hidden
from tests.newsroom.accounts.test_handing_over import (
    account_of,
    client_of,
    hand_over_at_once,
    handed_over_while_closing,
    page_of,
    save_account,
)

pytestmark = pytest.mark.django_db
SAID = "Somebody else answers from now on."


@pytest.fixture
def ann(make_user):
    return make_user("ann", "Inquiry officer")


@pytest.fixture
def ben(make_user):
    return make_user("ben", "Inquiry officer")


@pytest.fixture
def head(make_user):
    return client_of(make_user("head", "Administrator"))


@pytest.fixture
def hers(inquiry, ann):
    inquiry.assign(ann)
    return inquiry


def close(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def mailbox_of(client, inquiry):
    return client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)}).text


def test_closing_an_officers_account_leads_to_the_number_of_inquiries_and_no_word_of_one(
    head, hers, ann, ben
):
    assert save_account(head, ann, is_active=None)["Location"] == page_of(ann)
    page = head.get(page_of(ann)).text
    assert "1 inquiry" in page and ">ben<" in page
    for word in ("report of 2006", hers.words["reference"], str(hers.pk)):
        assert word not in page
    assert "this is still in that name: 1 inquiry." in head.get("/admin/").text


def test_so_does_taking_the_role_away(head, hers, ann):
    ann.groups.add(Group.objects.get(name="Writer"))
    writer = Group.objects.get(name="Writer")
    assert save_account(head, ann, groups=[writer.pk])["Location"] == page_of(ann)
    assert "ann has lost the role for what is still in that name: 1 inquiry." in head.get("/admin/").text


def test_another_officer_gets_them_and_the_log_of_the_desk_says_who_did_it(head, hers, ann, ben):
    close(ann)
    Mail.objects.all().delete()
    head.post(page_of(ann), {"inquiries": ben.pk})
    hers.refresh_from_db()
    assert (hers.officer, hers.state) == (ben, "open")
    event = Event.objects.get()
    assert (event.words["deed"], event.officer.username, event.inquiry) == ("handed-over", "head", None)
    assert [(mail.kind, mail.key) for mail in Mail.objects.all()] == [("inquiry-waits", str(ben.pk))]
    assert "account of ann" not in head.get("/admin/").text


def test_that_is_no_reading_of_it(head, hers, ann, ben):
    close(ann)
    head.post(page_of(ann), {"inquiries": ben.pk})
    assert unread.is_unread(hers)
    client_of(ben).get(f"{DESK}{hers.pk}/")
    assert not unread.is_unread(hers)


def test_nobody_may_get_them_and_they_wait_for_all_officers(head, hers, ann, ben):
    close(ann)
    Mail.objects.all().delete()
    head.post(page_of(ann), {"inquiries": "nobody"})
    hers.refresh_from_db()
    assert (hers.officer, hers.state) == (None, "open")
    assert [(mail.kind, mail.key) for mail in Mail.objects.all()] == [("inquiry-waits", str(ben.pk))]


def test_only_officers_to_whom_the_desk_is_open_are_offered(head, hers, ann, ben, make_user):
    close(ann)
    eve = make_user("eve", "Editor")
    User.objects.filter(pk=ben.pk).update(email="other@example.org")
    for person in (eve, ben, ann):
        assert head.post(page_of(ann), {"inquiries": person.pk}).status_code == 200
        assert Inquiries().hand_over(ann, person, eve) == 0
    hers.refresh_from_db()
    assert hers.officer == ann


def test_closed_ones_and_those_of_active_officers_stay(head, hers, ann, ben):
    head.post(page_of(ann), {"inquiries": ben.pk})
    assert Inquiries().hand_over(ann, ben, ben) == 0
    hers.close()
    close(ann)
    assert "Nothing waits to be handed over" in head.get(page_of(ann)).text
    hers.refresh_from_db()
    assert hers.officer == ann


def test_whoever_wrote_reads_once_that_somebody_else_answers_and_no_name(client, head, hers, ann, ben):
    hers.answer("It stands in the archive.", ann)
    assert SAID not in mailbox_of(client, hers)
    close(ann)
    Mail.objects.all().delete()
    head.post(page_of(ann), {"inquiries": ben.pk})
    page = mailbox_of(client, hers)
    assert page.count(SAID) == 1
    assert page.index("It stands in the archive.") < page.index(SAID)
    for name in ("ann", "ben", "head"):
        assert f">{name}<" not in page and f" {name} " not in page
    close(ben)
    head.post(page_of(ben), {"inquiries": "nobody"})
    assert mailbox_of(client, hers).count(SAID) == 1
    assert not Mail.objects.exclude(kind__in=["inquiry-waits", "inquiry-account"]).exists()


def test_what_is_written_later_stands_below_it(client, head, hers, ann, ben):
    hers.answer("It stands in the archive.", ann)
    close(ann)
    head.post(page_of(ann), {"inquiries": ben.pk})
    hers.refresh_from_db()
    hers.answer("I have looked again.", ben)
    page = mailbox_of(client, hers)
    assert page.index("in the archive.") < page.index(SAID) < page.index("I have looked again.")


def test_who_was_never_answered_reads_nothing_of_it(client, head, hers, ann, ben):
    close(ann)
    head.post(page_of(ann), {"inquiries": ben.pk})
    assert SAID not in mailbox_of(client, hers)


def test_an_officer_who_takes_it_at_the_desk_lets_the_mailbox_say_so_too(client, hers, ann, ben):
    hers.answer("It stands in the archive.", ann)
    close(ann)
    at_desk = client_of(ben)
    found = at_desk.get(f"{DESK}{hers.pk}/").context
    form = {"action": "take", "once": found["once"], "last_entry": found["last_entry"]}
    assert at_desk.post(f"{DESK}{hers.pk}/", form).status_code == 302
    assert SAID in mailbox_of(client, hers)


def test_an_officer_who_answers_without_taking_it_lets_the_mailbox_say_so_above_the_answer(
    client, hers, ann, ben
):
    hers.answer("It stands in the archive.", ann)
    close(ann)
    at_desk = client_of(ben)
    page = at_desk.get(f"{DESK}{hers.pk}/")
    form = {"action": "answer", "text": "I have looked again.", "officer": "", "officer_was": ""}
    form |= {"once": page.context["once"], "last_entry": page.context["last_entry"]}
    assert at_desk.post(f"{DESK}{hers.pk}/", form).status_code == 302
    hers.refresh_from_db()
    assert (hers.officer, hers.state) == (ben, "answered")
    page = mailbox_of(client, hers)
    assert page.count(SAID) == 1
    assert page.index("in the archive.") < page.index(SAID) < page.index("I have looked again.")


def test_handing_over_between_officers_says_nothing(client, hers, ann, ben):
    hers.answer("It stands in the archive.", ann)
    at_desk = client_of(ben)
    found = at_desk.get(f"{DESK}{hers.pk}/").context
    at_desk.post(
        f"{DESK}{hers.pk}/", {"action": "take", "once": found["once"], "last_entry": found["last_entry"]}
    )
    hers.refresh_from_db()
    assert hers.officer == ben
    assert SAID not in mailbox_of(client, hers)


@pytest.mark.parametrize("leave", [close, lambda user: user.groups.clear()])
def test_the_inbox_shows_that_nobody_has_it_and_an_answer_makes_it_ones_own(hers, ann, ben, leave):
    at_desk = client_of(ben)
    assert ">ann" in at_desk.get(DESK).text
    leave(ann)
    page = at_desk.get(DESK).text
    assert "nobody now" in page and ">ann" not in page
    page = at_desk.get(f"{DESK}{hers.pk}/")
    assert hidden(page, "officer_was") == ""
    form = {"action": "answer", "text": "Here it is.", "officer": "", "officer_was": ""}
    form |= {"once": page.context["once"], "last_entry": page.context["last_entry"]}
    assert at_desk.post(f"{DESK}{hers.pk}/", form).status_code == 302
    hers.refresh_from_db()
    assert hers.officer == ben


def test_the_account_of_an_officer_with_open_inquiries_is_not_deleted(admin_user, hers, ann):
    boss = client_of(admin_user)
    delete = reverse("admin:auth_user_delete", args=[ann.pk])
    assert boss.post(delete, {"post": "yes"})["Location"] == account_of(ann)
    close(ann)
    boss.post(page_of(ann), {"inquiries": "nobody"})
    boss.post(delete, {"post": "yes"})
    assert not User.objects.filter(pk=ann.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_hands_them_over(file_database, ask, ann, ben, make_user):
    cleo, by = make_user("cleo", "Inquiry officer"), make_user("head", "Administrator")
    for number in range(3):
        ask(message=f"Question {number}")
    for one in Inquiry.objects.all():
        one.assign(ann)
        one.answer("It stands in the archive.", ann)
    close(ann)
    moved = hand_over_at_once(Inquiries(), ann, (ben, cleo), by)
    assert sorted(moved.values()) == [0, 3]
    winner = next(name for name, count in moved.items() if count)
    assert {one.officer.username for one in Inquiry.objects.select_related("officer")} == {winner}
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_to_an_officer_whose_account_is_being_closed(file_database, ask, ann, ben, make_user):
    ask()
    hers = Inquiry.objects.get()
    hers.assign(ann)
    close(ann)
    by = make_user("head", "Administrator")
    assert handed_over_while_closing(Inquiries(), ann, ben, by) == [0]
    hers.refresh_from_db()
    assert hers.officer == ann
