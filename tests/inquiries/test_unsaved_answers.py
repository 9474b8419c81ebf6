"""What an officer types on the page of an inquiry is kept sealed until it is sent, and comes back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from inquiries import retention, rotation
from inquiries.desk import access
from inquiries.models import Entry, UnsavedAnswer
from tests.newsroom.unsaved.typing import keep, taken_up
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
TEXT = "Call us on Monday, Đường."


def address(inquiry):
    return f"/admin/inquiries/inquiry/{inquiry.pk}/"


def raw():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM inquiries_unsavedanswer")
        return " ".join(row[0] for row in cursor.fetchall())


def test_an_answer_a_note_and_a_checklist_come_back_sealed_meanwhile(desk, inquiry):
    page = desk.get(address(inquiry))
    kept = keep(desk, page, text=TEXT, note="To be called", referred_to="A shelter", steps=["consent"])
    assert kept.json()["state"] == "kept" and "Monday" not in raw()
    offered = desk.get(address(inquiry))
    assert "and did not save" in offered.text and values_on(offered)["text"] == ""
    shown = taken_up(desk, offered)
    form = values_on(shown)
    assert (form["text"], form["note"], form["referred_to"]) == (TEXT, "To be called", "A shelter")
    noted = desk.post(address(inquiry), form | {"action": "note"})
    assert values_on(noted)["text"] == TEXT and UnsavedAnswer.objects.count() == 1
    referred = desk.post(address(inquiry), values_on(noted) | {"action": "refer"})
    answered = desk.post(address(inquiry), values_on(referred) | {"action": "answer"})
    assert answered.status_code == 302 and not UnsavedAnswer.objects.exists()
    assert [entry.words["text"] for entry in Entry.objects.all()][-2:] == ["To be called", TEXT]


def test_it_is_kept_while_the_desk_is_locked_and_shown_only_after_the_password(desk, inquiry):
    page = desk.get(address(inquiry))
    session = desk.session
    session[access.SEEN_AT] -= access.IDLE + 1
    session.save()
    assert keep(desk, page, text=TEXT).json()["state"] == "kept"
    locked = desk.get(address(inquiry))
    assert "Type your password" in locked.text and TEXT not in locked.text
    assert desk.session[access.SEEN_AT] == session[access.SEEN_AT]  # keeping is no use of the desk


def test_nobody_but_an_officer_keeps_or_sees_it(desk, inquiry, admin_user):
    page, client = desk.get(address(inquiry)), Client()
    keep(desk, page, text=TEXT)
    client.force_login(admin_user)
    who = page.text.replace(f'data-who="{desk.session["_auth_user_id"]}"', f'data-who="{admin_user.pk}"')
    page.content = who.encode()
    assert keep(client, page, text="Planted").json() == {"state": "refused"}
    assert UnsavedAnswer.objects.count() == 1 and "has this open too" not in desk.get(address(inquiry)).text


def test_it_is_sealed_anew_and_goes_with_the_inquiry_and_after_a_time(desk, inquiry):
    keep(desk, desk.get(address(inquiry)), text=TEXT)
    assert (UnsavedAnswer, "sealed") in rotation.columns()
    assert "inquiries_unsavedanswer" in retention.backup_part().tables
    UnsavedAnswer.objects.update(saved_at=timezone.now() - timedelta(days=31))
    retention.purge()
    assert not UnsavedAnswer.objects.exists()
    keep(desk, desk.get(address(inquiry)), text=TEXT)
    retention.delete(type(inquiry).objects.filter(pk=inquiry.pk))
    assert not UnsavedAnswer.objects.exists()
