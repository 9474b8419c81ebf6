"""The admin's one search: everything that a person may open there, and nothing else."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Subscriber
from newsroom.search.models import SameWords

pytestmark = pytest.mark.django_db
FIND = reverse("admin:find")
MOST_QUERIES = 45  # at most two a list, and those of every page of the admin


def found(client, sought):
    """Return the names that the page shows, by list."""
    page = client.get(FIND, {"q": sought})
    assert page.status_code == 200
    sections = BeautifulSoup(page.content, "html.parser").select("#content-main section")
    return {section.h2.text: [link.text for link in section.select("li a")] for section in sections}


def confirmed(address):
    Subscriber.objects.create(address=address, address_key=address, state=Subscriber.State.CONFIRMED)


@pytest.fixture
def desk(client, admin_user):
    client.force_login(admin_user)
    return client


def test_one_word_finds_what_stands_in_different_lists(
    desk, make_article, make_country, make_resource, make_user
):
    make_article(title="Harbour at night")
    make_resource(title="Harbour law")
    make_country(name="Harbourland")
    make_user("harbour-master", "Editor")
    confirmed("harbour@example.org")
    assert found(desk, "harbour") == {
        "Articles": ["Harbour at night"],
        "Resources": ["Harbour law"],
        "Countries": ["Harbourland"],
        "Colleagues": ["harbour-master"],
        "Subscribers": ["harbour@example.org"],
        "Sign-in log": ["harbour-master: rights changed", "harbour-master: account created"],
    }


def test_what_is_found_says_its_state(desk, make_article):
    make_article(title="Harbour at night")
    make_article(title="Harbour at noon", state="draft")
    page = BeautifulSoup(desk.get(FIND, {"q": "harbour"}).content, "html.parser")
    rows = page.select("#content-main section li")
    assert {row.a.text: row.select_one(".state").text for row in rows} == {
        "Harbour at night": "published",
        "Harbour at noon": "draft",
    }


def test_a_list_of_a_language_shows_how_it_begins(desk):
    SameWords.objects.update_or_create(language="en", defaults={"words": "harbour, port"})
    assert found(desk, "harbour")["Words that mean the same"] == ["English: harbour, port …"]


def test_each_leads_to_where_it_is_changed(desk, make_article):
    article = make_article(title="Harbour <b>at</b> night")
    page = desk.get(FIND, {"q": "harbour"})
    link = BeautifulSoup(page.content, "html.parser").select_one("#content-main section li a")
    assert (link.text, link["href"]) == (
        "Harbour <b>at</b> night",
        reverse("admin:articles_article_change", args=[article.pk]),
    )


def test_many_lead_to_their_list(desk, make_article):
    for number in range(7):
        make_article(title=f"Harbour {number}")
    page = BeautifulSoup(desk.get(FIND, {"q": "harbour"}).content, "html.parser")
    more = page.select_one("#content-main section p a")["href"]
    assert len(page.select("#content-main section li")) == 5
    assert more == reverse("admin:articles_article_changelist") + "?q=harbour"
    assert desk.get(more).text.count("Harbour ") >= 7


def test_nobody_finds_what_the_lists_keep_from_them(client, writer, make_user, make_article):
    other = make_user("olga", "Writer")
    make_article(title="Harbour of olga", state="draft", created_by=other)
    make_article(title="Harbour of mine", state="draft", created_by=writer)
    confirmed("harbour@example.org")
    client.force_login(writer)
    listed = client.get(reverse("admin:articles_article_changelist")).text
    names = found(client, "harbour")
    assert "Harbour of mine" in names["Articles"]
    assert ("Harbour of olga" in names["Articles"]) is ("Harbour of olga" in listed)
    assert "Subscribers" not in names
    client.force_login(make_user("ida", "Inquiry officer"))
    assert found(client, "harbour") == {}


def test_a_writer_finds_of_what_has_ended_only_what_is_in_the_archive(
    client, writer, make_user, make_article
):
    other, over = make_user("olga", "Writer"), timezone.now() - datetime.timedelta(hours=1)
    for name in ("gone", "archived"):
        make_article(title=f"Harbour {name}", created_by=other, expires_at=over, after_expiry=name)
    make_article(title="Harbour of mine", created_by=writer, expires_at=over, after_expiry="gone")
    client.force_login(writer)
    assert set(found(client, "harbour")["Articles"]) == {"Harbour archived", "Harbour of mine"}


@pytest.mark.parametrize("sought", ["", "  ", "%", "x" * 5000, "'\"<script>", "a\u202eb"])
def test_whatever_is_typed_gets_a_page(desk, make_article, sought):
    make_article(title="Quiet")
    page = desk.get(FIND, {"q": sought})
    assert page.status_code == 200 and "<script>'" not in page.text


def test_it_asks_the_database_a_bounded_number_of_times(desk, make_article):
    for number in range(7):
        make_article(title=f"Harbour {number}")
    found(desk, "harbour")
    with CaptureQueriesContext(connection) as queries:
        found(desk, "harbour")
    assert len(queries) <= MOST_QUERIES, [one["sql"][:120] for one in queries]


def test_every_page_of_the_admin_has_its_box(desk):
    page = BeautifulSoup(desk.get(reverse("admin:articles_topic_changelist")).content, "html.parser")
    boxes = page.select(f'form[action="{FIND}"] input[name=q]')
    assert len(boxes) == 2 and all(page.select(f'label[for="{box["id"]}"]') for box in boxes)


def test_visitors_are_sent_to_sign_in(client):
    assert client.get(FIND, {"q": "harbour"}).status_code == 302


@pytest.mark.parametrize("view", ["articles_article", "newsletter_subscriber", "auth_user"])
def test_a_list_takes_any_number_of_words(desk, view):
    assert desk.get(reverse(f"admin:{view}_changelist"), {"q": "a " * 3000}).status_code == 200
