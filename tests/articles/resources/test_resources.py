"""The library of resources: what it shows, to whom, and how it is narrowed."""

import datetime
import json
import re
from pathlib import Path

import feedparser
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.dates import PartialDate
from articles.models import FeedHost, Resource
from articles.resources.models.resource import mend_subjects
from newsroom.pagecache import contentversion

pytestmark = pytest.mark.django_db
FEEDS = [f"/feeds/resources.{form}" for form in ("rss", "atom", "json")]


@pytest.fixture
def protocol(make_resource, make_country, make_topic):
    """Return a resource with everything that a page can say of one."""
    return make_resource(
        title="Protocol to Prevent & Punish",
        slug="the-protocol",
        kind="law",
        summary="The treaty that defines it.",
        body_html="<p>Signed in Palermo, read everywhere.</p>",
        link="https://treaties.example.org/protocol",
        publisher="United Nations",
        display_date=PartialDate(2000, 11, 15),
        languages="en ar fr",
        credit="By courtesy of the archive",
        countries=[make_country()],
        topics=[make_topic()],
    )


def shown(client, address="/resources/"):
    """Return the titles that a list shows, in their order."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.findall(r'class="card-title"[^>]*><a\s[^>]*>([^<]+)<', answer.content.decode())


def listing(resource):
    """Return every address that lists a public resource."""
    return [
        "/",
        "/resources/",
        *(one.get_absolute_url() for one in [*resource.countries.all(), *resource.topics.all()]),
        *FEEDS,
        "/search/?q=Palermo",
        "/sitemap-resources.xml",
    ]


def test_its_page_says_what_it_is_and_where_it_stands(client, protocol):
    text = client.get("/resources/the-protocol/").content.decode()
    for part in [
        "Protocol to Prevent &amp; Punish", "Law or treaty", "United Nations", "15 November 2000", "العربية",
        "By courtesy of the archive", "Signed in Palermo", "/countries/laos/", "/topics/prevention/",
    ]:  # fmt: skip
        assert part in text, part
    assert 'href="https://treaties.example.org/protocol" rel="noopener noreferrer"' in text


def test_every_list_feed_and_map_of_the_site_names_it(client, protocol):
    for address in listing(protocol):
        assert "the-protocol" in client.get(address).content.decode(), address


@pytest.mark.parametrize("hide", ["draft", "withdrawn", "scheduled"])
def test_promise_1_nothing_names_what_is_not_public(client, protocol, hide):
    if hide == "scheduled":
        protocol.published_at = protocol.first_published_at = timezone.now() + datetime.timedelta(hours=1)
    else:
        protocol.state = hide
        protocol.first_published_at = protocol.first_published_at if hide == "withdrawn" else None
    protocol.save()
    for address in [*listing(protocol), "/resources/?kind=law", "/resources/?country=laos"]:
        text = client.get(address).content.decode()
        assert "the-protocol" not in text and "Protocol to Prevent" not in text, address
    assert client.get("/resources/the-protocol/").status_code == (410 if hide == "withdrawn" else 404)
    assert client.get("/resources/the-protocol/cite.bib").status_code == 404


def test_a_withdrawn_one_says_so_and_names_nothing_of_it(client, protocol):
    protocol.withdraw()
    protocol.save()
    answer = client.get("/resources/the-protocol/")
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "no-store"
    assert "This resource was taken down" in answer.content.decode()
    assert "Palermo" not in answer.content.decode()


def test_a_changed_slug_redirects(client, protocol):
    protocol.slug = "palermo"
    protocol.save()
    answer = client.get("/resources/the-protocol/")
    assert (answer.status_code, answer["Location"]) == (301, "/resources/palermo/")


@pytest.fixture
def library(make_resource, make_country, make_topic):
    """Fill a library in which every filter has something to choose."""
    laos, thailand = make_country(), make_country(iso_code="TH", name="Thailand", slug="thailand")
    topic = make_topic()
    make_resource(title="Alpha", kind="law", countries=[laos], languages="en", display_date=PartialDate(2004))
    make_resource(
        title="Beta", kind="report", countries=[laos, thailand], topics=[topic], languages="en lo",
        display_date=PartialDate(2004, 5, 2),
    )  # fmt: skip
    make_resource(
        title="gamma", kind="report", countries=[thailand], languages="th", display_date=PartialDate(2015)
    )
    make_resource(title="Delta", kind="data", state="draft", countries=[laos], languages="en")
    make_resource(title="Epsilon", kind="training", display_date="")


@pytest.mark.parametrize(
    ("narrowing", "titles"),
    [
        ("", ["Epsilon", "gamma", "Beta", "Alpha"]),
        ("?sort=title", ["Alpha", "Beta", "Epsilon", "gamma"]),
        ("?sort=date", ["gamma", "Beta", "Alpha", "Epsilon"]),
        ("?kind=report", ["gamma", "Beta"]),
        ("?country=laos", ["Beta", "Alpha"]),
        ("?country=thailand&kind=report&year=2004", ["Beta"]),
        ("?topic=prevention", ["Beta"]),
        ("?language=en", ["Beta", "Alpha"]),
        ("?language=lo", ["Beta"]),
        ("?year=2004", ["Beta", "Alpha"]),
        ("?year=2015&sort=date", ["gamma"]),
        ("?kind=nothing", []),
        ("?country=atlantis", []),
        ("?topic=x&language=xx&year=20044", []),
        ("?year=20%25", []),
        ("?sort=nothing", ["Epsilon", "gamma", "Beta", "Alpha"]),
    ],
)
def test_it_is_narrowed_and_ordered_by_its_address(client, library, narrowing, titles):
    assert shown(client, f"/resources/{narrowing}") == titles


def choices(client, address="/resources/"):
    """Return {address of a choice: how many it leaves}."""
    text = client.get(address).content.decode()
    found = re.findall(
        r'<li><a href="(\?[^"]*)">[^<]*</a> <span class="count">.*?aria-hidden="true">(\d+)<', text, re.DOTALL
    )
    return {choice.replace("&amp;", "&"): int(number) for choice, number in found}


def test_each_choice_says_how_many_it_leaves_and_keeps_its_word(client, library):
    offered = choices(client)
    assert offered == {
        "?kind=law": 1, "?kind=report": 2, "?kind=training": 1,
        "?country=laos": 2, "?country=thailand": 2, "?topic=prevention": 1,
        "?language=en": 2, "?language=lo": 1, "?language=th": 1, "?year=2004": 2, "?year=2015": 1,
    }  # fmt: skip
    for choice, number in offered.items():
        assert len(shown(client, f"/resources/{choice}")) == number, choice
        for further, left in choices(client, f"/resources/{choice}").items():
            assert len(shown(client, f"/resources/{further}")) == left, further


def test_what_it_is_narrowed_to_can_be_taken_away_and_stands_in_the_title(client, library):
    text = client.get("/resources/?kind=report&country=laos&sort=title&page=1").content.decode()
    assert "<title>Resources: Report, Laos" in text
    assert 'href="?country=laos&amp;sort=title"' in text
    assert 'href="?kind=report&amp;sort=title"' in text
    assert '<meta name="robots" content="noindex' in text
    assert "noindex" not in client.get("/resources/").content.decode()


def test_what_bypassed_the_model_is_counted_right_after_the_worker_came_by(client, library, make_topic):
    topic = make_topic(name="Children", slug="children")
    for resource in Resource.objects.filter(title__in=["Alpha", "Beta"]):
        resource.topics.add(topic)
    assert mend_subjects() == 2
    assert mend_subjects() == 0
    assert shown(client, "/resources/?topic=children") == ["Beta", "Alpha"]
    assert choices(client)["?topic=children"] == 2
    topic.delete()
    assert mend_subjects() == 2
    assert "?topic=children" not in choices(client)


def test_an_unknown_choice_finds_nothing_and_shows_a_way_back(client, library):
    text = client.get("/resources/?kind=%3Cb%3E").content.decode()
    assert "Nothing fits all of this." in text
    assert "<b>" not in text
    assert client.get("/resources/?page=7").status_code == client.get("/resources/?page=x").status_code == 404


def test_lists_run_the_same_number_of_queries_for_1_resource_and_for_50(
    client, protocol, make_resource, monkeypatch
):
    monkeypatch.setattr(contentversion, "PATIENCE", 600)  # a version is known, as in every web process
    addresses = ["/resources/", "/resources/?country=laos", "/resources/?language=en&year=2000", *FEEDS, "/"]
    addresses += ["/countries/laos/", "/topics/prevention/", "/resources/the-protocol/"]

    def queries():
        counted = {}
        contentversion.read()
        for address in addresses:
            client.get(address)  # what is asked once in a content version
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counted[address] = len(captured)
        return counted

    FeedHost.load()  # the first answer of all keeps the name for ids
    one = queries()
    for number in range(49):
        make_resource(
            title=f"Protocol {number}", countries=protocol.countries.all(), topics=protocol.topics.all(),
            languages="en", display_date=PartialDate(2000),
        )  # fmt: skip
    fifty = queries()
    assert one == fifty
    assert max(fifty.values()) <= 14, fifty


def test_search_runs_the_same_number_of_queries_for_4_resources_and_for_50(client, make_resource):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert "type=resource" in client.get("/search/?q=protocol").content.decode()
        return len(captured)

    for number in range(4):  # for fewer it looks for more
        make_resource(title=f"Protocol {number}")
    four = queries()
    for number in range(4, 50):
        make_resource(title=f"Protocol {number}")
    assert queries() == four


def test_search_finds_it_by_its_words_publisher_kind_and_language_as_a_type_of_its_own(client, protocol):
    for query in ["Palermo", "treaty defines", "United Nations", "law", "Français", "courtesy archive"]:
        text = client.get("/search/", {"q": query}).content.decode()
        assert "/resources/the-protocol/" in text, query
        assert "type=resource" in text, query
    text = client.get("/search/?q=Palermo&type=resource&country=laos&from=2000&to=2000").content.decode()
    assert "/resources/the-protocol/" in text
    assert "/resources/the-protocol/" not in client.get("/search/?q=Palermo&from=2001").content.decode()


def test_news_that_share_its_subjects_stand_under_it(client, protocol, make_article):
    make_article(title="About Laos", countries=protocol.countries.all())
    make_article(title="About nothing of it")
    make_article(title="A draft about Laos", countries=protocol.countries.all(), state="draft")
    text = client.get("/resources/the-protocol/").content.decode()
    assert "About Laos" in text
    assert "About nothing of it" not in text and "A draft" not in text


@pytest.mark.parametrize("feed", FEEDS)
def test_the_feed_says_what_it_is_in_every_format(client, protocol, feed):
    answer = client.get(feed)
    if feed.endswith("json"):
        [entry] = json.loads(answer.content)["items"]
        content = entry["content_html"]
        assert entry["external_url"] == "https://treaties.example.org/protocol"
    else:
        parsed = feedparser.parse(answer.content)
        assert not parsed.bozo
        [entry] = parsed.entries
        content = entry.content[-1].value
    assert re.fullmatch(rf"tag:[^,]+,\d{{4}}-\d\d-\d\d:resources/{protocol.uuid}", entry["id"])
    for part in ["Signed in Palermo", "United Nations", "15 November 2000", "treaties.example.org/protocol"]:
        assert part in content, part
    assert client.get(feed, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    protocol.topics.clear()
    assert client.get(feed, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_the_page_of_feeds_and_the_library_name_its_feed(client, protocol):
    assert 'href="/feeds/resources.atom"' in client.get("/feeds/").content.decode()
    assert 'type="application/rss+xml" title="Newsroom: Resources" href="/feeds/resources.rss"' in (
        client.get("/resources/").content.decode()
    )


def structured(client, address):
    text = client.get(address).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])["@graph"]


def test_machines_read_the_document_and_its_publisher(client, protocol):
    things = {thing["@type"]: thing for thing in structured(client, "/resources/the-protocol/")}
    law = things["Legislation"]
    assert law["url"] == "https://treaties.example.org/protocol"
    assert law["publisher"] == {"@type": "Organization", "name": "United Nations"}
    assert (law["datePublished"], law["inLanguage"]) == ("2000-11-15", ["en", "ar", "fr"])
    assert [about["name"] for about in law["about"]] == ["Laos", "Prevention"]
    assert things["ItemPage"]["mainEntity"] == {"@id": law["@id"]}
    assert [step["name"] for step in things["BreadcrumbList"]["itemListElement"]] == [
        "Home", "Resources", "Protocol to Prevent & Punish",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", Resource.Kind.values)
def test_every_kind_has_a_page_and_a_type_of_its_own(client, make_resource, kind):
    resource = make_resource(kind=kind)
    types = [thing["@type"] for thing in structured(client, resource.get_absolute_url())]
    assert len(types) == 5 and types[1] not in {"ItemPage", "WebSite"}


def test_it_is_cited_as_the_work_of_its_publisher(client, protocol):
    text = client.get("/resources/the-protocol/").content.decode()
    assert (
        "United Nations. (2000, November 15). <cite>Protocol to Prevent &amp; Punish.</cite> Retrieved "
    ) in text
    assert ", from https://treaties.example.org/protocol</dd>" in text
    bibtex = client.get("/resources/the-protocol/cite.bib")
    assert bibtex["Content-Disposition"] == 'attachment; filename="the-protocol.bib"'
    assert "{United Nations}" in bibtex.content.decode()
    assert r"{Protocol to Prevent \& Punish}" in bibtex.content.decode()
    ris = client.get("/resources/the-protocol/cite.ris").content.decode()
    assert ris.startswith("TY  - STAT\r\n")
    assert "UR  - https://treaties.example.org/protocol\r\n" in ris


def test_an_undated_one_without_publisher_is_cited_under_the_site_s_name(client, make_resource):
    resource = make_resource(title="Undated", publisher="", display_date="")
    assert "(n.d.)" in client.get(resource.get_absolute_url()).content.decode()
    assert "author = {{Newsroom}}" in client.get(f"{resource.get_absolute_url()}cite.bib").content.decode()


def test_promise_3_no_public_page_of_the_library_sets_a_cookie(client, protocol):
    for address in ["/resources/", "/resources/the-protocol/", "/resources/the-protocol/cite.ris"]:
        answer = client.get(address)
        assert not answer.cookies
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "words",
    ["country=nowhere-{}", "kind=k{}", "topic=t{}", "language=l{}", "year={:04}", "year=y{}",
     "kind=law&country=nowhere-{}", "sort=title&country=nowhere-{}", "country=laos&q={}"],
)  # fmt: skip
def test_made_up_words_leave_nothing_in_the_cache(client, protocol, words):
    contentversion.read()  # without a version nothing is kept
    folder = Path(settings.CACHES["default"]["LOCATION"])
    client.get("/resources/?country=laos&sort=title")
    assert len(list(folder.glob("*.djcache"))) == 1
    client.get(f"/resources/?{words.format(1)}")
    before = len(list(folder.glob("*.djcache")))
    for number in range(2, 7):
        assert client.get(f"/resources/?{words.format(number)}").status_code == 200
    assert len(list(folder.glob("*.djcache"))) == before
