"""What an article offers to those who study it: contents, neighbours, its address, a dated citation, its length."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.utils import timezone

from articles.dates import PartialDate
from articles.templatetags.paging import GAP, shown_numbers
from articles.templatetags.readingtime import minutes_to_read
from newsroom.richtext.contents import contents_of
from newsroom.sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
FOUR = "<h2>One &amp; all</h2><p>a</p><h3>Within</h3><p>b</p><h2>Two</h2><p>c</p><h2>ສາມ</h2><p>d</p>"


def page_of(client, article):
    return BeautifulSoup(client.get(article.get_absolute_url()).content, "html.parser")


def test_four_headings_make_a_list_of_contents_whose_links_lead(client, make_article):
    page = page_of(client, make_article(body_html=FOUR))
    contents = page.select_one(".contents")
    links = contents.select("a")
    assert [link.get_text() for link in links] == ["One & all", "Within", "Two", "ສາມ"]
    for link in links:
        target = page.find(id=link["href"].removeprefix("#"))
        assert target.get_text() == link.get_text()
    assert [link.get_text() for link in contents.select("ol ol a")] == ["Within"]


def test_fewer_headings_make_none(client, make_article):
    article = make_article(body_html="<h2>One</h2><p>a</p><h2>Two</h2><p>b</p><h2>Three</h2><p>c</p>")
    assert not page_of(client, article).select(".contents")


def test_a_smaller_heading_before_the_first_section_stands_for_itself(make_article):
    article = make_article(
        body_html="<h3>First</h3><p>a</p><h2>A</h2><p>b</p><h3>B</h3><p>c</p><h3>C</h3><p>d</p>"
    )
    first, second = contents_of(article.body_html)
    assert (first.words, first.inside) == ("First", ())
    assert [entry.words for entry in second.inside] == ["B", "C"]


@pytest.fixture
def in_a_row(make_article):
    """Return four articles in the order of their publication; the second and third at the same moment."""
    start = timezone.now() - datetime.timedelta(days=9)
    days = [0, 1, 1, 2]
    return [
        make_article(title=f"Number {n}", slug=f"n-{n}", published_at=start + datetime.timedelta(days=day))
        for n, day in enumerate(days)
    ]


def neighbours(client, article):
    return [link["href"] for link in page_of(client, article).select(".neighbours a")]


def test_the_earlier_and_the_later_article_stand_below(client, in_a_row):
    paths = [one.get_absolute_url() for one in in_a_row]
    assert neighbours(client, in_a_row[0]) == [paths[1]]
    assert neighbours(client, in_a_row[1]) == [paths[0], paths[2]]
    assert neighbours(client, in_a_row[2]) == [paths[1], paths[3]]
    assert neighbours(client, in_a_row[3]) == [paths[2]]


def test_neighbours_are_public_and_in_the_same_language(client, in_a_row):
    first, second, third, last = in_a_row
    second.withdraw()
    second.save()
    third.language = "vi"
    third.save()
    assert neighbours(client, first) == [last.get_absolute_url()]
    last.published_at = timezone.now() + datetime.timedelta(hours=1)
    last.save()
    assert neighbours(client, first) == []


def test_the_address_stands_in_a_field_to_copy(client, settings, make_article):
    article = make_article()
    field = page_of(client, article).select_one("input#address")
    assert field["value"] == f"{settings.SITE_URL}{article.get_absolute_url()}"
    assert field.has_attr("readonly")
    assert page_of(client, article).select_one("label[for=address]")


def test_citations_name_the_day_of_reading(client, make_article):
    article = make_article()
    today = timezone.localdate()
    written = PartialDate.from_date(today).display
    apa, chicago = (dd.get_text() for dd in page_of(client, article).select(".cite dd"))
    assert f"Retrieved {written}, from " in apa
    assert f" Accessed {written}. " in chicago
    assert f"urldate = {{{today}}}" in client.get(f"{article.get_absolute_url()}cite.bib").text
    assert f"Y2  - {today:%Y/%m/%d}/" in client.get(f"{article.get_absolute_url()}cite.ris").text


def test_a_note_says_on_what_terms_an_article_may_be_printed_again(client, make_article):
    own, other = (
        make_article(slug="own"),
        make_article(slug="other", source_relation="reprinted", source_publication="Vientiane Times"),
    )
    assert "Republish" not in client.get(own.get_absolute_url()).text
    site = SiteSettings.load()
    site.republishing_text = "Free to print.\n\nName <us>."
    site.save()
    text = client.get(own.get_absolute_url()).text
    assert "<p>Free to print.</p>" in text
    assert "<p>Name &lt;us&gt;.</p>" in text
    assert "Free to print" not in client.get(other.get_absolute_url()).text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("<p>Short.</p>", 1), (f"<p>{'word ' * 900}</p>", 4), (f"<p>{'ໂ' * 1320}</p>", 2)],
)
def test_the_time_to_read_grows_with_the_words_of_any_script(text, minutes):
    assert minutes_to_read(text) == minutes


def test_the_page_says_how_long_it_takes_to_read(client, make_article):
    assert "About one minute to read" in client.get(make_article().get_absolute_url()).text
    long = make_article(slug="long", body_html=f"<p>{'word ' * 900}</p>")
    assert "About 4 minutes to read" in " ".join(client.get(long.get_absolute_url()).text.split())


def test_the_archive_says_how_many_articles_each_year_and_month_has(client, make_article):
    for n, date in enumerate([(2006, 8), (2006, 8), (2006, 9), (2006,), (2011,)]):
        make_article(slug=f"of-{n}", display_date=PartialDate(*date))
    make_article(slug="draft", display_date=PartialDate(2006), state="draft", published_at=None)
    page = BeautifulSoup(client.get("/news/2006/").content, "html.parser")
    assert [" ".join(a.get_text().split()) for a in page.select(".years a")] == ["2011 (1)", "2006 (4)"]
    assert [" ".join(a.get_text().split()) for a in page.select(".months a")] == [
        "August (2)",
        "September (1)",
    ]
    assert len(page.select(".rows > li")) == 4
    assert client.get("/news/2007/").status_code == 404
    assert client.get("/news/2006/10/").status_code == 404


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 2, [1, 2]),
        (1, 12, [1, 2, 3, GAP, 12]),
        (2, 12, [1, 2, 3, GAP, 12]),
        (4, 12, [1, 2, 3, 4, 5, GAP, 12]),
        (6, 12, [1, GAP, 5, 6, 7, GAP, 12]),
        (12, 12, [1, GAP, 10, 11, 12]),
        (3, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_a_long_list_numbers_the_pages_around_and_at_both_ends(number, last, shown):
    assert shown_numbers(Paginator(range(last), 1).page(number)) == shown


def test_the_numbers_of_pages_are_links(client, make_article):
    for n in range(41):
        make_article(slug=f"a-{n}")
    pages = BeautifulSoup(client.get("/news/?page=2").content, "html.parser").select_one(".pagination")
    assert [a.get_text(strip=True) for a in pages.select("a")] == ["Newer", "1", "2", "3", "Older"]
    assert pages.select_one("[aria-current=page]").get_text() == "2"
    assert [a["href"] for a in pages.select("a[rel]")] == ["?", "?page=3"]
    assert client.get("/news/?page=4").status_code == 404
