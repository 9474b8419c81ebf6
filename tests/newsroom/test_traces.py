"""What administrators do can be looked up afterwards: nothing in the admin takes its record away."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import CASCADE, Model
from django.test import RequestFactory
from django.utils import timezone

from newsroom.outbox.models import LostMail, Mail

pytestmark = pytest.mark.django_db

# What an Administrator may delete; none of it tells what somebody did.
DELETABLE = {
    "articles.article", "articles.page", "articles.resource", "pictures.image", "articles.callout",
    "articles.country", "articles.hotline", "articles.topic", "articles.formeraddress", "search.bestbet",
    "articles.frontstory", "articles.returningpiece", "articles.styleword",
    "auth.user", "search.samewords", "search.needlist",
}  # fmt: skip
RECORDS = {
    "admin.logentry", "alerts.alert", "inquiries.accountchange", "inquiries.event", "outbox.mail",
    "outbox.lostmail", "outbox.trouble", "outbox.clock", "newsletter.suppression",
}  # fmt: skip


@pytest.fixture
def boss(client, make_user):
    """Return an administrator who has signed in."""
    user = make_user("boss", "Administrator")
    client.force_login(user)
    return user


def goes_with(model: type[Model]) -> set[str]:
    """Return the labels of all models whose rows are deleted with those of this one."""
    found: set[str] = set()
    waiting = [model]
    while waiting:
        for relation in waiting.pop()._meta.related_objects:
            other = relation.related_model
            if relation.on_delete is CASCADE and other._meta.label_lower not in found:
                found.add(other._meta.label_lower)
                waiting.append(other)
    return found


def test_an_administrator_may_delete_no_records(boss):
    request = RequestFactory().get("/admin/")
    request.user = boss
    may = {
        model._meta.label_lower
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_delete_permission(request)
    }
    assert may == DELETABLE


def test_no_record_goes_with_what_may_be_deleted():
    for model in admin.site._registry:
        if model._meta.label_lower in DELETABLE - {"auth.user"}:
            assert not goes_with(model) & RECORDS, model
    assert goes_with(User) & RECORDS == {"admin.logentry"}  # see the next test


def test_an_account_that_has_signed_in_stays_with_what_it_did(client, boss, make_user):
    puppet = make_user("puppet", "Administrator", last_login=timezone.now())
    LogEntry.objects.create(user=puppet, action_flag=2, object_repr="x")
    picked = {"action": "delete_selected", "_selected_action": [puppet.pk], "post": "yes"}
    client.post("/admin/auth/user/", picked)
    assert client.post(f"/admin/auth/user/{puppet.pk}/delete/", {"post": "yes"}).status_code == 403
    assert LogEntry.objects.filter(user=puppet).count() == 1
    assert client.get(f"/admin/auth/user/{puppet.pk}/change/").status_code == 200


def test_an_invitation_that_nobody_followed_can_be_deleted(client, boss, make_user):
    unused = make_user("typo", "Writer")
    client.post(f"/admin/auth/user/{unused.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=unused.pk).exists()


@pytest.mark.parametrize("who", ["boss", "admin_user"])
def test_a_notice_that_did_not_leave_can_be_sent_again_and_not_deleted(client, request, who):
    client.force_login(request.getfixturevalue(who))
    lost = LostMail.objects.create(kind="inquiry-account", key="1", wanted_at=timezone.now())
    picked = {"_selected_action": [lost.pk], "post": "yes"}
    client.post("/admin/outbox/lostmail/", picked | {"action": "delete_selected"})
    assert client.post(f"/admin/outbox/lostmail/{lost.pk}/delete/", {"post": "yes"}).status_code == 403
    assert LostMail.objects.exists()
    client.post("/admin/outbox/lostmail/", picked | {"action": "send_again"})
    assert Mail.objects.filter(kind="inquiry-account").exists()
