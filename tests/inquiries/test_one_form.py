"""The page of an inquiry: nothing is done unread, nothing deleted comes back, and nothing that was typed is lost."""

import re
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from inquiries import retention
from inquiries.models import Entry, Event, Inquiry
from tests.pageforms import token_on, waiting_on
from tests.servers import PASSWORD

from .conftest import DESK, a_form

pytestmark = pytest.mark.django_db
TYPED = {
    "text": "My long answer",
    "note": "My long note",
    "referred_to": "Shelter North",
    "steps": ["consent"],
}
# What each button needs before it can do something, and what it would leave behind.
BUTTONS = {
    "answer": ("open", {"text": "Yes"}),
    "ask": ("open", {"text": "Which year?"}),
    "note": ("open", {"note": "Known"}),
    "take": ("new", {}),
    "assign": ("new", {}),
    "refer": ("open", {"referred_to": "Shelter"}),
    "close": ("open", {}),
    "spam": ("open", {}),
    "reopen": ("closed", {}),
    "not-spam": ("spam", {}),
}


def fields_of(page):
    """Return what a browser would send for the form of the page, without a button."""
    text = page.content.decode()
    form = text[text.index('id="desk"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' in tag:
            if " checked" in tag:
                found.setdefault(name[1], []).append(value[1])
        else:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(value)
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def put(inquiry, state):
    Inquiry.objects.update(state=state, closed_at=timezone.now() if state == "closed" else None)


def row(inquiry):
    """Return the values of the row as the database has them."""
    return Inquiry.objects.filter(pk=inquiry.pk).values().get()


@pytest.mark.parametrize("deed", BUTTONS)
def test_no_button_acts_on_what_was_not_read(desk, inquiry, deed, make_user):
    state, values = BUTTONS[deed]
    values = values | ({"officer": make_user("other", "Inquiry officer").pk} if deed == "assign" else {})
    put(inquiry, state)
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(desk.get(url)) | values
    Inquiry.objects.get().hear("Wait! They are here.")
    put(inquiry, state)
    before = row(inquiry)
    page = desk.post(url, form | {"action": deed})
    assert page.status_code == 409
    assert "Meanwhile somebody wrote into this thread" in page.text
    assert "They are here." in page.text
    assert row(inquiry) == before
    assert Entry.objects.count() == 2
    assert [event.words["deed"] for event in Event.objects.all()] == ["read", "read"]
    again = fields_of(page)
    assert all(again[name] == str(value) for name, value in values.items())
    assert desk.post(url, again | {"action": deed}).status_code == 302
    assert row(inquiry) != before or Entry.objects.count() == 3


@pytest.mark.parametrize("deed", ["take", "close", "spam", "assign"])
def test_no_button_undoes_what_a_colleague_did_meanwhile(desk, inquiry, deed, make_user):
    colleague, third = make_user("colleague", "Inquiry officer"), make_user("third", "Inquiry officer")
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(desk.get(url)) | {"officer": third.pk, "action": deed}
    Inquiry.objects.get().assign(colleague)
    page = desk.post(url, form)
    assert page.status_code == 409
    assert "Meanwhile a colleague changed this inquiry" in page.text
    assert row(inquiry)["officer_id"] == colleague.pk
    assert row(inquiry)["state"] == "open"


@pytest.mark.parametrize("deed", BUTTONS)
def test_a_double_press_does_it_once_and_complains_of_nothing(desk, inquiry, deed, officer):
    state, values = BUTTONS[deed]
    put(inquiry, state)
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(desk.get(url)) | values | {"action": deed}
    form |= {"officer": officer.pk} if deed == "assign" else {}
    answers = [desk.post(url, form).status_code for _ in range(2)]
    assert answers == [302, 302]
    done = [event.words["deed"] for event in Event.objects.all() if event.words["deed"] != "read"]
    assert len(done) == (2 if deed == "refer" else 1)
    assert Entry.objects.count() == (2 if deed in {"answer", "ask", "note"} else 1)


def test_an_own_note_is_no_news_and_what_came_before_insert_is(desk, inquiry):
    url = f"{DESK}{inquiry.pk}/"
    page = desk.post(url, fields_of(desk.get(url)) | {"action": "note", "note": "Known", "text": "Rest"})
    assert page.status_code == 200
    assert "Meanwhile" not in page.text
    Inquiry.objects.get().hear("News")
    inserted = desk.post(url, fields_of(page) | {"action": "insert"})
    assert "Meanwhile somebody wrote" in inserted.text


@pytest.mark.parametrize("deed", BUTTONS)
def test_what_was_deleted_stays_deleted_whatever_is_pressed(desk, inquiry, deed):
    state, values = BUTTONS[deed]
    put(inquiry, state)
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(desk.get(url)) | values | {"action": deed}
    retention.delete(Inquiry.objects.all())
    page = desk.post(url, form)
    assert page.status_code == 410
    assert "Nothing was changed" in page.text
    assert (Inquiry.objects.count(), Entry.objects.count(), Event.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.hear("x"),
        lambda row: row.answer("x", None),
        lambda row: row.note("x", None),
        lambda row: row.assign(None),
        lambda row: row.close(),
        lambda row: row.reopen(),
        lambda row: row.mark_spam(),
        lambda row: row.refer({}, "x"),
        lambda row: row.save(),
    ],
)
def test_a_row_that_was_read_before_its_deletion_is_never_written_again(inquiry, act):
    stale = Inquiry.objects.get()
    retention.delete(Inquiry.objects.all())
    with pytest.raises((Inquiry.DoesNotExist, DatabaseError)), transaction.atomic():
        act(stale)
    assert not Inquiry.objects.exists()
    assert not Entry.objects.exists()


def test_a_stale_row_erases_nothing_that_others_wrote(inquiry, officer):
    stale = [Inquiry.objects.get() for _ in range(4)]
    Inquiry.objects.get().refer({"consent": ["2026-11-28", "ann"]}, "Shelter North")
    Inquiry.objects.get().assign(officer)
    stale[0].close()
    stale[1].hear("Once more")
    stale[2].note("Known", officer)
    found = Inquiry.objects.get()
    assert found.words["referred_to"] == "Shelter North"
    assert (found.officer, found.state) == (officer, "open")
    stale[3].answer("Yes", None)
    assert Inquiry.objects.get().officer == officer


@pytest.mark.parametrize("deed", BUTTONS)
def test_what_else_was_typed_stands_there_still(desk, inquiry, deed, make_user, officer):
    other = make_user("other", "Inquiry officer")
    put(inquiry, BUTTONS[deed][0])
    url = f"{DESK}{inquiry.pk}/"
    typed = TYPED | {"officer": str(other.pk)}
    page = desk.post(url, fields_of(desk.get(url)) | typed | {"action": deed})
    assert page.status_code == 200
    used = {"answer": "text", "ask": "text", "note": "note"}.get(deed, "")
    left = fields_of(page)
    expected = {name: "" if name == used else value for name, value in typed.items()}
    if deed == "take":
        expected["officer"] = str(officer.pk)
    assert {name: left.get(name) for name in expected} == expected
    assert "messagelist" in page.text


def test_a_colleagues_ticks_stay_where_two_tick_at_once(desk, inquiry):
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(desk.get(url))
    Inquiry.objects.get().refer({"partner": ["2026-11-28", "ann"]}, "Shelter South")
    desk.post(url, form | {"action": "refer", "steps": ["consent"]})
    words = Inquiry.objects.get().words
    assert set(words["referral"]) == {"consent", "partner"}
    assert words["referral"]["partner"] == ["2026-11-28", "ann"]
    assert words["referred_to"] == "Shelter South"


def test_the_enter_key_sends_nothing(desk, inquiry):
    page = desk.get(f"{DESK}{inquiry.pk}/")
    form = page.text[page.text.index('id="desk"') :]
    assert re.search(r"<button[^>]*>", form)[0].count('value="keep"') == 1
    assert " required" not in form
    kept = desk.post(f"{DESK}{inquiry.pk}/", fields_of(page) | TYPED | {"action": "keep"})
    assert fields_of(kept)["text"] == "My long answer"
    assert Entry.objects.count() == 1


@pytest.fixture
def strict(officer):
    """Return the browser of a signed-in officer, with the checks of forms that the test client leaves out."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    return client


def test_after_an_ended_session_signing_in_goes_on_with_what_was_typed(strict, inquiry, officer):
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(strict.get(url)) | TYPED | {"action": "answer"}
    strict.session.flush()
    asked = strict.post(url, form)
    assert asked.status_code == 200
    assert "What you sent just now waits here" in asked.text
    wrong = strict.post(url, waiting_on(asked) | {"username": officer.username, "password": "wrong"})
    assert "My long answer</textarea>" in wrong.text
    assert Entry.objects.count() == 1
    done = strict.post(url, waiting_on(wrong) | {"username": officer.username, "password": PASSWORD})
    assert done.status_code == 200
    assert Entry.objects.latest("pk").words["text"] == "My long answer"
    assert fields_of(done)["note"] == "My long note"
    assert fields_of(done)["steps"] == ["consent"]


def test_a_form_of_the_settings_survives_an_ended_session_too(strict, officer):
    url = "/admin/inquiries/cannedanswer/add/"
    page = strict.get(url)
    form = {"csrfmiddlewaretoken": token_on(page), "title": "Hello", "text": "Dear [[name]],\r\nlong text"}
    strict.session.flush()
    asked = strict.post(url, form)
    done = strict.post(url, waiting_on(asked) | {"username": officer.username, "password": PASSWORD})
    assert done.status_code == 302
    from inquiries.models import CannedAnswer

    assert CannedAnswer.objects.get().text == "Dear [[name]],\nlong text"


def test_after_a_new_session_in_another_tab_the_page_comes_back_with_what_was_typed(strict, inquiry, officer):
    url = f"{DESK}{inquiry.pk}/"
    form = fields_of(strict.get(url)) | TYPED | {"action": "answer"}
    strict.session.flush()
    login = strict.get("/admin/login/")
    signed_in = {"csrfmiddlewaretoken": token_on(login), "username": officer.username, "password": PASSWORD}
    assert strict.post("/admin/login/", signed_in).status_code == 302
    page = strict.post(url, form)
    assert page.status_code == 403
    assert fields_of(page)["text"] == "My long answer"
    assert Entry.objects.count() == 1
    strict.post(url, fields_of(page) | {"action": "answer"})
    assert Entry.objects.count() == 2


def test_another_site_gets_nothing_onto_the_page(strict, inquiry):
    url = f"{DESK}{inquiry.pk}/"
    for headers in [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]:
        page = strict.post(url, a_form(text="Planted", action="answer"), headers=headers)
        assert page.status_code == 403
        assert "Planted" not in page.text
        anonymous = Client(enforce_csrf_checks=True).post(url, {"text": "Planted"}, headers=headers)
        assert "Planted" not in anonymous.text
    assert Entry.objects.count() == 1
