"""Promise 11: no person in need is promised an answer that nobody can give."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from inquiries import readiness, retention
from inquiries.models import DeskSettings, Event, Inquiry, OfficerLanguages
from newsroom.outbox.models import Mail

from .conftest import DESK, FORM, MAILBOX, a_form, hidden, receipt_on

pytestmark = pytest.mark.django_db
SETTINGS = "/admin/inquiries/desksettings/"
CLOSED = "Nobody can answer messages here just now"


def without_officer():
    User.objects.filter(username="on-duty").update(is_active=False)


def without_limits():
    DeskSettings.objects.update(confidence_limits="")


def with_an_outline():
    DeskSettings.objects.update(confidence_limits=DeskSettings.OUTLINE)


def without_languages():
    OfficerLanguages.tick(User.objects.get(username="on-duty"), [])


def without_a_proven_account():
    User.objects.filter(username="on-duty").update(email="other@example.org")  # closes the desk to it


@pytest.mark.parametrize(
    "lack", [without_officer, without_limits, with_an_outline, without_languages, without_a_proven_account]
)
def test_promise_11_a_form_that_nobody_can_answer_takes_nothing_and_says_so(client, make_user, lack):
    lack()
    page = client.get(FORM)
    assert page.status_code == 200
    assert CLOSED in page.text
    assert "/get-help/" in page.text
    assert 'name="message"' not in page.text
    for promise in ["within", "somebody answers", "Send"]:
        assert promise not in page.context["site"].name
        assert f">{promise}<" not in page.text
    answer = client.post(FORM, a_form(message="My words, kept for me to copy."))
    assert answer.status_code == 503
    assert "My words, kept for me to copy." in answer.text
    assert "Nothing was stored" in answer.text
    assert not Inquiry.objects.exists()
    for role in ["Administrator", "Editor", "Writer", "Newsletter manager"]:
        client.force_login(make_user(role.lower().replace(" ", "-"), role))
        assert "The Inquiry Corner takes no messages" in client.get("/admin/").text, role


TAKES_NOTHING = "The Inquiry Corner takes no messages: the settings of the desk"


def test_officers_are_told_at_their_desk_that_the_form_is_closed_and_why(desk):
    with_an_outline()
    assert TAKES_NOTHING in desk.get(DESK).text
    settings, whole = f"{SETTINGS}1/change/", DeskSettings.load()
    stored = desk.get(settings).context["adminform"].form.initial
    values = {name: value for name, value in stored.items() if value is not None}
    saved = desk.post(settings, values, follow=True)
    assert "changed successfully" in saved.text
    assert TAKES_NOTHING in saved.text
    limits = whole.confidence_limits.split("[[")[0] + "a child is in danger."
    saved = desk.post(settings, values | {"confidence_limits": limits}, follow=True)
    assert "changed successfully" in saved.text
    assert TAKES_NOTHING not in saved.text
    assert TAKES_NOTHING not in desk.get(DESK).text


def test_the_box_on_every_page_offers_what_there_is(client):
    assert "Ask us in confidence" in client.get("/news/").text
    without_officer()
    page = client.get("/news/").text
    assert "Ask us in confidence" not in page
    assert CLOSED in page


def test_a_talk_goes_on_only_while_somebody_can_answer(client, inquiry):
    without_officer()
    page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)})
    assert CLOSED in page.text
    assert "Somebody answers until" not in page.text
    again = {"ticket": hidden(page, "ticket"), "action": "write", "message": "Again.", "nonce": hidden(client.post(
        MAILBOX, {"receipt": " ".join(inquiry.receipt), "message": "Again."}), "nonce")}  # fmt: skip
    answer = client.post(MAILBOX, again)
    assert answer.status_code == 503
    assert "Again." in answer.text
    assert inquiry.entries.count() == 1


def test_a_form_that_was_sent_before_the_last_officer_left_shows_its_receipt_again(client):
    form = a_form()
    words = receipt_on(client.post(FORM, form))
    without_officer()
    assert receipt_on(client.post(FORM, form)) == words


def test_the_form_says_what_this_office_keeps_to_itself_and_what_not(client):
    DeskSettings.objects.update(
        confidence_limits="We must tell the police of a child in danger.\n<b>No tags</b>"
    )
    page = client.get(FORM).text
    assert "We must tell the police of a child in danger." in page
    assert "&lt;b&gt;No tags" in page


def test_it_offers_the_languages_that_officers_have_ticked_and_no_other(client, desk, officer):
    DeskSettings.objects.update(confidence_limits="Only us.")
    assert [code for code, _name in readiness.languages()] == [
        "en"
    ]  # that of the desk, until they have ticked any
    page = desk.get(f"{DESK}languages/")
    assert page.status_code == 200
    desk.post(f"{DESK}languages/", {"codes": ["th", "lo"]})
    assert OfficerLanguages.of(officer) == ["lo", "th"]
    client.logout()
    page = client.get(FORM)
    assert [code for code, _name in page.context["form"].fields["language"].choices] == ["en", "lo", "th"]
    refused = client.post(FORM, a_form(language="fr"), follow=True)
    assert refused.status_code == 422
    assert "Nobody here writes that language" in refused.text
    assert receipt_on(client.post(FORM, a_form(language="th")))
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert [code for code, _name in readiness.languages()] == ["en"]


@pytest.fixture
def lao_line(make_country):
    from articles.models import Hotline

    return Hotline.objects.create(
        country=make_country(),
        name="Women's line",
        number_local="1362",
        languages="Lao, English",
        verified_by="Ann",
        verified_on=timezone.localdate(),
    )


@pytest.mark.parametrize(
    ("path", "headers"),
    [(f"{FORM}?language=lo", {}), (FORM, {"accept-language": "lo-LA,lo;q=0.9,en;q=0.5"})],
)
def test_whose_language_nobody_reads_learns_which_lines_do(client, lao_line, path, headers):
    page = client.get(path, headers=headers).text
    assert "Nobody here reads ລາວ" in page
    assert "These lines do:" in page
    assert '<a href="tel:1362">1362</a>' in page
    OfficerLanguages.tick(User.objects.get(username="on-duty"), ["lo"])
    assert "Nobody here reads" not in client.get(path, headers=headers).text


@pytest.mark.parametrize("language", ["vi", "xx", "en", "", "zh", "pt-BR", "*", "lo" * 5000, "-" * 300])
def test_any_language_of_a_browser_gets_the_form(client, lao_line, language):
    page = client.get(FORM, headers={"accept-language": language})
    assert page.status_code == 200
    assert 'name="message"' in page.text
    assert "1362" not in page.text


def test_whoever_deletes_what_nobody_has_read_is_warned_and_officers_hear_of_it(client, inquiry, make_user):
    ben = make_user("ben", "Inquiry officer")

    def delete():
        page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)})
        asked = client.post(MAILBOX, {"ticket": hidden(page, "ticket"), "action": "delete"})
        done = client.post(MAILBOX, {"ticket": hidden(asked, "ticket"), "action": "delete-for-good"})
        assert done.status_code == 200
        return asked.text

    Mail.objects.all().delete()
    assert "Nobody has read your last message yet" in delete()
    assert not Inquiry.objects.exists()
    assert [event.words["deed"] for event in Event.objects.all()] == ["deleted-unread"]
    assert [(mail.kind, mail.key) for mail in Mail.objects.all()] == [("inquiry-deleted-unread", str(ben.pk))]
    client.force_login(ben)
    assert "1 inquiry was deleted in the last two weeks" in client.get("/admin/").text


def test_what_an_officer_has_read_is_deleted_without_a_word(client, inquiry, desk):
    desk.get(f"{DESK}{inquiry.pk}/")
    desk.logout()
    page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)})
    asked = client.post(MAILBOX, {"ticket": hidden(page, "ticket"), "action": "delete"})
    assert "Nobody has read" not in asked.text
    client.post(MAILBOX, {"ticket": hidden(asked, "ticket"), "action": "delete-for-good"})
    assert not Event.objects.exists()


def test_what_was_written_after_the_last_reading_counts_as_unread(client, inquiry, desk):
    desk.get(f"{DESK}{inquiry.pk}/")
    inquiry.refresh_from_db()
    inquiry.hear("Please answer quickly.")
    page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)})
    asked = client.post(MAILBOX, {"ticket": hidden(page, "ticket"), "action": "delete"})
    assert "Nobody has read your last message yet" in asked.text


def test_what_is_purged_unread_is_told_too_but_spam_is_not(inquiry):
    old = timezone.now() - timezone.timedelta(days=400)
    Inquiry.objects.update(received_at=old)
    retention.purge()
    assert [event.words["deed"] for event in Event.objects.all()] == ["deleted-unread"]


@pytest.mark.usefixtures("empty_office")
def test_a_new_site_asks_who_answers_and_stays_closed_until_that_is_known(monkeypatch):
    from django.contrib.auth.models import Group

    DeskSettings.objects.all().delete()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long enough password")
    options = {"name": "News", "admin_username": "ann", "admin_email": "ann@example.org", "no_input": True}
    call_command("init_site", officer_email="ben@example.org", **options)
    ben = User.objects.get(email="ben@example.org")
    assert list(ben.groups.all()) == [Group.objects.get(name="Inquiry officer")]
    assert Mail.objects.filter(kind="invitation", key=str(ben.pk)).exists()
    assert DeskSettings.load().confidence_limits == DeskSettings.OUTLINE
    assert not readiness.is_open()
    DeskSettings.objects.update(confidence_limits="Only we read this.")
    assert readiness.is_open()
