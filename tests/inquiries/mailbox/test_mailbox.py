"""The mailbox: opened with a receipt, without a cookie, a session or an address that tells."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from inquiries import reception
from inquiries.floods import abuse
from inquiries.mailbox import receipts, tickets
from inquiries.models import Entry, Inquiry, Safe
from newsroom.guard import encryption
from tests.inquiries.conftest import FORM, MAILBOX, a_form, hidden, receipt_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, inquiry):
    """Return a function that opens the mailbox, and does something there."""

    def do(deed=None, **values):
        page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)})
        if deed is None:
            return page
        form = {"ticket": hidden(page, "ticket"), "nonce": hidden(page, "nonce"), "action": deed}
        return client.post(MAILBOX, form | values)

    return do


def test_it_opens_with_the_receipt(enter, inquiry):
    page = enter()
    assert page.status_code == 200
    assert inquiry.words["reference"] in page.content.decode()
    assert "Where do I find the report of 2006?" in page.content.decode()


def test_it_shows_the_answer_and_never_a_note(enter, inquiry, officer):
    inquiry.enter(Entry.Voice.NOTE, "Ask Ann about this one", officer=officer)
    inquiry.answer("It stands at https://example.org/report <here>", officer)
    text = enter().content.decode()
    assert "We have answered." in text
    assert '<a href="https://example.org/report"' in text
    assert "&lt;here&gt;" in text
    assert "Ask Ann" not in text
    assert officer.username not in text


def test_its_words_are_in_no_page_and_no_cookie_and_leave_no_session(client, enter, inquiry):
    # A receipt is made of common words, some of which our pages say anyway.
    ours = "".join(page.read_text() for page in (settings.BASE_DIR / "templates").rglob("*.html"))
    words = [word for word in inquiry.receipt if len(word) > 6 and word not in ours]
    for page in [enter(), enter("write", message="Thank you"), enter("delete")]:
        text = page.content.decode()
        assert not any(f">{word}<" in text or f"{word} " in text for word in words)
        assert " ".join(inquiry.receipt) not in text
        assert not page.cookies
    assert not Session.objects.exists()


def test_its_sender_writes_again_and_it_stands_on_the_desk_once_more(enter, inquiry, officer):
    inquiry.answer("Here it is.", officer, asks_back=True)
    page = enter("write", message="Thank you.\r\nOne more thing")
    assert "Your message was added." in page.content.decode()
    inquiry.refresh_from_db()
    assert (inquiry.state, bool(inquiry.due_on)) == ("open", True)
    assert inquiry.entries.last().words["text"] == "Thank you.\r\nOne more thing"


def test_writing_to_a_closed_thread_opens_it(enter, inquiry):
    inquiry.close()
    assert "This conversation has ended." in enter().content.decode()
    enter("write", message="Wait")
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.closed_at) == ("open", None)


def test_a_double_click_writes_once(client, enter, inquiry):
    page = enter()
    form = {
        "ticket": hidden(page, "ticket"),
        "nonce": hidden(page, "nonce"),
        "action": "write",
        "message": "Thank you",
    }
    client.post(MAILBOX, form)
    client.post(MAILBOX, form)
    assert inquiry.entries.count() == 2


def test_a_form_that_is_sent_again_with_another_text_adds_that_too(client, enter, inquiry):
    page = enter()
    form = {"ticket": hidden(page, "ticket"), "nonce": hidden(page, "nonce"), "action": "write"}
    for text in ["Thank you", "I am not safe here"]:
        assert "Your message was added." in client.post(MAILBOX, form | {"message": text}).text
    assert [entry.words["text"] for entry in inquiry.entries.all()][1:] == ["Thank you", "I am not safe here"]


def test_an_empty_message_is_an_error_beside_its_field(enter, inquiry):
    page = enter("write", message=" ")
    assert page.status_code == 422
    assert 'id="id_message_error"' in page.content.decode()
    assert inquiry.entries.count() == 1


def test_its_owner_deletes_everything_at_once_after_one_question(enter, inquiry):
    assert "Delete everything?" in enter("delete").content.decode()
    assert Inquiry.objects.exists()
    assert "Everything is deleted" in enter("delete-for-good").content.decode()
    assert not Inquiry.objects.exists()
    assert not Entry.objects.exists()
    assert Safe.objects.get().has_leftovers


def test_wrong_and_gone_look_the_same(client, enter, inquiry):
    wrong = client.post(MAILBOX, {"receipt": " ".join(receipts.written(1, "en"))})
    nonsense = client.post(MAILBOX, {"receipt": "nonsense"})
    enter("delete-for-good")
    gone = enter()
    assert wrong.status_code == nonsense.status_code == gone.status_code == 422
    assert wrong.content == nonsense.content == gone.content


def test_guessing_is_throttled(client, inquiry, django_assert_num_queries):
    wrong = {"receipt": " ".join(receipts.written(1, "en"))}
    answers = [client.post(MAILBOX, wrong).status_code for _ in range(abuse.GUESSES.times)]
    assert set(answers) == {422}
    with django_assert_num_queries(0):
        assert client.post(MAILBOX, wrong).status_code == 429
        assert client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)}).status_code == 429
    other = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


def test_the_right_receipt_uses_up_no_guess(client, enter):
    for _ in range(abuse.GUESSES.times + 5):
        assert enter().status_code == 200
    wrong = {"receipt": " ".join(receipts.written(1, "en"))}
    answers = [client.post(MAILBOX, wrong).status_code for _ in range(abuse.GUESSES.times + 1)]
    assert answers == [422] * abuse.GUESSES.times + [429]


def test_guesses_of_one_moment_are_no_more_than_the_limit(client, db, monkeypatch):
    """Each of them has looked before another was counted."""
    monkeypatch.setattr(abuse, "is_spent", lambda *_: False)
    answers = [client.post(MAILBOX, {"receipt": "wrong"}).status_code for _ in range(abuse.GUESSES.times + 3)]
    assert answers == [422] * abuse.GUESSES.times + [429] * 3


def test_a_full_thread_says_so_and_what_was_typed_stays(enter, inquiry, monkeypatch):
    monkeypatch.setattr(reception, "MOST_ENTRIES", 2)
    assert enter("write", message="Second").status_code == 200
    page = enter("write", message="Third")
    assert page.status_code == 422
    assert "This conversation is full." in page.content.decode()
    assert "Third</textarea>" in page.content.decode()
    assert inquiry.entries.count() == 2


def test_a_ticket_is_good_for_ten_minutes_and_what_was_typed_is_carried_on(
    client, enter, inquiry, monkeypatch
):
    page = enter()
    form = {"ticket": hidden(page, "ticket"), "nonce": hidden(page, "nonce"), "action": "write"}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + tickets.GOOD_FOR + 1)
    late = client.post(MAILBOX, form | {"message": "My long reply"})
    assert late.status_code == 422
    assert "My long reply" in late.content.decode()
    assert inquiry.entries.count() == 1
    back = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt), "message": "My long reply"})
    assert "My long reply</textarea>" in back.content.decode()


@pytest.mark.parametrize("deed", ["write", "delete", "delete-for-good", ""])
def test_what_is_deleted_between_look_and_lock_costs_nobody_what_they_typed(
    enter, inquiry, monkeypatch, deed
):
    found = tickets.inquiry_of

    def deleted_meanwhile(ticket):
        row = found(ticket)
        Inquiry.objects.all().delete()
        return row

    monkeypatch.setattr(tickets, "inquiry_of", deleted_meanwhile)
    page = enter(deed, message="My long reply")
    assert page.status_code in {200, 422}
    assert deed != "write" or "My long reply" in page.content.decode()
    assert not Inquiry.objects.exists()


def test_a_ticket_cannot_be_made_up_and_nothing_else_encrypted_passes_for_one(client, inquiry):
    for ticket in ["", "x", inquiry.sealed, encryption.encrypt(str(inquiry.pk)), "ticket " + str(inquiry.pk)]:
        page = client.post(MAILBOX, {"ticket": ticket, "action": "delete-for-good"})
        assert page.status_code == 422
    assert Inquiry.objects.exists()


@pytest.mark.parametrize("text", ["", "abc", "1" * 33, "{12345678}", "x" * 10_000])
@pytest.mark.parametrize("deed", ["", "write", "delete", "delete-for-good"])
def test_a_ticket_that_names_no_inquiry_is_over(client, inquiry, text, deed):
    page = client.post(MAILBOX, {"ticket": encryption.encrypt(f"ticket {text}"), "deed": deed})
    assert page.status_code == 422


def test_spam_opens_like_any_other(client):
    page = client.post(FORM, a_form(website="x"))
    thread = client.post(MAILBOX, {"receipt": " ".join(receipt_on(page))})
    assert thread.status_code == 200
    assert "spam" not in thread.content.decode().lower()


def test_who_lost_a_receipt_and_sent_the_same_words_again_is_read_once_they_write(client):
    text = "May I leave the house? " * 6
    client.post(FORM, a_form(message=text))
    receipt = receipt_on(client.post(FORM, a_form(message=text)))
    second = Inquiry.objects.spam().get()
    page = client.post(MAILBOX, {"receipt": " ".join(receipt)})
    form = {"ticket": hidden(page, "ticket"), "nonce": hidden(page, "nonce"), "action": "write"}
    page = client.post(MAILBOX, form | {"message": "Please, is anybody there?"})
    second.refresh_from_db()
    assert (second.state, second.due_on is not None, second.entries.count()) == ("open", True, 2)
    assert "answers until" in page.text


def test_a_missing_key_is_a_clear_page_and_never_ciphertext(client, enter, inquiry, settings):
    from newsroom.configuration.environment import new_encryption_key

    sealed = inquiry.sealed
    settings.INQUIRY_KEYS = [new_encryption_key()]
    page = enter()
    assert page.status_code == 503
    assert "Nothing is lost" in page.content.decode()
    assert sealed[:40] not in page.content.decode()
