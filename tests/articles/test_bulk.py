"""Several articles at once: a page says what will happen to each, then it happens as if each were done alone."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from newsroom.versions.models import ShareLink, Version

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def drafts(make_article):
    """Return what is ready, what lacks its text, what is public, and what is scheduled."""
    later = timezone.now() + datetime.timedelta(days=3)
    draft = {"state": Article.State.DRAFT, "published_at": None}
    return {
        "ready": make_article(title="Ready", **draft),
        "empty": make_article(title="Empty", body_html="", **draft),
        "public": make_article(title="Public"),
        "later": make_article(title="Later", published_at=later),
    }


def act(client, action, pieces, **values):
    keys = [one.pk for one in pieces]
    return client.post(LIST, {"action": action, "_selected_action": keys, "index": 0} | values, follow=True)


def confirm(client, action, pieces, **values):
    return act(client, action, pieces, confirmed="", seen=[one.pk for one in pieces], **values)


def state(piece):
    return Article.objects.get(pk=piece.pk).state


def test_publishing_says_first_what_will_happen_and_why_some_cannot(desk, drafts):
    page = act(desk, "publish_many", drafts.values()).text
    will, cannot = page.split("stay as they are")
    assert (
        "Ready" in will and "Visitors can read it at once." in will and "Empty" not in will.split("<h2>")[-1]
    )
    assert "Text: It is needed to publish." in cannot
    assert "It is public already." in cannot and "It is scheduled already." in cannot
    assert state(drafts["ready"]) == state(drafts["empty"]) == "draft"


def test_publishing_publishes_what_is_ready_with_version_and_search(desk, drafts):
    told = confirm(desk, "publish_many", drafts.values()).text
    assert "Done for 1 article." in told and "Empty" in told
    assert (state(drafts["ready"]), state(drafts["empty"])) == ("published", "draft")
    ready = Article.objects.get(pk=drafts["ready"].pk)
    assert ready.is_public and ready.first_published_at and ready.display_date
    newest = Version.objects.of(ready).saved().first()
    assert newest.read()["fields"]["state"] == "published" and newest.created_by.username == "editor"
    assert Client().get(ready.get_absolute_url()).status_code == 200
    assert "Ready" in Client().get("/search/?q=Ready").text


def test_what_was_not_on_the_page_is_left_alone(desk, drafts):
    act(desk, "publish_many", [drafts["ready"]], confirmed="", seen=[])
    assert state(drafts["ready"]) == "draft"


def test_a_time_in_the_future_is_kept(desk, make_article):
    when = timezone.now() + datetime.timedelta(days=1)
    piece = make_article(state=Article.State.DRAFT, published_at=when)
    assert "Visitors can read it from" in act(desk, "publish_many", [piece]).text
    confirm(desk, "publish_many", [piece])
    assert Article.objects.get(pk=piece.pk).is_scheduled


def test_changes_that_wait_are_published_in_their_form_alone(desk, drafts):
    from tests.newsroom.versions.test_review import send

    piece = drafts["public"]
    send(desk, piece, "_draft", title="Later")
    confirm(desk, "unpublish_many", [piece])
    assert state(piece) == "withdrawn"
    assert "Changes of it wait." in act(desk, "publish_many", [piece]).text


def test_unpublishing_takes_them_off_and_says_what_was_not_published(desk, drafts):
    page = act(desk, "unpublish_many", drafts.values()).text
    assert "Visitors can’t read it any more." in page and "It is not published." in page
    confirm(desk, "unpublish_many", drafts.values())
    assert [state(one) for one in drafts.values()] == ["draft", "draft", "withdrawn", "draft"]
    assert Client().get(drafts["public"].get_absolute_url()).status_code == 410
    assert drafts["public"].get_absolute_url() not in Client().get("/search/?q=Public").text


def test_a_reason_to_unpublish_stands_in_the_history_of_each(desk, drafts):
    pieces = [drafts["public"], drafts["later"]]
    assert 'name="reason"' in act(desk, "unpublish_many", pieces).text
    assert "at most 300 characters" in confirm(desk, "unpublish_many", pieces, reason="x" * 301).text
    assert state(drafts["public"]) == "published"
    confirm(desk, "unpublish_many", pieces, reason=" Two sources took it back. ")
    for piece in pieces:
        assert Version.objects.of(piece).saved().first().comment == "Two sources took it back."


@pytest.mark.parametrize("ends", [True, False])
def test_the_links_that_share_them_end_with_them_unless_they_are_to_go_on(desk, editor, drafts, ends):
    pieces = [drafts["public"], drafts["ready"]]
    assert "links that share" not in act(desk, "unpublish_many", pieces).text
    for piece in [*pieces, drafts["later"]]:
        ShareLink.make(piece, editor, 7, None)
    page = act(desk, "unpublish_many", pieces).text
    assert "End the 2 links that share them" in page and 'name="ends_links"' in page and " checked" in page
    assert "at most 300 characters" in confirm(desk, "unpublish_many", pieces, reason="x" * 301).text
    confirm(desk, "unpublish_many", pieces, **({"ends_links": "on"} if ends else {}))
    left = {link.object_id for link in ShareLink.objects.all()}
    assert left == {drafts["ready"].pk, drafts["later"].pk} | (set() if ends else {drafts["public"].pk})


@pytest.mark.parametrize(("action", "name"), [("add_topic", "topics"), ("add_country", "countries")])
def test_a_subject_is_chosen_and_added_with_version_and_search(
    desk, drafts, make_topic, make_country, action, name
):
    subject = make_topic() if name == "topics" else make_country()
    pieces = [drafts["ready"], drafts["public"]]
    drafts["public"].save()
    getattr(drafts["public"], name).add(subject)
    asked = act(desk, action, pieces).text
    assert str(subject) in asked and "Yes, do it" not in asked
    assert "Choose one." in confirm(desk, action, pieces).text
    seen = act(desk, action, pieces, subject=subject.pk, _look="").text
    assert "It has it already." in seen and "Yes, do it" in seen
    assert "Done for 1 article." in confirm(desk, action, pieces, subject=subject.pk).text
    assert list(getattr(drafts["ready"], name).all()) == [subject]
    assert Version.objects.of(drafts["ready"]).saved().first().read()["relations"][name] == [subject.pk]
    assert "Choose one." in confirm(desk, action, pieces, subject="999999").text


@pytest.mark.parametrize("action", ["publish_many", "unpublish_many", "add_topic", "add_country"])
@pytest.mark.parametrize("role", ["Writer", "Newsletter manager", "Inquiry officer"])
def test_those_who_may_not_publish_are_refused(client, make_user, drafts, make_topic, role, action):
    user = make_user("zoe", role)
    Article.objects.update(created_by=user)
    client.force_login(user)
    before = [
        (one.state, one.topics.count(), one.countries.count()) for one in Article.objects.order_by("pk")
    ]
    topic = make_topic()
    answer = confirm(client, action, drafts.values(), subject=topic.pk)
    assert answer.status_code in {200, 403} and "branding" in answer.text
    assert [
        (one.state, one.topics.count(), one.countries.count()) for one in Article.objects.order_by("pk")
    ] == before
    assert action not in client.get(LIST).text


def test_too_many_at_once_are_refused(desk, make_article, monkeypatch):
    monkeypatch.setattr("articles.admin.bulk.MOST", 1)
    pieces = [make_article(), make_article()]
    assert "Choose at most 1." in confirm(desk, "unpublish_many", pieces).text
    assert state(pieces[0]) == "published"


def test_a_review_ends_as_the_piece_is_published(desk, drafts, editor):
    from newsroom.versions.review import steps

    steps.submit(drafts["ready"], editor, "")
    confirm(desk, "publish_many", [drafts["ready"]])
    assert steps.of(drafts["ready"]) is None
