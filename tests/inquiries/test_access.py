"""Who gets in: members of one group, and nobody else, by any address of the admin."""

import time
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from inquiries.desk import access
from inquiries.models import CannedAnswer, Entry, Inquiry
from inquiries.officers.membership import GROUP
from newsroom.accounts.roles import ROLES
from newsroom.guard import counters
from newsroom.outbox.models import Mail
from newsroom.outbox.sending import send_due
from newsroom.signin import attempts, hashing
from tests.servers import PASSWORD

from .conftest import DESK, FORM, a_form

pytestmark = pytest.mark.django_db
OTHERS = [*(role for role in ROLES if role != GROUP), "a superuser"]
PLANTED = "planted-secret"


def patterns(resolver, prefix=""):
    """Yield every address below a resolver, as the pattern's own text."""
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, here)
        else:
            yield here


ADMIN = sorted({address for address in patterns(get_resolver()) if address.startswith("admin/")})
OURS = [address for address in ADMIN if address.startswith("admin/inquiries/")]


@pytest.fixture
def planted(client):
    """Return an inquiry that holds the planted word wherever it can."""
    client.post(
        FORM, a_form(message=PLANTED, name=PLANTED, organisation=PLANTED, address=f"{PLANTED}@example.org")
    )
    CannedAnswer.objects.create(title=PLANTED, text=PLANTED)
    return Inquiry.objects.get()


@pytest.fixture
def outsider(make_user):
    """Return a function that makes somebody with a role who is no officer."""

    def make(role):
        if role == "a superuser":
            return make_user("root", "Administrator", is_superuser=True)
        return make_user(role.replace(" ", "-").lower(), role)

    return make


def fill(address, inquiry):
    """Return an address with what a curious person would put into it."""
    values = {
        "<uuid:pk>": str(inquiry.pk),
        "<path:object_id>": str(inquiry.pk),
        "<slug:app_label>": "inquiries",
    }
    for name, value in values.items():
        address = address.replace(name, value)
    return "/" + address


def test_the_desk_has_addresses_to_be_closed():
    assert len(OURS) >= 15


@pytest.mark.parametrize("role", OTHERS)
def test_it_is_closed_to_every_other_role_at_every_address(client, outsider, planted, role):
    client.force_login(outsider(role))
    for address, method in product(OURS, [client.get, client.post]):
        for target in {str(planted.pk), str(CannedAnswer.objects.get().pk), "1"}:
            url = fill(address.replace("<path:object_id>", target), planted)
            answer = method(url, follow=True)
            assert answer.status_code in {403, 404, 405}, url
            assert PLANTED.encode() not in answer.content, url
            assert planted.words["reference"].encode() not in answer.content, url


# A list echoes what was searched for, so that only a part of what was planted is asked for.
words = some.sampled_from(["inquiries", "inquiry", "entry", "event", "cannedanswer", "officer", "auth", "user", "articles", "1",
                           "add", "change", "history", "delete", "export", "log", "figures", PLANTED[:-2], "autocomplete"])  # fmt: skip
parameters = some.dictionaries(
    some.sampled_from(["q", "term", "state", "app_label", "model_name", "field_name", "officer", "e", "o", "_to_field",
                       "inquiry__sealed__contains", "lookup__startswith", "id__exact"]), words, max_size=4,
)  # fmt: skip


@pytest.mark.parametrize("role", ["Administrator", "a superuser"])
@given(
    address=some.sampled_from(ADMIN),
    query=parameters,
    ids=some.sampled_from(["1", "inquiry", "type", "officer"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_of_the_admin_shows_an_inquiry_to_somebody_else(
    client, outsider, planted, role, address, query, ids
):
    """Through relations, autocompletes, history, 'view on site' and parameters that were made up."""
    from django.contrib.auth.models import User

    name = "root" if role == "a superuser" else role.lower()
    client.force_login(User.objects.filter(username=name).first() or outsider(role))
    kind = ContentType.objects.get_for_model(Inquiry).pk
    value = {"1": "1", "inquiry": str(planted.pk), "type": str(kind), "officer": "officer"}[ids]
    url = fill(address, planted)
    for part in [
        "<path:content_type_id>",
        "<int:content_type_id>",
        "<path:object_id>",
        "<id>",
        "<uidb64>",
        "<token>",
    ]:
        url = url.replace(part, str(kind) if "content_type" in part else value)
    if "logout" in url:
        return
    answer = client.get(url, query)
    assert answer.status_code < 500, url
    assert PLANTED.encode() not in getattr(answer, "content", b""), url
    assert planted.words["reference"].encode() not in answer.content, url
    if url.startswith("/admin/inquiries/"):
        assert answer.status_code in {403, 404, 405}, url  # some take forms that are sent, and nothing else


def test_the_autocomplete_offers_no_inquiry_to_anybody(client, outsider, officer, planted):
    query = {"app_label": "inquiries", "model_name": "entry", "field_name": "inquiry", "term": PLANTED}
    for user in [outsider("a superuser"), officer]:
        client.force_login(user)
        assert client.get("/admin/autocomplete/", query).status_code in {403, 404}


def test_no_relation_leads_to_an_inquiry_when_an_account_is_deleted(client, outsider, officer, planted):
    Inquiry.objects.update(officer=officer)
    Entry.objects.update(officer=officer)
    client.force_login(outsider("a superuser"))
    page = client.get(f"/admin/auth/user/{officer.pk}/delete/", follow=True)
    assert "still has in hand: 1 inquiry." in page.text  # which is handed over first
    assert str(planted.pk) not in page.text
    Inquiry.objects.get().close()
    page = client.get(f"/admin/auth/user/{officer.pk}/delete/")
    assert page.status_code == 200
    assert str(planted.pk) not in page.content.decode()
    client.post(f"/admin/auth/user/{officer.pk}/delete/", {"post": "yes"})
    assert Inquiry.objects.get().officer is None


def test_the_menu_shows_it_to_officers_only(client, outsider, officer):
    client.force_login(outsider("a superuser"))
    assert "inquiries" not in client.get("/admin/").content.decode()
    client.force_login(officer)
    assert DESK in client.get("/admin/").content.decode()


def test_only_what_officers_register_is_in_the_admin():
    ours = {model.__name__ for model in admin.site._registry if model._meta.app_label == "inquiries"}
    assert ours == {"Inquiry", "CannedAnswer", "DeskSettings"}


def test_nobody_signed_in_is_led_to_the_sign_in(client, inquiry):
    for address in [DESK, f"{DESK}{inquiry.pk}/", "/admin/inquiries/cannedanswer/"]:
        answer = client.get(address)
        assert answer.status_code in {302, 403}
        assert inquiry.words["reference"] not in answer.content.decode()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_an_officer_whose_account_sleeps_is_outside(desk, officer, inquiry, change):
    for name, value in change.items():
        setattr(officer, name, value)
    officer.save()
    assert desk.get(f"{DESK}{inquiry.pk}/").status_code in {302, 403}


@pytest.fixture
def idle(monkeypatch):
    """Return a function that lets the clock run on."""
    now = time.time()

    def wait(seconds):
        monkeypatch.setattr(access.time, "time", lambda: now + seconds)

    return wait


def test_after_15_idle_minutes_it_asks_for_the_password_again(desk, inquiry, idle):
    page = f"{DESK}{inquiry.pk}/"
    assert desk.get(page).status_code == 200
    idle(14 * 60)
    assert desk.get(page).context["inquiry"]
    idle(14 * 60 + 16 * 60)
    asked = desk.get(page)
    assert "desk-password" in asked.content.decode()
    assert inquiry.words["reference"] not in asked.content.decode()
    wrong = desk.post(page, {"desk_password": "wrong", "desk_asked": "GET"})
    assert "That was not your password." in wrong.content.decode()
    right = desk.post(page, {"desk_password": PASSWORD, "desk_asked": "GET"})
    assert right.status_code == 302
    assert desk.get(page).context["inquiry"]


@pytest.mark.parametrize("address", ["/admin/inquiries/cannedanswer/", "/admin/inquiries/desksettings/1/change/",
                                     f"{DESK}figures/", f"{DESK}log/", f"{DESK}export/"])  # fmt: skip
def test_the_same_holds_for_every_page_of_the_desk(desk, idle, address):
    assert "desk-password" not in desk.get(address).content.decode()
    idle(16 * 60)
    assert "desk-password" in desk.get(address).content.decode()


def test_an_answer_that_was_typed_too_long_waits_behind_the_password(desk, inquiry, idle):
    page = f"{DESK}{inquiry.pk}/"
    found = desk.get(page).context
    idle(16 * 60)
    form = {
        "action": "answer",
        "text": "A <long> answer\nof two lines",
        "once": found["once"],
        "last_entry": found["last_entry"],
    }
    asked = desk.post(page, form).content.decode()
    assert inquiry.entries.count() == 1
    assert "A &lt;long&gt; answer\nof two lines</textarea>" in asked
    assert 'name="desk_asked" value="POST"' in asked
    answer = desk.post(page, form | {"desk_password": PASSWORD, "desk_asked": "POST"})
    assert answer.status_code == 302
    assert inquiry.entries.last().words["text"] == "A <long> answer\nof two lines"


def test_guessing_that_password_locks_the_account_and_what_was_typed_goes_on_waiting(
    desk, inquiry, idle, monkeypatch
):
    desk.get(DESK)
    idle(16 * 60)
    for _ in range(attempts.PAIR.times):
        answer = desk.post(DESK, {"desk_password": "wrong", "desk_asked": "GET"})
    assert answer.status_code == 429
    typed = {"action": "answer", "text": "typed long ago", "desk_asked": "POST", "desk_password": PASSWORD}
    locked = desk.post(f"{DESK}{inquiry.pk}/", typed)
    assert locked.status_code == 429
    assert "wrong too often" in locked.text
    assert "typed long ago</textarea>" in locked.text
    counters.clear()
    monkeypatch.setattr(hashing.TURNS, "patience", 0.01)
    with hashing.TURNS.take():
        busy = desk.post(f"{DESK}{inquiry.pk}/", typed)
    assert busy.status_code == 429
    assert "Wait ten seconds" in busy.text
    assert "typed long ago</textarea>" in busy.text


def told(subject="An account that reads inquiries has changed"):
    """Return who gets the mail about the group, or about an account."""
    from django.core import mail

    mail.outbox.clear()
    send_due()
    return sorted(message.to[0] for message in mail.outbox if message.subject == subject)


def test_a_change_of_the_group_is_mailed_to_all_officers(officer, make_user):
    Mail.objects.all().delete()
    group, person = Group.objects.get(name=GROUP), make_user("ann", "Writer")
    person.groups.add(group)
    assert told() == ["ann@example.org", "officer@example.org"]
    group.user_set.remove(person)
    assert told() == ["ann@example.org", "officer@example.org"]
    group.user_set.add(person)
    told()
    person.groups.clear()
    assert told() == ["ann@example.org", "officer@example.org"]
    person.groups.set([group])
    told()
    person.is_active = False
    person.save()
    assert told() == ["ann@example.org", "officer@example.org"]
    person.is_active = True
    person.save()
    told()
    person.delete()
    assert told() == ["ann@example.org", "officer@example.org"]


def test_what_is_no_change_of_the_group_is_mailed_to_nobody(officer, make_user):
    Mail.objects.all().delete()
    person = make_user("ann", "Writer")
    person.groups.add(Group.objects.get(name="Editor"))
    officer.last_login = timezone.now()
    officer.save(update_fields=["last_login"])
    officer.first_name = "Ann"
    officer.save()
    assert told() == []
    assert not Mail.objects.exists()


@pytest.mark.parametrize("change", ["a password", "an address"])
def test_who_opens_an_officers_account_to_somebody_else_is_noticed(
    client, officer, outsider, make_user, change
):
    make_user("other", "Inquiry officer")
    Mail.objects.all().delete()
    client.force_login(outsider("a superuser"))
    if change == "a password":
        form = {
            "password1": "another-long-sentence",
            "password2": "another-long-sentence",
            "usable_password": "true",
        }
        answer = client.post(f"/admin/auth/user/{officer.pk}/password/", form)
        expected = ["officer@example.org", "other@example.org"]
    else:
        form = {"username": "officer", "email": "elsewhere@example.org", "is_active": "on", "is_staff": "on",
                "groups": [Group.objects.get(name=GROUP).pk]}  # fmt: skip
        answer = client.post(f"/admin/auth/user/{officer.pk}/change/", form)
        expected = ["officer@example.org", "other@example.org"]  # as they were
    assert answer.status_code == 302
    assert told() == expected
    assert told() == []
