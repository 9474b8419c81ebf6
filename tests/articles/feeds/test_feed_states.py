"""A feed is never 'not modified' once anything that it shows has changed, however that was written."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.urls import reverse

from articles.models import Article, Country, Resource, Topic
from newsletter.models import Issue, Item
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings
from tests.newsroom.pictures.test_images import halves

pytestmark = pytest.mark.django_db
FEEDS = ["/feeds/news.rss", "/feeds/topics/prevention.json", "/feeds/countries/laos.atom", "/feeds/resources.json",
         "/feeds/newsletter.rss"]  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def image():
    return Image.objects.create_from_upload(halves(), alt_text="A door.", credit="Ann", caption="Before.")


@pytest.fixture
def piece(image, make_article, make_country, make_topic, make_resource):
    """Return an article that shows the picture twice, beside a resource and an issue that show it too."""
    body = f'<p>Text.</p><figure data-picture="{image.uuid}"></figure>'
    subjects = {"topics": [make_topic()], "countries": [make_country()]}
    article = make_article(title="A piece", slug="a-piece", body_html=body, lead_picture=image, **subjects)
    make_resource(title="A report", slug="a-report", body_html=body, **subjects)
    issue = Issue.objects.create(
        subject="First", slug="first", introduction_html=body, state="sent", published_at=article.published_at
    )
    Item.objects.create(issue=issue, article=article, blurb="A blurb.", position=100)
    Item.objects.create(issue=issue, kind="event", title="A meeting", blurb="Bring tea.", position=200)
    return article


def etags(client, feeds=FEEDS):
    return {feed: client.get(feed)["ETag"] for feed in feeds}


def answers(client, before):
    """Return feed to (status, content) as a reader program that has these tags is answered."""
    return {
        feed: (answer.status_code, answer.content.decode())
        for feed, tag in before.items()
        for answer in [client.get(feed, headers={"If-None-Match": tag})]
    }


def change_form(desk, row):
    """Return the fields of a change page as a browser would send them."""
    page = desk.get(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]))
    form = page.context["adminform"].form
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


IN_ADMIN = {
    "a caption": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.pk}/change/", change_form(desk, image) | {"caption": "Corrected."}
    ),
    "an alternative text": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.pk}/change/", change_form(desk, image) | {"alt_text": "A window."}
    ),
    "a consent that is missing": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.pk}/change/",
        change_form(desk, image) | {"shows_recognisable_person": "on"},
    ),
    "a withdrawal": lambda desk, image: desk.post(f"/admin/pictures/image/{image.pk}/withdraw/"),
    "a withdrawal from the list": lambda desk, image: desk.post(
        "/admin/pictures/image/", {"action": "withdraw", "_selected_action": [image.pk], "confirm": "yes"}
    ),
    "words beside the text": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.uuid}/words/",
        {"alt_text": "A window.", "credit": "Ann", "caption": "Corrected."},
    ),
    "a rotation": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.pk}/retouch/",
        {"version": image.storage_key, "_right": "", "box-TOTAL_FORMS": 0, "box-INITIAL_FORMS": 0},
    ),
    "another file": lambda desk, image: desk.post(
        f"/admin/pictures/image/{image.pk}/replace/",
        {"version": image.storage_key, "upload": halves(left="green")},
    ),
}


@pytest.mark.parametrize("what", IN_ADMIN)
def test_what_happens_to_a_picture_in_the_admin_is_in_every_feed(desk, piece, image, what):
    before = etags(desk)
    former = {
        feed: content for feed, (_status, content) in answers(desk, dict.fromkeys(before, '"x"')).items()
    }
    answer = IN_ADMIN[what](desk, image)
    assert answer.status_code in {200, 302}, answer.content[:500]
    for feed, (status, content) in answers(desk, before).items():
        assert status == 200, feed
        assert content != former[feed], feed


def test_a_withdrawn_picture_is_in_no_feed(desk, piece, image):
    before = etags(desk)
    desk.post(f"/admin/pictures/image/{image.pk}/withdraw/")
    for feed, (_status, content) in answers(desk, before).items():
        assert "/media/" not in content, feed


WRITTEN = {
    "a picture by its fields": lambda: _save(Image.objects.get(), caption="x"),
    "pictures together": lambda: Image.objects.update(caption="x"),
    "pictures in bulk": lambda: _bulk(Image, caption="x"),
    "a topic by its fields": lambda: _save(Topic.objects.get(), name="x"),
    "topics together": lambda: Topic.objects.update(name="x"),
    "topics in bulk": lambda: _bulk(Topic, name="x"),
    "countries together": lambda: Country.objects.update(name="x"),
    "a country by its fields": lambda: _save(Country.objects.get(), name="x"),
    "a site by its fields": lambda: _save(SiteSettings.load(), name="x"),
}


def _save(row, **values):
    if row.pk is None or row._state.adding:
        row.save()
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _bulk(model, **values):
    rows = list(model.objects.all())
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    model.objects.bulk_update(rows, list(values))


@pytest.mark.parametrize("what", WRITTEN)
def test_every_way_to_write_what_all_feeds_show_is_noticed(client, piece, what):
    before = {feed: client.get(feed) for feed in FEEDS}
    WRITTEN[what]()
    after = answers(client, {feed: answer["ETag"] for feed, answer in before.items()})
    shown = {feed for feed, (status, _content) in after.items() if status == 200}
    assert shown == {feed for feed in FEEDS if client.get(feed).content != before[feed].content} != set()


OF_ONE_FEED = {
    "an article by its fields": ("news.rss", lambda: _save(Article.objects.get(), title="x")),
    "articles together": ("news.rss", lambda: Article.objects.update(source_title="x")),
    "articles in bulk": ("news.rss", lambda: _bulk(Article, content_note="x")),
    "a resource by its fields": ("resources.rss", lambda: _save(Resource.objects.get(), publisher="x")),
    "resources together": ("resources.rss", lambda: Resource.objects.update(publisher="x")),
    "a title in an issue": ("newsletter.rss", lambda: Article.objects.update(title="x")),
    "an issue by its fields": ("newsletter.rss", lambda: _save(Issue.objects.get(), preheader="x")),
    "an entry of an issue": ("newsletter.rss", lambda: _save(Item.objects.get(kind="event"), blurb="x")),
    "entries together": ("newsletter.rss", lambda: Item.objects.update(blurb="x")),
    "the heading above": ("newsletter.rss", lambda: Item.objects.filter(kind="event").update(group="x")),
    "the order of entries": ("newsletter.rss", lambda: Item.objects.update(position=500 - F("position"))),
    "an entry for another": ("newsletter.rss", lambda: _swap()),
}


def _swap():
    issue = Issue.objects.get()
    Item.objects.filter(kind="event").delete()
    Item.objects.create(issue=issue, kind="event", title="Another", position=200)


@pytest.mark.parametrize("what", OF_ONE_FEED)
def test_every_way_to_write_what_one_feed_shows_is_noticed(client, piece, what):
    feed, write = OF_ONE_FEED[what]
    before = etags(client, [f"/feeds/{feed}"])
    write()
    assert [status for status, _content in answers(client, before).values()] == [200]


def test_what_a_feed_does_not_show_costs_its_readers_nothing(client, piece):
    before = etags(client)
    ContentType.objects.get_for_model(Article)
    Issue.objects.create(subject="A draft", slug="a-draft")
    assert {status for status, _content in answers(client, before).values()} == {304}
