"""What the mailbox says about whose turn it is."""

import pytest

from .conftest import MAILBOX, hidden

pytestmark = pytest.mark.django_db


def test_right_after_its_owner_replied_nobody_waits_for_them(client, at_desk, desk, inquiry):
    at_desk(inquiry, "ask", text="Which town do you mean?")
    page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt), "action": "open"})
    assert "wait for you" in page.content.decode()
    sent = {
        "ticket": hidden(page, "ticket"), "nonce": hidden(page, "nonce"), "message": "Savannakhet.", "action": "write",
    }  # fmt: skip
    answer = client.post(MAILBOX, sent)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Your message was added." in text
    assert "wait for you" not in text
    assert "Somebody answers until" in text
