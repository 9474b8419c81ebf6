"""What the dialog of links finds: pages that visitors read, and to each who writes what may come to that."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsroom.offers import offered

pytestmark = pytest.mark.django_db
OWN_PAGES = reverse("admin:find_pages")


def found(client, sought):
    """Return what is found, in its order."""
    answer = client.post(OWN_PAGES, {"q": sought})
    assert answer.status_code == 200
    return answer.json()["found"]


def titles(client, sought):
    return [one["title"] for one in found(client, sought)]


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def test_it_finds_every_kind_of_page_that_visitors_have(
    desk, make_article, make_page, make_resource, make_country, make_topic
):
    make_topic(name="Harbour work", slug="harbour-work")
    make_country(name="Harbourland", slug="harbourland")
    make_resource(title="Law of the harbour", slug="law")
    make_page(title="Our harbour", path="about/harbour")
    make_article(title="Night at the harbour", slug="night")
    assert {(one["title"], one["path"], one["kind"], one["state"]) for one in found(desk, "harbour")} == {
        ("Harbour work", "/topics/harbour-work/", "topic", ""),
        ("Harbourland", "/countries/harbourland/", "country", ""),
        ("Law of the harbour", "/resources/law/", "resource", ""),
        ("Our harbour", "/about/harbour/", "page", ""),
        ("Night at the harbour", "/news/night/", "article", ""),
    }


def test_what_is_called_so_stands_first_then_what_begins_so_then_the_newest(desk, make_article, make_country):
    make_country(name="Laos")
    for title in ["Older news of Laos", "Laos signs", "News of Laos"]:
        make_article(title=title)
    assert titles(desk, "laos") == ["Laos", "Laos signs", "News of Laos", "Older news of Laos"]


def test_all_words_are_looked_for_in_any_order_and_case_and_in_titles_alone(desk, make_article):
    make_article(title="The harbour at night")
    make_article(title="Über Grenzen", body_html="<p>The harbour at night.</p>")
    assert titles(desk, "NIGHT  harb") == ["The harbour at night"]
    assert titles(desk, "über") == titles(desk, "ÜBER") == ["Über Grenzen"]
    assert titles(desk, "harbour noon") == titles(desk, "  ") == titles(desk, "") == []


def test_what_is_not_public_yet_says_its_state_and_what_was_taken_down_is_left_out(desk, make_article):
    hour = datetime.timedelta(hours=1)
    now = timezone.now()
    make_article(title="Harbour draft", state="draft")
    make_article(title="Harbour tomorrow", published_at=now + hour)
    make_article(title="Harbour archived", expires_at=now - hour, after_expiry="archived")
    make_article(title="Harbour gone", expires_at=now - hour, after_expiry="gone")
    make_article(title="Harbour withdrawn", state="withdrawn")
    assert {one["title"]: one["state"] for one in found(desk, "harbour")} == {
        "Harbour draft": "draft",
        "Harbour tomorrow": "scheduled",
        "Harbour archived": "archived",
    }


def test_nobody_finds_what_the_lists_keep_from_them(client, writer, make_user, make_article, make_page):
    other, mine = make_user("olga", "Writer"), {"state": "draft", "created_by": writer}
    make_article(title="Harbour of olga", state="draft", created_by=other)
    make_article(
        title="Harbour tomorrow", created_by=other, published_at=timezone.now() + datetime.timedelta(1)
    )
    make_article(title="Harbour of mine", **mine)
    make_page(title="Harbour page", path="harbour")
    make_page(title="Harbour page to come", path="harbour-to-come", state="draft")
    client.force_login(writer)
    assert sorted(titles(client, "harbour")) == ["Harbour of mine", "Harbour page"]
    client.force_login(make_user("nina", "Newsletter manager"))
    assert titles(client, "harbour") == ["Harbour page"]


def test_only_those_who_write_texts_may_ask_and_nothing_stands_in_an_address(
    client, writer, make_user, make_article
):
    make_article(title="Harbour")
    assert 'id="login-form"' in client.post(OWN_PAGES, {"q": "harbour"}).text
    nobody = make_user("pat", "Writer")
    nobody.groups.clear()
    for person in [make_user("ida", "Inquiry officer"), nobody]:
        client.force_login(person)
        assert client.post(OWN_PAGES, {"q": "harbour"}).status_code == 403
    client.force_login(writer)
    assert client.get(OWN_PAGES, {"q": "harbour"}).status_code == 405


def test_at_most_eight_are_shown_for_one_question_a_model(desk, make_article, make_topic):
    for number in range(12):
        make_article(title=f"Harbour {number}", slug=f"harbour-{number}")
        make_topic(name=f"The harbour {number}", slug=f"harbour-{number}")
    desk.post(OWN_PAGES, {"q": "nothing"})
    with CaptureQueriesContext(connection) as none:
        desk.post(OWN_PAGES, {"q": ""})
    with CaptureQueriesContext(connection) as all_models:
        assert titles(desk, "harbour") == [f"Harbour {number}" for number in range(11, 3, -1)]
    asked = [one["sql"] for one in all_models][len(none) :]
    assert len(asked) <= len(list(offered("linkable"))), asked
    assert all("LIMIT 8" in one and "body_html" not in one for one in asked)


@pytest.mark.parametrize(
    "sought", ["%", "_", "\\", "'\"<script>", "a\u202eb", "a\0b", "x" * 5000, "x " * 2000]
)
def test_whatever_is_typed_is_looked_for_as_it_is(desk, make_article, sought):
    make_article(title="Quiet")
    assert found(desk, sought) == []


def test_a_mark_that_means_any_to_databases_is_a_letter_here(desk, make_article):
    make_article(title="Half of them")
    make_article(title="50% of them")
    assert titles(desk, "50%") == titles(desk, "%") == ["50% of them"]


def test_the_editor_is_told_where_to_ask(desk):
    assert OWN_PAGES in desk.get(reverse("admin:articles_article_add")).text
