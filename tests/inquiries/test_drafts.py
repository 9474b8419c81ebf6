"""A form that was not taken: at an address of its own for ten minutes, in clear nowhere, gone once it is sent."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from inquiries import drafts
from inquiries.models import Inquiry
from newsroom.guard import counters
from newsroom.logs.logs import TOKENS

from .conftest import FORM, a_form, hidden, receipt_on

pytestmark = pytest.mark.django_db
TYPED = "My sister is locked in the house by the harbour."


def test_what_was_refused_stands_at_an_address_of_its_own_until_it_is_sent(client):
    form = a_form(message=TYPED, kind="help", country="TH", reply_by="full")
    answer = client.post(FORM, form)
    assert answer.status_code == 303
    address = answer["Location"]
    page = client.get(address)
    assert (page.status_code, page["Cache-Control"], page.cookies) == (422, "no-store", {})
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert TYPED in page.text and "Write your email address" in page.text
    assert page.text == client.get(address).text
    form |= {"address": "ann@example.org", "nonce": hidden(page, "nonce")}
    again = client.post(FORM, form)
    assert again["Location"] == address  # of one form, however often it is not taken
    page = client.get(address)
    assert (page.status_code, 'id="help-first"' in page.text) == (200, True)
    assert receipt_on(client.post(FORM, form | {"help_seen": hidden(page, "help_seen")}))
    assert Inquiry.objects.get().words["country"] == "TH"
    over = client.get(address)
    assert over.status_code == 410
    assert TYPED not in over.text
    assert counters.parcels() == 0


def test_after_ten_minutes_it_is_gone_and_swept(client, monkeypatch):
    address = client.post(FORM, a_form(message=TYPED, kind=""))["Location"]
    later = timezone.now() + timedelta(seconds=drafts.GOOD_FOR + 1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get(address).status_code == 410
    counters.sweep()
    monkeypatch.undo()
    assert client.get(address).status_code == 410


def test_nothing_of_it_is_stored_in_clear_and_our_keys_do_not_open_it(client, settings):
    address = client.post(FORM, a_form(message=TYPED, kind="", name="Ann Planted"))["Location"]
    token = address.rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    content = counters.fetch(drafts._name(token))
    assert TYPED.encode() not in content
    stored = [content, *(file.read_bytes() for file in _files_of_the_store(settings))]
    for told in [TYPED, "Ann Planted", token]:
        assert not any(told.encode() in one for one in stored)
    assert TOKENS.sub("[token]", f"Gone: {address}") == "Gone: /inquiries/draft/[token]/"


def _files_of_the_store(settings):
    path = Path(settings.THROTTLE_FILE)
    return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "../" * 5])
def test_another_address_shows_nothing(client, token):
    assert client.get(f"/inquiries/draft/{token}/").status_code in {404, 410}


@pytest.mark.parametrize("fault", ["room", "network", "length", "store"])
def test_where_it_can_not_be_kept_the_form_answers_at_once(client, monkeypatch, settings, tmp_path, fault):
    form = a_form(message=TYPED, kind="")
    if fault == "room":
        monkeypatch.setattr(drafts, "MOST", 0)
    elif fault == "network":
        monkeypatch.setattr(drafts, "OF_A_NETWORK", replace(drafts.OF_A_NETWORK, times=0))
    elif fault == "length":
        form["message"] = TYPED + "x" * drafts.LONGEST
    else:
        (tmp_path / "file").touch()
        settings.THROTTLE_FILE = tmp_path / "file" / "throttle.sqlite3"
        settings.THROTTLES_IN_DATABASE = False
        counters.close()
    page = client.post(FORM, form)
    assert page.status_code == 422
    assert TYPED in page.text
    assert "For ten minutes" not in page.text


def test_a_flood_of_them_ends_with_what_the_store_holds(client, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 3)
    answers = [client.post(FORM, a_form(kind="", message=f"{n}")).status_code for n in range(5)]
    assert answers == [303, 303, 303, 422, 422]
