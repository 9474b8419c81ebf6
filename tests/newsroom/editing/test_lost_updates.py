"""Promise 6: two people on one form never overwrite each other silently."""

import io
import re

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pixels

from articles.models import Country, Fact
from inquiries.models import CannedAnswer, DeskSettings
from newsletter.models import Issue
from newsroom.editing.readertext import apart
from newsroom.pictures.models import Image
from newsroom.search.models import BestBet, NeedList
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions.models import Version
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
SINCE = "Somebody has saved this since you opened it"


@pytest.fixture
def two(make_user):
    """Return the browsers of two people who may change everything, desk included."""
    browsers = []
    for name in ["ann", "ben"]:
        client = Client()
        client.force_login(make_user(name, "Inquiry officer", is_superuser=True))
        browsers.append(client)
    return browsers


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def save(client, url, values, **changes):
    return client.post(url, values | {"_save": ""} | changes)


def words_of(page):
    """Return a page without the marks of what differs."""
    return re.sub("</?(?:ins|del)>", "", page.content.decode())


def picture():
    buffer = io.BytesIO()
    Pixels.new("RGB", (800, 400), "red").save(buffer, "PNG")
    return Image.objects.create_from_upload(
        ContentFile(buffer.getvalue()), alt_text="A field.", credit="Ours"
    )


KINDS = {
    "article": ("title", lambda make: make("article")(title="Start")),
    "page": ("title", lambda make: make("page")(title="Start")),
    "resource": ("title", lambda make: make("resource")(title="Start")),
    "callout": ("title", lambda make: make("callout")(title="Start")),
    "country": ("name", lambda make: make("country")()),
    "topic": ("name", lambda make: make("topic")(name="Start")),
    "hotline": ("name", lambda make: make("hotline")(name="Start")),
    "image": ("caption", lambda make: picture()),
    "issue": ("subject", lambda make: Issue.objects.create(subject="Start", slug="start")),
    "best bet": ("title", lambda make: BestBet.objects.create(queries="help", title="Start", link="/get-help/")),
    "sentences of need": ("sentences", lambda make: NeedList.objects.create(language="en", sentences="help me")),
    "site settings": ("name", lambda make: SiteSettings(pk=1)),
    "canned answer": ("title", lambda make: CannedAnswer.objects.create(title="Start", text="Text")),
    "desk settings": ("away_notice", lambda make: DeskSettings(pk=1)),
    "account": ("first_name", lambda make: make("user")("carl", "Writer")),
}  # fmt: skip


@pytest.fixture
def make(request):
    return lambda kind: request.getfixturevalue(f"make_{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_promise_6_nobody_overwrites_in_silence_on_any_form(two, make, kind):
    field, new_row = KINDS[kind]
    row, (ann, ben) = new_row(make), two
    url = change(row)
    anns, bens = (values_on(client.get(url)) for client in (ann, ben))
    assert save(ann, url, anns, **{field: "By Ann"}).status_code == 302
    refused = save(ben, url, bens, **{field: "By Ben"})
    assert refused.status_code == 200
    text = words_of(refused)
    assert SINCE in text
    assert "By Ann" in text
    assert "By Ben" in text
    assert getattr(type(row).objects.get(pk=row.pk), field) == "By Ann"
    assert save(ben, url, values_on(refused)).status_code == 302  # a decision
    assert getattr(type(row).objects.get(pk=row.pk), field) == "By Ben"


def test_promise_6_holds_in_twenty_interleaved_rounds(two, make_article):
    article, lost = make_article(title="Round 0", body_html="<p>Start</p>"), 0
    url = change(article)
    for number in range(20):
        first, second = two if number % 2 else reversed(two)
        loaded = [values_on(client.get(url)) for client in (first, second)]
        assert save(first, url, loaded[0], body_html=f"<p>First in round {number}</p>").status_code == 302
        answer = save(second, url, loaded[1], title=f"Round {number}", body_html=f"<p>Other in {number}</p>")
        article.refresh_from_db()
        lost += answer.status_code != 200 or f"First in round {number}" not in article.body_html
    assert lost == 0


def test_promise_6_a_name_that_was_taken_out_does_not_come_back_unseen(two, make_article):
    ann, ben = two
    article = make_article(body_html="<p>Ann Example was there.</p>")
    url = change(article)
    bens = values_on(ben.get(url))
    save(ann, url, values_on(ann.get(url)), body_html="<p>A woman was there.</p>")
    merged = ben.post(url, bens | {"dek": "Another dek", "_save": ""}, follow=True)
    assert (
        "While you had this open, ann changed something else. Saved together with yours: Text."
        in " ".join(merged.content.decode().split())
    )
    article.refresh_from_db()
    assert (article.body_html, article.dek) == ("<p>A woman was there.</p>", "Another dek")
    assert {one.created_by and one.created_by.username for one in Version.objects.of(article)} == {
        "ann",
        "ben",
        None,
    }


def test_a_conflict_is_told_once(two, make_article):
    ann, ben = two
    article = make_article(title="Start")
    url = change(article)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    save(ann, url, anns, title="By Ann")
    page = save(ben, url, bens, title="By Ben").content.decode()
    assert page.count("Somebody has saved this") == 1
    assert page.count("not saved") == 1
    assert "This was not saved yet" not in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")


def test_a_fault_beside_a_conflict_is_told_beside_it_and_once(two, make_article):
    ann, ben = two
    article = make_article(title="Start")
    url = change(article)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    save(ann, url, anns, title="By Ann")
    page = save(ben, url, bens, title="By Ben", display_date="never").content.decode()
    assert page.count("Somebody has saved this") == 1
    assert page.count("This was not saved yet") == 1
    assert "Please correct the error" not in page


def test_promise_6_covers_relations(two, make_article, make_topic):
    ann, ben = two
    topics = [make_topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(2)]
    article = make_article(topics=topics)
    url = change(article)
    bens = values_on(ben.get(url))
    anns = values_on(ann.get(url))
    assert save(ann, url, anns, topics=[topics[0].pk]).status_code == 302
    assert save(ben, url, bens, dek="Another dek").status_code == 302
    assert list(article.topics.all()) == [topics[0]]
    refused = save(ben, url, bens, topics=[], _once="")
    assert refused.status_code == 200
    assert "Topic 0" in words_of(refused)
    assert save(ben, url, values_on(refused), _theirs="topics").status_code == 302
    assert list(article.topics.all()) == [topics[0]]


@pytest.fixture
def country(make_country):
    country = make_country()
    for number in range(2):
        Fact.objects.create(country=country, label=f"Fact {number}", value="1", source="Ours", as_of="2020")
    return country


def test_promise_6_covers_the_rows_below_a_form(two, country):
    ann, ben = two
    url = change(country)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    assert save(ann, url, anns, **{"facts-0-value": "2 by Ann"}).status_code == 302
    assert save(ben, url, bens, **{"facts-0-label": "Fact by Ben"}).status_code == 302
    fact = Fact.objects.order_by("pk")[0]
    assert (fact.label, fact.value) == ("Fact by Ben", "2 by Ann")
    refused = save(ben, url, bens, **{"facts-0-value": "3 by Ben", "_once": ""})
    assert refused.status_code == 200
    assert "2 by Ann" in words_of(refused)
    assert save(ben, url, values_on(refused)).status_code == 302
    fact.refresh_from_db()
    assert fact.value == "3 by Ben"


def test_promise_6_what_one_edits_and_the_other_deletes_is_a_conflict(two, country):
    ann, ben = two
    url = change(country)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    assert save(ann, url, anns, **{"facts-0-value": "by Ann"}).status_code == 302
    refused = save(ben, url, bens, **{"facts-0-DELETE": "on"})
    assert refused.status_code == 200
    assert "by Ann" in words_of(refused)
    key = f"facts-{Fact.objects.order_by('pk')[0].pk}"
    assert save(ben, url, values_on(refused), _theirs=key).status_code == 302
    assert Fact.objects.order_by("pk")[0].value == "by Ann"


def test_promise_6_covers_rows_that_are_gone(two, country):
    ann, ben = two
    url = change(country)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    assert save(ann, url, anns, **{"facts-0-DELETE": "on"}).status_code == 302
    refused = save(ben, url, bens, **{"facts-0-value": "0 by Ben", "facts-1-value": "by Ben"})
    assert refused.status_code == 200
    assert "(deleted)" in words_of(refused)
    assert "0 by Ben" in words_of(refused)
    assert save(ben, url, values_on(refused)).status_code == 302
    assert [fact.value for fact in Fact.objects.all()] == ["by Ben"]


def test_different_rows_below_are_two_peoples_business(two, country):
    ann, ben = two
    url = change(country)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    assert save(ann, url, anns, **{"facts-0-value": "by Ann"}).status_code == 302
    assert save(ben, url, bens, **{"facts-1-value": "by Ben"}).status_code == 302
    assert [fact.value for fact in Fact.objects.order_by("pk")] == ["by Ann", "by Ben"]


def test_what_was_published_meanwhile_is_told(two, make_article):
    ann, ben = two
    article = make_article(state="draft", published_at=None)
    url = change(article)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    assert ann.post(url, anns | {"_publish": ""}).status_code == 302
    refused = save(ben, url, bens, title="Half a sente")
    assert refused.status_code == 200
    assert SINCE in refused.content.decode()
    article.refresh_from_db()
    assert article.title != "Half a sente"


def test_who_types_the_same_as_the_other_is_not_stopped(two, make_article):
    ann, ben = two
    article = make_article()
    url = change(article)
    loaded = [values_on(client.get(url)) for client in two]
    for client, values in zip((ann, ben), loaded, strict=True):
        assert save(client, url, values, title="The same").status_code == 302


def test_what_nobody_else_changed_is_saved_without_a_word(two, make_article):
    ann, _ben = two
    article = make_article()
    url = change(article)
    for number in range(3):
        assert save(ann, url, values_on(ann.get(url)), title=f"Title {number}").status_code == 302


def test_a_form_that_is_wrong_as_well_tells_both(two, make_article):
    ann, ben = two
    article = make_article(title="Start")
    url = change(article)
    bens, anns = values_on(ben.get(url)), values_on(ann.get(url))
    save(ann, url, anns, title="By Ann")
    refused = save(ben, url, bens, title="", display_date="never")
    text = words_of(refused)
    assert SINCE in text
    assert "By Ann" in text
    again = save(ben, url, values_on(refused))
    assert again.status_code == 200
    assert SINCE not in again.content.decode()


@pytest.mark.parametrize(("one", "other", "shown"), [
    ("a", "b", ("a", "b")),
    ("a\nb\nc\nd\ne", "a\nb\nX\nd\ne", ("…\nb\nc\nd\n…", "…\nb\nX\nd\n…")),
    ("a\nb", "a\nb\nc", ("…\nb", "…\nb\nc")),
    ("", "a\nb", ("", "a\nb")),
    ("a\na\na", "a\na", ("…\na\na", "…\na")),
])  # fmt: skip
def test_of_long_texts_the_parts_that_differ_are_shown(one, other, shown):
    assert apart(one, other) == shown


@pytest.mark.parametrize("token", ["", "x", "[]", "{", '{"": 1}', '{"": {"title": 1}}', "[" * 5000])
def test_a_token_that_was_tampered_with_is_no_fault(two, make_article, token):
    ann, _ben = two
    url = change(make_article())
    assert save(ann, url, values_on(ann.get(url)), _loaded=token, title="New").status_code in {200, 302}


def test_every_form_that_changes_something_is_guarded(two, make, country):
    from newsroom.editing.lostupdates import GuardsUpdates

    assert all(isinstance(one, GuardsUpdates) for one in admin.site._registry.values())
    for _field, new_row in KINDS.values():
        row = new_row(make) if new_row is not KINDS["country"][1] else Country.objects.first()
        page = two[0].get(change(row)).content.decode()
        assert 'name="_loaded"' in page
        assert 'name="_once"' in page
