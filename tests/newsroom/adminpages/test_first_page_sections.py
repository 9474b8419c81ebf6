"""The admin's first page: what concerns the person who is signed in, and nothing that they may not open."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Fact, Resource
from newsletter.models import Issue
from newsletter.sending.models import DomainPause
from newsroom.outbox.models import LostMail
from tests.newsroom.versions.test_review import form_of, send, step

pytestmark = pytest.mark.django_db
ROLES = ["Writer", "Editor", "Newsletter manager", "Inquiry officer", "Administrator"]
MOST = 15


def first_page(user):
    client = Client()
    client.force_login(user)
    return client.get("/admin/").text


def content(page):
    return page.split('class="first-page"')[1].split("</ul>\n</div>\n\n")[0].split('class="app-')[0]


@pytest.fixture
def much(make_article, make_page, make_resource, make_country, make_hotline, make_user, db):
    """Return the writer and the editor of something of every sort."""
    ann, ben = make_user("ann", "Writer"), make_user("ben", "Editor")
    draft = {"state": Article.State.DRAFT, "published_at": None}
    make_article(title="Draft of ann", created_by=ann, **draft)
    make_article(title="Draft of ben", created_by=ben, **draft)
    make_resource(title="Resource of ann", created_by=ann, **draft)
    make_article(title="Article to come", published_at=timezone.now() + datetime.timedelta(days=1))
    make_page(title="Page to come", published_at=timezone.now() + datetime.timedelta(days=2))
    public = make_article(title="Just out", created_by=ann)
    make_article(title="Long out", published_at=timezone.now() - datetime.timedelta(days=40))
    country = make_country()
    Fact.objects.create(country=country, label="People", value="5", source="S", as_of="2006")
    make_hotline(country=country, age=None)
    client = Client()
    client.force_login(ben)
    send(client, public, "_draft", title="Changed by ben")
    Issue.objects.create(subject="August", slug="august")
    DomainPause.objects.create(domain="example.net", until=timezone.now() + datetime.timedelta(hours=1))
    LostMail.objects.create(kind="invitation", key="1", wanted_at=timezone.now())
    return ann, ben


def test_a_writer_reads_of_their_own_alone(much):
    ann, _ben = much
    page = content(first_page(ann))
    for said in ("Your drafts", "Draft of ann", "Resource of ann", "Published lately", "Just out"):
        assert said in page
    for hidden in ("Draft of ben", "to come", "Changed by ben", "August", "refuses our newsletter", "older than two years",
                   "to be verified", "given up"):  # fmt: skip
        assert hidden not in page
    draft = Article.objects.get(title="Draft of ann")
    assert f'href="{form_of(draft)}"' in page


def test_an_editor_reads_what_the_desk_has_to_do(much):
    page = content(first_page(much[1]))
    for said in ("Draft of ben", "Your changes that wait", "Article to come", "Page to come", "Just out",
                 "1 country has facts that are older than two years.", "1 hotline has to be verified."):  # fmt: skip
        assert said in page
    for hidden in ("Draft of ann", "Long out", "August", "given up"):
        assert hidden not in page


def test_other_roles_read_what_they_may_open(much, make_user):
    newsletter = content(first_page(make_user("nina", "Newsletter manager")))
    assert "Newsletter in progress" in newsletter and "1 domain refuses our newsletter" in newsletter
    officer = content(first_page(make_user("olga", "Inquiry officer")))
    administrator = content(first_page(make_user("adam", "Administrator")))
    assert "given up after two weeks" in administrator and "Article to come" in administrator
    for said in ("Draft of", "to come", "Just out", "given up"):
        assert said not in newsletter and said not in officer


def test_officers_read_which_inquiries_wait_the_urgent_first_and_no_word_of_them(make_user):
    from inquiries.models import Inquiry

    keys = []
    for kind in ("question", "help"):
        inquiry = Inquiry(lookup=kind)
        inquiry.seal(kind=kind, name="Secret name", reference="XY12")
        inquiry.save()
        keys.append(str(inquiry.pk))
    page = content(first_page(make_user("olga", "Inquiry officer")))
    assert "Inquiries that wait" in page and page.index(keys[1]) < page.index(keys[0])
    assert page.count('class="mark">urgent') == 1 and "Secret" not in page and "XY12" not in page
    assert "Inquiries that wait" not in first_page(make_user("adam", "Administrator", is_superuser=True))


def test_every_link_of_it_may_be_opened(much, make_user):
    import re

    for role in ROLES:
        user = {"Writer": much[0], "Editor": much[1]}.get(role) or make_user(f"a-{role[:3]}", role)
        client = Client()
        client.force_login(user)
        links = set(re.findall(r'href="(/admin/[^"]*)"', content(client.get("/admin/").text)))
        assert role == "Inquiry officer" or links
        assert {
            link: status for link in links if (status := client.get(link).status_code) not in {200, 302}
        } == {}


@pytest.mark.parametrize("role", ROLES)
def test_where_nothing_waits_it_says_so_in_one_line(make_user, role, monkeypatch):
    monkeypatch.setattr(
        "newsroom.adminsite.notices_for", lambda *args: []
    )  # which tell of a site that is not set up
    page = first_page(make_user("zoe", role))
    assert "Nothing waits for you." in page and 'class="to-do"' not in page


def test_more_than_a_page_shows_leads_to_the_list(make_user, make_article):
    ann = make_user("ann", "Writer")
    for number in range(10):
        make_article(title=f"Draft {number}", state="draft", published_at=None, created_by=ann)
    page = content(first_page(ann))
    assert page.split('class="to-do"')[1].count("<li>") == 8 and "Draft 9" in page and "Draft 1<" not in page
    assert f'href="{reverse("admin:articles_article_changelist")}?state=draft"' in page


def test_it_asks_few_queries_whoever_asks_and_however_much_there_is(
    much, make_user, known_version, monkeypatch, django_assert_max_num_queries
):
    from django.contrib.auth.models import Group

    client = Client()
    everybody = make_user("all", "Administrator")
    everybody.groups.set(Group.objects.all())
    from inquiries.models import Admission

    Admission.admit(everybody)
    now = timezone.now()
    Article.objects.bulk_create(
        Article(title=f"Old {n}", slug=f"old-{n}", body_html="<p>x</p>", state="published", published_at=now,
                first_published_at=now, created_by=everybody) for n in range(300)
    )  # fmt: skip
    for article in Article.objects.filter(title__startswith="Draft"):
        client.force_login(article.created_by)
        step(client, article, "_submit", "Please")
    monkeypatch.setattr("inquiries.readiness.is_open_for_pages", lambda: True)  # web processes know it
    for user in (everybody, *much):
        client.force_login(user)
        client.get("/admin/")
        with django_assert_max_num_queries(MOST):
            client.get("/admin/")


def test_it_says_just_now_of_what_came_within_a_minute(make_user, make_article, make_resource):
    ann, draft = make_user("ann", "Writer"), {"state": "draft", "published_at": None}
    make_article(title="A new draft", created_by=ann, **draft)
    page = content(first_page(ann))
    assert "just now" in page and "minutes ago" not in page.replace("\xa0", " ")
    make_resource(title="An old draft", created_by=ann, **draft)
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Resource.objects.update(updated_at=hour_ago)
    assert "1 hour ago" in content(first_page(ann)).replace("\xa0", " ")


def test_what_is_begun_most_often_is_the_button_that_stands_out(make_user):
    page = first_page(make_user("ann", "Editor"))
    assert page.count('class="button default"') == 1
    assert 'class="button default" href="/admin/articles/article/add/">New article<' in page
