"""Roles: one table, and what it keeps people from doing, by form or by crafted request."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from articles.models import Article
from newsroom.accounts import roles
from newsroom.versions.workingcopies import working
from tests.pageforms import unpublish

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def form(**values):
    return {
        "title": "A draft",
        "slug": "a-draft",
        "dek": "",
        "body_html": "<p>Text.</p>",
        "lead_picture": "",
        "source_relation": "",
        "source_title": "",
        "source_publication": "",
        "source_date": "",
        "source_url": "",
        "display_date": "",
        "published_at_0": "",
        "published_at_1": "",
        "bylines": "",
        "dateline": "",
        "content_note": "",
        "language": "en",
        "translation_of": "",
    } | values


def permissions_of(role):
    rows = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in rows}


@pytest.mark.parametrize("role", roles.ROLES)
def test_every_role_has_exactly_what_the_table_says(role):
    assert permissions_of(role) == set(roles.ROLES[role])


def test_the_sync_takes_back_what_the_table_does_not_say():
    writers = Group.objects.get(name="Writer")
    writers.permissions.add(Permission.objects.get(codename="publish_article"))
    roles.sync()
    assert "articles.publish_article" not in permissions_of("Writer")


def test_the_sync_waits_for_a_permission_that_is_not_there_yet(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "Newsletter manager", ["articles.no_such_thing"])
    roles.sync()
    assert permissions_of("Newsletter manager") == set()


def test_a_writer_saves_a_draft_that_is_theirs(client, writer):
    client.force_login(writer)
    answer = client.post(ADD, form(_save=""), follow=True)
    article = Article.objects.get()
    assert article.created_by == writer
    assert article.state == Article.State.DRAFT
    assert "Draft saved." in answer.content.decode()
    assert 'name="_publish"' not in answer.content.decode()


def test_a_writer_cannot_publish_by_a_crafted_request(client, writer):
    client.force_login(writer)
    assert client.post(ADD, form(_publish="")).status_code == 403
    assert not Article.objects.exists()
    client.post(
        ADD,
        form(
            _save="",
            state="published",
            published_at_0="2020-01-01",
            published_at_1="10:00:00",
            created_by="1",
        ),
    )
    article = Article.objects.get()
    assert (article.state, article.published_at, article.created_by) == (Article.State.DRAFT, None, writer)
    assert client.post(change(article), form(_publish="")).status_code == 403
    address = reverse("admin:articles_article_unpublish", args=[article.pk])
    assert client.post(address, {"reason": ""}).status_code == 403
    article.refresh_from_db()
    assert article.state == Article.State.DRAFT


def test_a_writer_changes_no_draft_of_others_and_nothing_public(client, writer, editor, make_article):
    client.force_login(writer)
    public = make_article(title="Public")
    own_public = make_article(title="Own", created_by=writer)
    foreign = make_article(title="Foreign", state="draft", published_at=None, created_by=editor)
    assert client.get(change(public)).status_code == 200
    assert 'name="_save"' not in client.get(change(public)).content.decode()
    assert client.post(change(public), form(_save="", title="Changed")).status_code == 403
    assert client.post(change(own_public), form(_save="", title="Changed")).status_code == 302  # it waits
    assert working.of(own_public).read()["fields"]["title"] == "Changed"
    assert client.get(change(foreign)).status_code == 302
    client.post(change(foreign), form(_save="", title="Changed"))
    assert not Article.objects.filter(title="Changed").exists()
    listed = client.get("/admin/articles/article/").content.decode()
    assert "Public" in listed
    assert "Foreign" not in listed


def test_a_writer_deletes_nothing(client, writer, make_article):
    client.force_login(writer)
    article = make_article(state="draft", published_at=None, created_by=writer)
    url = reverse("admin:articles_article_delete", args=[article.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    client.post(
        "/admin/articles/article/",
        {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"},
    )
    assert Article.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize("path", ["articles/page/add/", "articles/callout/add/", "auth/user/", "auth/user/add/",
                                  "sitesettings/sitesettings/1/change/", "articles/country/add/"])  # fmt: skip
def test_a_writer_has_no_other_forms(client, writer, path):
    client.force_login(writer)
    assert client.get(f"/admin/{path}").status_code == 403


@pytest.mark.parametrize("path", ["articles/article/", "articles/page/", "auth/user/", "pictures/image/"])
def test_an_inquiry_officer_sees_no_articles_and_no_accounts(client, make_user, path):
    client.force_login(make_user("officer", "Inquiry officer"))
    assert client.get(f"/admin/{path}").status_code == 403


def test_an_editor_publishes_and_unpublishes(client, editor):
    client.force_login(editor)
    answer = client.post(ADD, form(_publish=""), follow=True)
    article = Article.objects.get()
    assert article.is_public
    assert "Published. See it at" in answer.content.decode()
    assert client.get("/news/a-draft/").status_code == 200
    unpublish(client, article)
    assert client.get("/news/a-draft/").status_code == 410


def test_an_article_that_is_public_is_unpublished_before_it_is_deleted(client, editor, make_article):
    client.force_login(editor)
    article = make_article()
    url = reverse("admin:articles_article_delete", args=[article.pk])
    assert "Unpublish it first." in client.post(url, {"post": "yes"}, follow=True).text
    assert Article.objects.exists()


def account(**values):
    return {
        "username": "new",
        "email": "new@example.org",
        "first_name": "",
        "last_name": "",
        "_save": "",
    } | values


def test_an_administrator_grants_no_superuser_and_touches_none(client, make_user, admin_user):
    administrator = make_user("head", "Administrator")
    other = make_user("other", "Writer")
    client.force_login(administrator)
    client.post(f"/admin/auth/user/{other.pk}/change/", account(
        username="other", is_active="on", is_staff="on", is_superuser="on",
        user_permissions=[Permission.objects.first().pk],
    ))  # fmt: skip
    other.refresh_from_db()
    assert not other.is_superuser
    assert not other.user_permissions.exists()
    page = f"/admin/auth/user/{admin_user.pk}/"
    assert client.post(f"{page}change/", account(username="taken")).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/auth/user/{other.pk}/password/").status_code == 403
    assert User.objects.filter(username="admin").exists()


def test_nobody_changes_their_own_rights(client, make_user):
    administrator = make_user("head", "Administrator")
    client.force_login(administrator)
    client.post(
        f"/admin/auth/user/{administrator.pk}/change/",
        account(
            username="head",
            email="head@example.org",
            is_superuser="on",
            groups=[group.pk for group in Group.objects.all()],
        ),
    )
    administrator.refresh_from_db()
    assert not administrator.is_superuser
    assert [group.name for group in administrator.groups.all()] == ["Administrator"]


def test_rights_that_may_only_be_read_are_said_in_words_of_a_newsroom(client, make_user, admin_user):
    client.force_login(make_user("head", "Administrator"))
    for account_, told in (("head", "Nobody changes their own rights"), ("admin", "Superuser")):
        page = client.get(f"/admin/auth/user/{User.objects.get(username=account_).pk}/change/").text
        assert told in page and "Rights" in page
        assert "Designates" not in page and "Staff status" not in page
