"""A change of what people in danger rely on is mailed to all editors, and a broken mail server keeps nobody."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from articles.models import Hotline
from newsroom.alerts.models import Alert
from newsroom.outbox import sending
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from newsroom.sitesettings.models import SiteSettings
from tests.articles.places.test_hotlines import form
from tests.servers import free_port

pytestmark = pytest.mark.django_db
SETTINGS = "/admin/sitesettings/sitesettings/1/change/"


@pytest.fixture
def colleagues(editor, writer, make_user):
    """Return the addresses of those who must get the mail, beside others who must not."""
    make_user("head", "Administrator")
    make_user("officer", "Inquiry officer")
    make_user("gone", "Editor", is_active=False)
    nobody = make_user("silent", "Editor")
    nobody.email = ""
    nobody.save()
    Mail.objects.all().delete()  # officers hear of a new officer: another story
    return {"editor@example.org", "head@example.org"}


@pytest.fixture
def post(client, editor):
    """Return a function that posts a form as an editor, and lets the worker send what waits."""
    client.force_login(editor)

    def post(url, values):
        answer = client.post(url, values)
        send_due()
        return answer

    return post


def site_form(**values):
    return {
        "name": "Newsroom", "tagline": "", "logo": "", "logo_alt": "", "exit_url": "https://www.wikipedia.org/",
        "emergency_text": "", "organisation": "", "first_year": "", "footer_text": "", "contact_email": "",
        "postal_address": "", "newsletter_rhythm": "monthly",
    } | values  # fmt: skip


def told():
    return {address for message in mail.outbox for address in message.to}


def test_a_name_poses_as_nobody_else(client, make_user, make_hotline, colleagues):
    hotline = make_hotline(number_local="021 1234")
    client.force_login(make_user("mallory", "Editor", first_name="editor"))
    client.post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 5678"))
    assert Alert.objects.get().changed_by == "mallory (editor)"


def test_a_changed_number_is_mailed_to_every_editor_alone(post, make_hotline, colleagues):
    hotline = make_hotline(number_local="021 1234")
    post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 9876"))
    assert told() == colleagues
    assert [len(message.to) for message in mail.outbox] == [1, 1]
    for text in [mail.outbox[0].body, mail.outbox[0].alternatives[0].content]:
        assert "021 1234" in text
        assert "021 9876" in text
        assert "Laos" in text
        assert "editor" in text
    assert "Laos" in mail.outbox[0].subject
    assert not Hotline.objects.shown().exists()


def test_what_is_no_number_is_not_mailed(post, make_hotline, colleagues):
    hotline = make_hotline()
    post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, languages="Lao"))
    post(SETTINGS, site_form(tagline="Another"))
    assert SiteSettings.load().tagline == "Another"
    assert mail.outbox == []


def test_a_new_number_and_one_that_goes_are_mailed_too(post, make_hotline, colleagues):
    hotline = make_hotline(number_local="021 1234")
    post("/admin/articles/hotline/add/", form(hotline, name="New", number_local="021 555"))
    assert "021 555" in mail.outbox[-1].body
    post(f"/admin/articles/hotline/{hotline.pk}/delete/", {"post": "yes"})
    assert "021 1234" in mail.outbox[-1].body
    last = Hotline.objects.get()
    post(
        "/admin/articles/hotline/",
        {"action": "delete_selected", "_selected_action": [last.pk], "post": "yes"},
    )
    assert "021 555" in mail.outbox[-1].body
    assert len(mail.outbox) == 3 * len(colleagues)


def test_a_country_that_goes_takes_its_numbers_along_and_says_so(post, make_hotline, colleagues):
    hotline = make_hotline(number_local="021 1234")
    post(f"/admin/articles/country/{hotline.country_id}/delete/", {"post": "yes"})
    assert not Hotline.objects.exists()
    assert "021 1234" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("field", "value"), [("exit_url", "https://weather.example.org/"), ("emergency_text", "Call 112 first.")]
)
def test_a_changed_exit_address_and_emergency_text_are_mailed(client, post, colleagues, field, value):
    post(SETTINGS, site_form(**{field: value}))
    assert told() == colleagues
    assert value in mail.outbox[0].body
    assert value in client.get("/get-help/").content.decode()


def test_a_broken_mail_server_keeps_nobody_from_saving_and_the_mail_leaves_later(
    post, make_hotline, colleagues, settings
):
    working = settings.MAILERS
    settings.MAILERS = {
        "default": {
            "BACKEND": "newsroom.outbox.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 2},
        }
    }
    hotline = make_hotline()
    answer = post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 9876"))
    assert answer.status_code == 302
    assert Hotline.objects.get().number_local == "021 9876"
    assert Mail.objects.count() == len(colleagues)
    settings.MAILERS = working
    sending.transport.close()
    Mail.objects.update(due_at=timezone.now())
    send_due()
    assert told() == colleagues


@pytest.mark.parametrize("address", ["attacker@example.net", ""])
def test_whoever_leads_the_mail_of_editors_elsewhere_at_that_moment_is_heard(
    post, make_hotline, colleagues, client, address
):
    hotline = make_hotline()
    client.post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 9876"))
    User.objects.filter(groups__name="Editor").update(email=address)
    assert not [mail_ for mail_ in Mail.objects.all() if "@" in mail_.recipient]
    send_due()
    assert told() == colleagues


def test_no_mail_about_a_change_goes_to_somebody_who_has_left(post, make_hotline, colleagues, client):
    hotline = make_hotline()
    client.post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 9876"))
    User.objects.filter(username="head").update(is_active=False)
    send_due()
    assert told() == {"editor@example.org"}
    assert Mail.objects.count() == 0


def test_it_keeps_a_record_of_who_changed_what(post, make_hotline, colleagues):
    hotline = make_hotline(number_local="021 1234")
    post(f"/admin/articles/hotline/{hotline.pk}/change/", form(hotline, number_local="021 9876"))
    alert = Alert.objects.get()
    assert alert.changed_by == "editor"
    assert (alert.changes[0]["before"], alert.changes[0]["after"]) == ("021 1234", "021 9876")
