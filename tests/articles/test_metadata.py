"""What machines read: JSON-LD, citation tags, citations, and the sitemap."""

import datetime
import re
from xml.etree import ElementTree

import bibtexparser
import extruct
import pytest
import rispy
from bs4 import BeautifulSoup
from django.utils import timezone

from articles import citations
from articles.dates import PartialDate
from articles.lists.related import beside
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings
from tests.newsroom.pictures.test_images import halves

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
MAPS = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def site():
    return SiteSettings.objects.create(name="Harbour News", organisation="Harbour Trust")


@pytest.fixture
def story(site, make_article, make_country, make_topic):
    """Return an article whose title tries to break out of whatever holds it."""
    return make_article(
        title="100% of {it}_& </script><b>more</b>",
        slug="all-of-it",
        dek="A sentence with \\ and $5 #1.",
        bylines="Ann Example\nSouk Sample",
        display_date=PartialDate(2006, 8),
        countries=[make_country()],
        topics=[make_topic()],
        source_relation="adapted",
        source_title="More help",
        source_publication="Vientiane Times",
        source_date=PartialDate(2006, 6, 5),
        source_url="https://www.example.org/more-help",
        lead_picture=Image.objects.create_from_upload(halves(), alt_text="Two fields.", credit="Ann"),
    )


def things(client, path):
    """Return what a page tells in JSON-LD, by type."""
    text = client.get(path).content.decode()
    [document] = extruct.extract(text, base_url=SITE, syntaxes=["json-ld"])["json-ld"]
    assert document["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in document["@graph"]}


def test_json_ld_says_what_the_page_says(client, story):
    page = BeautifulSoup(client.get("/news/all-of-it/").content, "html.parser")
    found = things(client, "/news/all-of-it/")
    article = found["NewsArticle"]
    assert article["headline"] == page.h1.get_text() == story.title
    assert article["description"] == page.select_one(".story .dek").get_text()
    assert article["datePublished"] == page.select_one(".meta time")["datetime"] == "2006-08"
    assert article["url"] == page.select_one("link[rel=canonical]")["href"]
    assert [one["name"] for one in article["author"]] == ["Ann Example", "Souk Sample"]
    assert article["image"]["url"] == page.select_one("meta[property='og:image']")["content"]
    assert article["isBasedOn"]["name"] == "More help"
    assert article["isBasedOn"]["isPartOf"]["name"] == "Vientiane Times"
    assert article["isBasedOn"]["url"] == page.select_one(".source a")["href"]
    assert [one["name"] for one in article["about"]] == [a.get_text() for a in page.select(".subjects a")]
    crumbs = [item["name"] for item in found["BreadcrumbList"]["itemListElement"]]
    assert crumbs == [*(a.get_text() for a in page.select(".crumbs a")), story.title]
    assert found["Organization"]["name"] == "Harbour Trust"


def test_json_ld_can_not_end_its_element(client, story):
    text = client.get("/news/all-of-it/").content.decode()
    [inside] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert not set("<>&") & set(inside)
    assert text.count("<script") == 2  # and the one that leaves


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/", {"WebSite", "Organization"}),
        ("/topics/prevention/", {"CollectionPage", "BreadcrumbList", "Organization", "WebSite"}),
        ("/countries/laos/", {"CollectionPage", "BreadcrumbList", "Organization", "WebSite"}),
    ],
)
def test_other_pages_say_what_they_are(client, story, path, kinds):
    assert set(things(client, path)) == kinds


def test_translations_name_each_other(client, story, make_article):
    make_article(title="ສະບັບລາວ", slug="lao", language="lo", translation_of=story)
    page = BeautifulSoup(client.get("/news/all-of-it/").content, "html.parser")
    alternates = {link["hreflang"]: link["href"] for link in page.select("link[hreflang]")}
    assert alternates == {"en": f"{SITE}/news/all-of-it/", "lo": f"{SITE}/news/lao/"}
    [version] = things(client, "/news/all-of-it/")["NewsArticle"]["workTranslation"]
    assert version["@id"] == f"{SITE}/news/lao/"
    [version] = things(client, "/news/lao/")["NewsArticle"]["translationOfWork"]
    assert version["@id"] == f"{SITE}/news/all-of-it/"


def test_citation_tags_are_complete(client, story):
    page = BeautifulSoup(client.get("/news/all-of-it/").content, "html.parser")
    found = {}
    for tag in page.select("meta[name^=citation_]"):
        found.setdefault(tag["name"], []).append(tag["content"])
    assert found == {
        "citation_title": [story.title],
        "citation_author": ["Ann Example", "Souk Sample"],
        "citation_publication_date": ["2006/08"],
        "citation_publisher": ["Harbour Trust"],
        "citation_language": ["en"],
        "citation_abstract": [story.dek],
        "citation_public_url": [f"{SITE}/news/all-of-it/"],
        "citation_fulltext_html_url": [f"{SITE}/news/all-of-it/"],
        "citation_keywords": ["Laos", "Prevention"],
    }


def test_the_page_cites_itself_in_two_styles(client, story):
    box = BeautifulSoup(client.get("/news/all-of-it/").content, "html.parser").select_one(".cite")
    apa, chicago = (" ".join(dd.get_text().split()) for dd in box.select("dd"))
    today = PartialDate.from_date(timezone.localdate()).display
    assert apa == (
        f"Ann Example & Souk Sample. (2006, August). {story.title}. Harbour News. "
        f"Retrieved {today}, from {SITE}/news/all-of-it/"
    )
    assert chicago == (
        f"Ann Example and Souk Sample. “{story.title}.” Harbour News, August 2006. "
        f"Accessed {today}. {SITE}/news/all-of-it/."
    )
    assert [a["href"] for a in box.select("a")] == ["/news/all-of-it/cite.bib", "/news/all-of-it/cite.ris"]


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (PartialDate(2006), "2006"),
        (PartialDate(2006, 8), "2006, August"),
        (PartialDate(2006, 8, 5), "2006, August 5"),
    ],
)
def test_apa_is_as_precise_as_the_date(story, site, date, written):
    story.display_date = date
    assert f"({written})." in citations.of_article(story, site).apa


def test_without_a_byline_the_organisation_stands_for_it(client, story, site):
    story.bylines = ""
    citation = citations.of_article(story, site)
    assert citation.apa.startswith("Harbour Trust. (2006")
    assert citation.chicago.startswith("“100%")


def test_bibtex_is_read_by_a_library(client, story):
    answer = client.get("/news/all-of-it/cite.bib")
    assert answer["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="all-of-it.bib"'
    parser = bibtexparser.bparser.BibTexParser(common_strings=True)
    [entry] = bibtexparser.loads(answer.content.decode(), parser).entries
    assert entry["ID"] == "all-of-it-2006"
    assert entry["author"] == "{Ann Example} and {Souk Sample}"
    assert entry["title"] == r"{100\% of \{it\}\_\& </script><b>more</b>}"
    assert (entry["year"], entry["month"]) == ("2006", "August")
    assert entry["url"] == f"{SITE}/news/all-of-it/"
    assert entry["note"] == "Adapted from: ‘More help.’ Vientiane Times. 5 June 2006."


def test_ris_is_read_by_a_library(client, story):
    answer = client.get("/news/all-of-it/cite.ris")
    assert answer["Content-Type"] == "application/x-research-info-systems; charset=utf-8"
    [entry] = rispy.loads(answer.content.decode())
    assert entry["type_of_reference"] == "NEWS"
    assert entry["title"] == story.title
    assert entry["authors"] == ["Ann Example", "Souk Sample"]
    assert entry["year"] == "2006"
    assert entry["urls"] == [f"{SITE}/news/all-of-it/"]
    assert entry["keywords"] == ["Laos", "Prevention"]


def test_a_line_break_in_a_name_starts_no_field(client, story):
    story.source_title = "One\r\nER  - \r\nTY  - BOOK"
    story.save()
    assert len(rispy.loads(client.get("/news/all-of-it/cite.ris").content.decode())) == 1


@pytest.mark.parametrize("form", ["bib", "ris"])
def test_nothing_unpublished_can_be_cited(client, story, form):
    story.withdraw()
    story.save()
    assert client.get(f"/news/all-of-it/cite.{form}").status_code == 404


def entries(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(answer.content)


def test_the_sitemap_is_an_index_with_times_of_change(client, story, make_page):
    make_page(path="about-the-index")
    index = entries(client, "/sitemap.xml")
    parts = {part.find("map:loc", MAPS).text: part.find("map:lastmod", MAPS) for part in index}
    assert f"{SITE}/sitemap-articles.xml" in parts
    changed = datetime.datetime.fromisoformat(parts[f"{SITE}/sitemap-articles.xml"].text)
    assert abs(changed - max(story.updated_at, story.published_at)) < datetime.timedelta(seconds=2)
    locations = []
    for address in parts:
        section = entries(client, address.removeprefix(SITE))
        locations += [url.find("map:loc", MAPS).text for url in section]
    for path in ["/", "/news/all-of-it/", "/countries/laos/", "/topics/prevention/", "/about-the-index/"]:
        assert SITE + path in locations
    assert len(locations) == len(set(locations))


def test_an_article_in_the_sitemap_has_its_picture_and_for_two_days_its_news(client, story, make_article):
    make_article(title="Old", slug="old", published_at=timezone.now() - datetime.timedelta(days=3))
    found = {
        url.find("map:loc", MAPS).text.removeprefix(SITE): url
        for url in entries(client, "/sitemap-articles.xml")
    }
    new, old = found["/news/all-of-it/"], found["/news/old/"]
    picture = new.find("image:image/image:loc", MAPS).text
    assert client.get(picture.removeprefix(SITE)).status_code == 200
    assert new.find("news:news/news:title", MAPS).text == story.title
    assert new.find("news:news/news:publication/news:name", MAPS).text == "Harbour News"
    assert old.find("news:news", MAPS) is None
    assert old.find("image:image", MAPS) is None


@pytest.mark.parametrize("query", ["?p=0", "?p=2", "?p=abc", "?p=٣", "?p=" + "9" * 30])
def test_a_page_of_a_sitemap_that_is_not_there_is_404(client, story, query):
    assert client.get(f"/sitemap-articles.xml{query}").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_the_sitemap_asks_as_often_for_50_articles_as_for_one(
    client, story, make_article, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4) as asked:
        client.get("/sitemap-articles.xml")
    for _number in range(49):
        make_article()
    with django_assert_num_queries(len(asked)):
        client.get("/sitemap-articles.xml")


def test_related_are_those_that_share_subjects_and_words(make_article, make_topic):
    topic = make_topic()
    one = make_article(title="Fishing boats and debts", dek="How debts bind crews.", topics=[topic])
    far = make_article(title="A court decides", dek="On brokers.", topics=[topic])
    near = make_article(title="Debts on fishing boats", dek="What binds a crew.", topics=[topic])
    elsewhere = make_article(title="Fishing boats and debts elsewhere", dek="No shared subject.")
    version = make_article(title="Thuyền đánh cá và nợ", language="vi", translation_of=one)
    make_article(title="Chưa đăng", language="th", translation_of=one, state="draft")
    again = make_article(
        title="The same", translation_of=one, topics=one.topics.all(), countries=one.countries.all()
    )
    versions, found, _neighbours = beside(one, 3)
    assert versions == [again, version]
    assert found == [near, far]
    assert elsewhere not in found
    assert beside(version, 3)[:2] == ([one, again], [])
