"""`make soak`: the flood that once erased a plea for help, in full size."""

import pytest

from inquiries.models import Inquiry
from tests.inquiries.conftest import FORM, MAILBOX, a_form, open_an_office, receipt_on


@pytest.mark.django_db
def test_a_plea_outlives_70_posts_from_7_networks_and_5050_from_one(client):
    open_an_office()
    for number in range(70):
        client.post(FORM, a_form(message=f"First {number}"), REMOTE_ADDR=f"192.0.{number // 10}.1")
    form = a_form(message="They took my passport.", kind="help", help_seen="1")
    plea = client.post(FORM, form, REMOTE_ADDR="203.0.113.9")
    for number in range(5_050):
        client.post(FORM, a_form(message=f"Second {number}"), REMOTE_ADDR="198.51.100.7")
    opened = client.post(MAILBOX, {"receipt": " ".join(receipt_on(plea))}, REMOTE_ADDR="203.0.113.9")
    assert opened.status_code == 200
    assert "They took my passport." in opened.text
    assert Inquiry.objects.count() < 500
