"""The archive: what was sent, for everybody, and nothing of anybody."""

from datetime import timedelta

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import FeedHost
from newsletter.models import Issue, Item
from newsroom.search.index import indexer

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def publish(make_issue):
    """Return a function that makes an issue that was sent."""

    def make(**values):
        return make_issue(**{"state": Issue.State.SENT, "published_at": timezone.now()} | values)

    return make


def test_drafts_and_what_waits_have_no_page(client, make_issue):
    later = timezone.now() + timedelta(hours=1)
    for issue in [
        make_issue(),
        make_issue(state=Issue.State.SCHEDULED, send_at=later),
        make_issue(published_at=later),
    ]:
        assert client.get(issue.get_absolute_url()).status_code == 404
        for path in ("/newsletter/", "/feeds/newsletter.rss", "/sitemap-newsletter.xml"):
            assert issue.get_absolute_url() not in client.get(path).content.decode()


def test_an_issue_has_a_page_in_the_archive_the_sitemap_the_feed_and_the_search(
    client, publish, make_article
):
    issue = publish(
        subject="Lanterns on the river", articles=[make_article(title="Seven women")], group="Laos"
    )
    Item.objects.create(issue=issue, kind="event", title="Gathering", when="5 May", position=9)
    page = client.get(issue.get_absolute_url()).content.decode()
    for words in ["Lanterns on the river", "What is new.", "Seven women", "Laos", "Gathering", "5 May"]:
        assert words in page
    assert page.count("<h1") == 1
    for path in ("/newsletter/", "/feeds/newsletter.rss", "/sitemap-newsletter.xml", "/search/?q=lanterns"):
        assert issue.get_absolute_url() in client.get(path).content.decode(), path


def test_its_events_are_found_and_one_that_came_past_the_models_is_found_by_the_worker(client, publish):
    issue = publish()
    address, query = issue.get_absolute_url(), "/search/?as=typed&q=gathering+luang+prabang"
    # As loaddata has it: the issue is stored first, then its event, and no form saves the issue again.
    Item.objects.create(issue=issue, kind="event", title="Gathering", when="5 May, Luang Prabang", position=9)
    assert indexer.mend() == 1
    assert address in client.get(query).content.decode()
    Item.objects.filter(issue=issue).update(when="5 May, Pakse")
    assert indexer.mend() == 1
    assert address not in client.get(query).content.decode()
    assert indexer.mend() == 0


def test_its_page_holds_nothing_personal_and_no_token(client, publish, make_article):
    issue = publish(articles=[make_article()])
    answer = client.get(issue.get_absolute_url())
    page = answer.content.decode()
    assert "unsubscribe/" not in page
    assert "manage/" not in page
    assert answer.cookies == {}
    assert client.get(issue.get_absolute_url()).content == answer.content


def test_what_is_withdrawn_leaves_the_page_and_the_feed_and_the_issue_stays(client, publish, make_article):
    gone, kept = make_article(title="Taken down", dek="Why it went."), make_article(title="Still here")
    issue = publish(articles=[gone, kept], group="Laos")
    gone.withdraw()
    gone.save()
    for path in (issue.get_absolute_url(), "/feeds/newsletter.rss"):
        page = client.get(path).content.decode()
        assert "Still here" in page
        for trace in ("Taken down", "Why it went", gone.get_absolute_url()):
            assert trace not in page
    assert gone.get_absolute_url() not in client.get("/search/?q=taken").content.decode()


def test_its_address_may_be_in_any_script_and_none_of_the_site_s_own(client, publish):
    issue = publish(slug="ข่าว-สิงหาคม")
    assert client.get(issue.get_absolute_url()).status_code == 200
    for taken in ("manage",):
        issue.slug = taken
        with pytest.raises(Exception, match="The site itself uses this address"):
            issue.full_clean()


def test_the_feed_is_sound_and_in_order(client, publish, make_article):
    older = publish(subject="Older", published_at=timezone.now() - timedelta(days=30))
    newer = publish(
        subject="Newer & better",
        introduction_html='<p>See <a href="/about/">us</a>.</p>',
        articles=[make_article()],
    )
    answer = client.get("/feeds/newsletter.rss")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == ["Newer & better", "Older"]
    assert [entry.link for entry in feed.entries] == [
        f"http://127.0.0.1:8000{i.get_absolute_url()}" for i in (newer, older)
    ]
    assert 'href="http://127.0.0.1:8000/about/"' in feed.entries[0].content[0].value
    assert client.get("/feeds/newsletter.rss").content == answer.content
    newer.slug = "renamed"
    newer.save()
    assert feedparser.parse(client.get("/feeds/newsletter.rss").content).entries[0].id == feed.entries[0].id


def test_without_issues_page_and_feed_say_so(client):
    assert "There is no issue yet." in client.get("/newsletter/").content.decode()
    assert feedparser.parse(client.get("/feeds/newsletter.rss").content).entries == []


def counted(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_lists_ask_the_database_as_often_for_fifty_issues_as_for_one(client, publish, make_article):
    paths = ["/newsletter/", "/feeds/newsletter.rss", "/sitemap-newsletter.xml"]
    article = make_article()
    publish(articles=[article])
    FeedHost.load()  # the first answer of all keeps the name for ids
    one = [counted(client, path) for path in paths]
    for _ in range(49):
        publish(articles=[article])
    assert [counted(client, path) for path in paths] == one
    assert client.get("/newsletter/?page=3").status_code == 200
    assert client.get("/newsletter/?page=4").status_code == 404


def test_an_issue_asks_the_database_as_often_for_fifty_entries_as_for_one(client, publish, make_article):
    counts = [
        counted(client, publish(articles=[make_article() for _ in range(number)]).get_absolute_url())
        for number in (1, 50)
    ]
    assert counts[0] == counts[1]


def test_the_feed_in_every_format_is_304_and_follows_its_articles(client, publish, make_article):
    make_article()  # so that no issue has the number of its article
    article = make_article(title="Lanterns at the pier")
    Item.objects.create(issue=publish(), article=article)
    for form in ["rss", "atom", "json"]:
        first = client.get(f"/feeds/newsletter.{form}")
        assert b"Lanterns at the pier" in first.content
        again = client.get(f"/feeds/newsletter.{form}", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
    article.withdraw()
    article.save()
    after = client.get("/feeds/newsletter.json", headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert b"Lanterns at the pier" not in after.content
