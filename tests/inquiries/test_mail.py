"""Mail: only as its sender chose, neutral, and nothing of an inquiry in the outbox."""

import pytest
from django.core import mail
from django.utils import timezone

from inquiries.models import Inquiry
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due

from .conftest import DESK

pytestmark = pytest.mark.django_db
TO = "ann@example.org"


def sent(to=TO):
    """Return what left to this address."""
    mail.outbox.clear()
    send_due()
    return [message for message in mail.outbox if message.to == [to]]


def test_with_the_receipt_only_no_mail_leaves_even_where_an_address_was_given(ask, at_desk):
    ask(reply_by="receipt", address=TO)
    at_desk(Inquiry.objects.get(), "answer", text="Yes.")
    assert sent() == []
    assert not Mail.objects.exclude(kind__in=["inquiry-waits", "inquiry-officers"]).exists()


def test_the_acknowledgement_holds_the_reference_and_nothing_of_the_message(ask, settings):
    ask(reply_by="notice", address=TO, message="planted words", name="Planted", country="LA")
    [message] = sent()
    reference = Inquiry.objects.get().words["reference"]
    raw = message.message().as_string()
    assert reference in message.subject
    assert reference in message.body
    assert "Nobody reads replies" in message.body
    assert "lanted" not in raw
    assert "raffick" not in raw
    assert message.from_email == settings.INQUIRY_FROM_EMAIL
    assert "<" not in message.from_email
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_address_gets_one_acknowledgement_a_day(ask):
    for number in range(4):
        ask(reply_by="full", address=[TO, TO.upper()][number % 2], message=f"Message {number}")
    assert Mail.objects.filter(kind="inquiry-received").count() == 1


def test_a_notice_says_that_an_answer_waits_and_not_which(ask, at_desk):
    ask(reply_by="notice", address=TO)
    sent()
    at_desk(Inquiry.objects.get(), "answer", text="planted answer")
    [message] = sent()
    assert "/inquiries/mailbox/" in message.body
    assert "planted" not in message.message().as_string()


def test_the_full_answer_goes_to_those_who_chose_it(ask, at_desk):
    ask(reply_by="full", address=TO, message="planted question")
    sent()
    at_desk(Inquiry.objects.get(), "answer", text="Dear Ann, <it> stands & waits.")
    [message] = sent()
    assert "Dear Ann, <it> stands & waits." in message.body
    assert "&lt;it&gt; stands &amp; waits." in message.alternatives[0].content
    assert "planted question" not in message.message().as_string()


def test_who_changed_their_mind_before_it_left_gets_none(ask, at_desk):
    ask(reply_by="full", address=TO)
    inquiry = Inquiry.objects.get()
    at_desk(inquiry, "answer", text="Yes.")
    inquiry.refresh_from_db()
    inquiry.seal(reply_by="receipt")
    inquiry.save()
    assert sent() == []
    assert not Mail.objects.exists()


def test_what_is_deleted_before_its_mail_left_is_mailed_to_nobody(ask, at_desk):
    ask(reply_by="full", address=TO)
    at_desk(Inquiry.objects.get(), "answer", text="Yes.")
    Inquiry.objects.all().delete()
    assert sent() == []


def test_a_note_is_mailed_to_nobody(ask, at_desk):
    ask(reply_by="full", address=TO)
    sent()
    at_desk(Inquiry.objects.get(), "note", note="Inside")
    assert sent() == []


def test_officers_hear_that_something_waits_with_a_link_and_nothing_else(ask, officer):
    ask(message="planted words", kind="help", help_seen="1", country="LA")
    [message] = [m for m in sent(officer.email) if "waits" in m.subject]
    assert message.body.split() == ["A", "new", "inquiry", "waits.", f"http://127.0.0.1:8000{DESK}"]
    assert Inquiry.objects.get().words["reference"] not in message.message().as_string()


def test_officers_get_one_such_mail_at_a_time(ask, officer):
    for number in range(3):
        ask(message=f"Message {number}")
    assert Mail.objects.filter(kind="inquiry-waits").count() == 1


def test_the_outbox_holds_kinds_and_keys_alone(ask, officer):
    ask(reply_by="full", address=TO)
    rows = Mail.objects.filter(kind__in=["inquiry-received", "inquiry-waits"]).values_list("kind", "key")
    assert set(rows) == {
        ("inquiry-received", str(Inquiry.objects.get().pk)),
        ("inquiry-waits", str(officer.pk)),
    }


def test_the_warning_before_a_thread_closes_is_mailed_as_chosen(ask, at_desk):
    from datetime import timedelta

    from inquiries import retention

    ask(reply_by="notice", address=TO)
    at_desk(Inquiry.objects.get(), "answer", text="Yes.")
    sent()
    Inquiry.objects.update(last_entry_at=timezone.now() - timedelta(days=24))
    retention.run()
    [message] = sent()
    assert "closes by itself in seven days" in message.body
