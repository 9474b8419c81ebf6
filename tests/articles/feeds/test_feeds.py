"""Feeds: three formats of the same entries, asked for again at the cost of one query."""

import gzip
import json
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from lxml import etree

from articles.dates import PartialDate
from articles.models import Article, Country, FeedHost, Topic
from newsletter.models import Issue, Item
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings
from tests.newsroom.pictures.test_images import halves

FORMATS = ["rss", "atom", "json"]
FEEDS = ["/feeds/news", "/feeds/topics/prevention", "/feeds/countries/laos"]
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def story(make_article, make_country, make_topic):
    """Return an article with everything that a feed can say of one."""
    return make_article(
        title="A shelter & its neighbours",
        slug="a-shelter",
        dek="What <both> sides say.",
        body_html='<p>See the <a href="/about/">page</a> and <a href="#s-more">more</a>.</p><h2 id="s-more">More</h2>',
        bylines="Ann Example\nNewsroom desk",
        countries=[make_country()],
        topics=[make_topic()],
        source_relation="adapted",
        source_title="More help",
        source_publication="Vientiane Times",
        source_date=PartialDate(2006, 6, 5),
        source_url="https://www.example.org/more-help",
    )


@pytest.fixture
def pictured(story):
    """Return the same article, led by a picture."""
    story.lead_picture = Image.objects.create_from_upload(
        halves(), alt_text="A door stands open.", credit="Illustration: Ann"
    )
    story.save()
    return story


def items(answer, form):
    """Return the entries of a feed as feedparser or JSON has them, after it was found well-formed."""
    if form == "json":
        whole = json.loads(answer.content)
        assert whole["version"] == "https://jsonfeed.org/version/1.1"
        return whole["items"]
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == {"rss": "rss20", "atom": "atom10"}[form]
    return parsed.entries


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("feed", FEEDS)
def test_each_feed_has_the_article_whole_in_every_format(client, story, feed, form):
    answer = client.get(f"{feed}.{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    assert not answer.cookies
    [entry] = items(answer, form)
    assert re.fullmatch(rf"tag:[^,]+,\d{{4}}-\d\d-\d\d:news/{story.uuid}", entry["id"])
    assert entry["title"].replace("&amp;", "&") == "A shelter & its neighbours"
    content = entry["content_html"] if form == "json" else entry.content[-1].value
    assert 'href="http://127.0.0.1:8000/about/"' in content
    assert 'href="http://127.0.0.1:8000/news/a-shelter/#s-more"' in content
    assert "Adapted from: ‘More help.’ Vientiane Times. 5 June 2006." in content
    assert 'href="/' not in content and 'src="/' not in content


def test_rss_names_creators_subjects_and_source(client, story):
    item = etree.fromstring(client.get("/feeds/news.rss").content).find("channel/item")
    creators = item.findall("{http://purl.org/dc/elements/1.1/}creator")
    assert [one.text for one in creators] == ["Ann Example", "Newsroom desk"]
    assert [one.text for one in item.findall("category")] == ["Prevention", "Laos"]
    assert item.find("source").get("url") == "https://www.example.org/more-help"
    assert item.find("source").text == "More help"
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.find("description").text == "What &lt;both&gt; sides say."  # which RSS reads as HTML


def test_atom_names_authors_subjects_and_source(client, story):
    entry = feedparser.parse(client.get("/feeds/news.atom").content).entries[0]
    assert [one.name for one in entry.authors] == ["Ann Example", "Newsroom desk"]
    assert [one.term for one in entry.tags] == ["Prevention", "Laos"]
    assert [one.href for one in entry.links if one.rel == "via"] == ["https://www.example.org/more-help"]


def test_json_feed_names_authors_subjects_and_source(client, story):
    [item] = items(client.get("/feeds/news.json"), "json")
    assert item["authors"] == [{"name": "Ann Example"}, {"name": "Newsroom desk"}]
    assert item["tags"] == ["Prevention", "Laos"]
    assert item["external_url"] == "https://www.example.org/more-help"
    assert item["language"] == "en"


TRACKER = '<img src=//tracker.example onerror="alert(1)"> & <![CDATA[x]]> "a"'


@pytest.fixture
def marked(pictured, make_resource):
    """Return nothing: every plain text that a feed shows holds mark-up, which is text there as on the site."""
    site = SiteSettings.load()
    site.name = f"Site {TRACKER}"
    site.save()
    for model in (Topic, Country):
        model.objects.update(name=f"Subject {TRACKER}")
    Image.objects.update(alt_text=f"Alt {TRACKER}", credit=f"Credit {TRACKER}", caption=f"Caption {TRACKER}")
    lead = f'<p>x</p><figure data-picture="{Image.objects.get().uuid}"></figure>'
    type(pictured).objects.update(
        title=f"Title {TRACKER}", dek=f"Dek {TRACKER}", bylines=f"By {TRACKER}", source_title=f"Source {TRACKER}",
        content_note=f"Note {TRACKER}", body_html=lead,
    )  # fmt: skip
    make_resource(
        title=f"Title {TRACKER}", summary=f"Summary {TRACKER}", publisher=f"Publisher {TRACKER}",
        credit=f"Credit {TRACKER}", link="https://www.example.org/x", topics=[Topic.objects.get()],
    )  # fmt: skip
    issue = Issue.objects.create(
        subject=f"Subject {TRACKER}", preheader=f"Preheader {TRACKER}", slug="first", introduction_html=lead,
        state=Issue.State.SENT, published_at=timezone.now(),
    )  # fmt: skip
    Item.objects.create(issue=issue, kind=Item.Kind.EVENT, title=f"Event {TRACKER}", blurb=f"Blurb {TRACKER}")


def shown(html):
    """Return the elements and the words of HTML as a reader program shows it."""
    page = BeautifulSoup(html, "html5lib").body
    return {element.name for element in page.find_all(True)}, page.get_text()


@pytest.mark.parametrize("feed", ["news", "topics/prevention", "countries/laos", "resources", "newsletter"])
def test_plain_text_is_text_in_every_feed_as_it_is_on_the_site(client, marked, feed):
    rss = etree.fromstring(client.get(f"/feeds/{feed}.rss").content)
    [item] = rss.findall("channel/item")
    names, words = shown(item.find("description").text)
    assert not names
    assert words.endswith(TRACKER)
    names, words = shown(rss.find("channel/description").text)
    assert not names
    assert words == json.loads(client.get(f"/feeds/{feed}.json").content)["description"]
    for plain in [rss.find("channel/title"), item.find("title"), *item.findall("category")]:
        assert TRACKER in plain.text or plain.text == "Report"
    [content] = [one.text for one in item if one.tag.endswith("encoded")]
    atom = etree.fromstring(client.get(f"/feeds/{feed}.atom").content)
    entry = atom.find(f"{ATOM}entry")
    for plain in [atom.find(f"{ATOM}title"), entry.find(f"{ATOM}title"), entry.find(f"{ATOM}summary")]:
        assert plain.get("type", "text") == "text"  # which a reader shows as it is (RFC 4287, 3.1.1.1)
        assert TRACKER in plain.text
    whole = json.loads(client.get(f"/feeds/{feed}.json").content)
    assert whole["items"][0]["title"].endswith(TRACKER)
    assert whole["items"][0]["summary"].endswith(TRACKER)
    for html in [content, entry.find(f"{ATOM}content").text, whole["items"][0]["content_html"]]:
        names, words = shown(html)
        sources = [img["src"] for img in BeautifulSoup(html, "html5lib").find_all("img")]
        assert all(source.startswith("http://127.0.0.1:8000/media/") for source in sources)
        assert TRACKER in words


def test_a_lead_picture_is_an_enclosure_with_length_credit_and_alternative_text(client, pictured):
    item = etree.fromstring(client.get("/feeds/news.rss").content).find("channel/item")
    enclosure = item.find("enclosure")
    picture = client.get(enclosure.get("url").removeprefix("http://127.0.0.1:8000"))
    assert len(b"".join(picture.streaming_content)) == int(enclosure.get("length"))
    assert enclosure.get("type") == picture["Content-Type"] == "image/jpeg"
    media = item.find(f"{MEDIA}content")
    assert media.get("url") == enclosure.get("url")
    assert media.find(f"{MEDIA}credit").text == "Illustration: Ann"
    assert media.find(f"{MEDIA}description").text == "A door stands open."
    entry = feedparser.parse(client.get("/feeds/news.atom").content).entries[0]
    assert [one.length for one in entry.enclosures] == [enclosure.get("length")]
    [item] = items(client.get("/feeds/news.json"), "json")
    assert item["attachments"][0]["size_in_bytes"] == int(enclosure.get("length"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("feed", FEEDS)
def test_asked_again_it_answers_304_without_body(client, story, feed, form):
    first = client.get(f"{feed}.{form}")
    assert not first["ETag"].startswith("W/")
    for headers in [
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
        # If-None-Match outranks the other, whatever that says (RFC 9110, 13.1.3).
        {"If-None-Match": first["ETag"], "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ]:
        again = client.get(f"{feed}.{form}", headers=headers)
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == first["ETag"]
    other = {"If-None-Match": '"other"', "If-Modified-Since": format_datetime(datetime.now(UTC), usegmt=True)}
    assert client.get(f"{feed}.{form}", headers=other).status_code == 200


def test_compressed_it_has_a_strong_tag_of_its_own(client, story):
    plain = client.get("/feeds/news.rss")
    zipped = client.get("/feeds/news.rss", headers={"Accept-Encoding": "gzip, br"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert "Accept-Encoding" in zipped["Vary"]
    assert plain["ETag"] != zipped["ETag"]
    assert not zipped["ETag"].startswith("W/")


def changes(story, client):
    """Yield (what, a function that changes what the feed says)."""
    other = story.topics.get()

    def retouch():
        story.lead_picture.alt_text = "Another door."
        story.lead_picture.save()

    def rename():
        other.name = "Precaution"
        other.save()

    def leave():
        story.topics.clear()

    def correct():
        story.title = "A shelter, corrected"
        story.save()

    return {"a picture": retouch, "a topic": rename, "its subjects": leave, "the text": correct}


@pytest.mark.parametrize("what", ["a picture", "a topic", "its subjects", "the text"])
def test_what_changes_the_feed_changes_its_tag_and_never_the_id(client, pictured, what):
    before = client.get("/feeds/news.rss")
    changes(pictured, client)[what]()
    after = client.get("/feeds/news.rss", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert parsedate_to_datetime(after["Last-Modified"]) > parsedate_to_datetime(before["Last-Modified"])
    guid = re.compile(rb"<guid[^>]*>([^<]+)</guid>")
    assert guid.findall(after.content) == guid.findall(before.content)


def test_a_correction_changes_updated_and_a_new_slug_keeps_the_id(client, story):
    [before] = items(client.get("/feeds/news.json"), "json")
    time.sleep(0.01)
    story.slug = "another-address"
    story.save()
    [after] = items(client.get("/feeds/news.json"), "json")
    assert after["id"] == before["id"]
    assert after["url"].endswith("/news/another-address/")
    assert after["date_modified"] > before["date_modified"]
    assert after["date_published"] == before["date_published"]


@pytest.mark.parametrize("form", FORMATS)
def test_promise_1_a_withdrawn_entry_is_gone_at_once_for_every_kind_of_asking(
    client, story, make_article, form
):
    newer = make_article(title="The newer one", published_at=timezone.now())
    before = client.get(f"/feeds/news.{form}")
    newer.withdraw()
    newer.save()
    for headers in [
        {},
        {"If-None-Match": before["ETag"]},
        {"If-Modified-Since": before["Last-Modified"]},
    ]:
        after = client.get(f"/feeds/news.{form}", headers=headers)
        assert after.status_code == 200
        assert b"The newer one" not in after.content
    Article.objects.all().delete()
    empty = client.get(f"/feeds/news.{form}", headers={"If-Modified-Since": after["Last-Modified"]})
    assert empty.status_code == 200
    assert items(empty, form) == []


def test_a_scheduled_article_joins_at_its_second(client, make_article):
    make_article(title="Later", published_at=timezone.now() + timedelta(seconds=1))
    before = client.get("/feeds/news.rss")
    assert b"Later" not in before.content
    time.sleep(1.1)
    assert b"Later" in client.get("/feeds/news.rss", headers={"If-None-Match": before["ETag"]}).content


def test_control_characters_and_other_scripts_do_no_harm(client, make_article):
    make_article(title="ສະຫຼຸບ \x0b\x1f𐍈 ]]> &amp;", dek="\ufffe", language="lo")
    for form in FORMATS:
        [entry] = items(client.get(f"/feeds/news.{form}"), form)
        assert "ສະຫຼຸບ" in entry["title"]


def test_a_feed_of_nothing_known_is_404(client, story):
    for path in ["/feeds/topics/nowhere.rss", "/feeds/countries/nowhere.atom", "/feeds/news.xml/"]:
        assert client.get(path).status_code == 404


def test_the_page_of_feeds_offers_every_feed_and_none_is_dead(client, story):
    page = client.get("/feeds/").content.decode()
    addresses = re.findall(r'href="(/feeds/[^"]+\.(?:rss|atom|json))"', page)
    assert {f"{feed}.{form}" for feed in FEEDS for form in FORMATS} <= set(addresses)
    assert [path for path in addresses if client.get(path).status_code != 200] == []


@pytest.mark.parametrize(
    ("page", "feed"),
    [("/news/", "/feeds/news"), ("/topics/prevention/", FEEDS[1]), ("/countries/laos/", FEEDS[2])],
)
def test_each_page_names_the_feeds_of_what_it_shows(client, story, page, feed):
    text = client.get(page).content.decode()
    for form in FORMATS:
        assert re.search(
            rf'<link rel="alternate" type="{re.escape(TYPES[form])}"[^>]*href="{feed}\.{form}"', text
        )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("feed", ["news", "topics/prevention", "countries/laos", "resources", "newsletter"])
def test_ids_keep_the_first_host_name(client, story, make_resource, settings, feed, form):
    make_resource(topics=story.topics.all())
    Issue.objects.create(subject="First", slug="first", state="sent", published_at=timezone.now())

    def ids():
        answer = client.get(f"/feeds/{feed}.{form}")
        whole = (
            [] if form == "json" else re.findall(r"<id>(tag:[^<]*feeds/[^<]*)</id>", answer.content.decode())
        )
        return [*whole, *(entry["id"] for entry in items(answer, form))]

    settings.SITE_URL = "https://news.example.org"
    first = ids()
    assert first
    assert all(one.startswith("tag:news.example.org,") for one in first)
    for later in ["https://www.elsewhere.example", "http://127.0.0.1:8000", "https://news.example.org:8443"]:
        settings.SITE_URL = later
        assert ids() == first
        assert FeedHost.objects.get().host == "news.example.org"
