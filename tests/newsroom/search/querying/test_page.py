"""The page of search, as readers and editors meet it."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.dates import PartialDate
from articles.models import Article
from newsroom.pagecache import contentversion
from newsroom.search import firstbets, firstlists
from newsroom.search.models import BestBet

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves(make_article, make_country, make_topic):
    """Make three articles on shelters in two countries, and one on kilns."""
    laos, thailand = make_country(), make_country(iso_code="TH", name="Thailand", slug="thailand")
    prevention = make_topic()
    now = timezone.now()
    for number, (title, year, countries, topics) in enumerate([
        ("A shelter in Laos", 2006, [laos], [prevention]),
        ("Shelters and courts", 2010, [laos, thailand], []),
        ("A shelter by the sea", 2015, [thailand], []),
        ("Kilns", 2015, [thailand], []),
    ]):  # fmt: skip
        article = make_article(
            title=title,
            display_date=PartialDate(year, 8),
            published_at=now - datetime.timedelta(days=number),
            countries=countries,
            topics=topics,
        )
        article.reindex()


def text(client, query="q=shelter", status=200):
    response = client.get(f"/search/?{query}")
    assert response.status_code == status
    return response.content.decode()


def titles(html):
    return [
        re.sub(r"</?mark>", "", title)
        for title in re.findall(r'class="hit-title"[^>]*><a\s[^>]*>(.*?)</a>', html, re.DOTALL)
    ]


def facet(html, name):
    """Return the links of the results' facets with this name, and their numbers."""
    link = rf'<a href="([^"]*)">{name}</a> <span class="count">.*?aria-hidden="true">(\d+)<'
    return re.findall(link, html, re.DOTALL)


def test_it_counts_marks_and_announces(client, shelves):
    html = text(client)
    assert re.search(r'<p role="status">\s*<strong>3 results</strong>', html)
    assert "<title>Newsroom</title>" in html  # a history tells nobody what was looked for
    assert "<mark>Shelters</mark> and courts" in html


def test_it_can_be_narrowed_to_a_country_a_topic_a_year_and_a_type(client, shelves):
    html = text(client)
    assert facet(html, "Thailand") == [("?q=shelter&amp;country=thailand", "2")]
    assert facet(html, "Prevention") == [("?q=shelter&amp;topic=prevention", "1")]
    assert facet(html, "2010") == [("?q=shelter&amp;from=2010&amp;to=2010", "1")]
    assert facet(html, "Articles") == [("?q=shelter&amp;type=article", "3")]
    assert titles(text(client, "q=shelter&country=laos")) == ["A shelter in Laos", "Shelters and courts"]
    assert titles(text(client, "q=shelter&country=laos&topic=prevention")) == ["A shelter in Laos"]
    assert titles(text(client, "q=shelter&from=2010&to=2010")) == ["Shelters and courts"]
    assert titles(text(client, "q=shelter&from=2006-09")) == ["Shelters and courts", "A shelter by the sea"]
    assert titles(text(client, "q=shelter&to=2006-08-15")) == ["A shelter in Laos"]
    assert titles(text(client, "q=laos&type=country")) == ["Laos"]


def test_what_it_is_narrowed_to_can_be_taken_away_and_survives_a_new_query(client, shelves):
    html = text(client, "q=shelter&country=laos&sort=date")
    assert '<a href="?q=shelter&amp;sort=date">Laos' in html
    assert '<input type="hidden" name="country" value="laos">' in html


def test_it_sorts_by_relevance_or_by_date(client, shelves, make_article):
    make_article(title="Of the sea", body_html="<p>Somewhere a shelter.</p>")
    assert titles(text(client))[-1] == "Of the sea"
    by_date = text(client, "q=shelter&sort=date")
    assert titles(by_date)[0] == "Of the sea"
    # An archive brings old pieces: the order is that of their publication here, not of the dates they show.
    assert re.search(r'aria-current="true">Latest added</a>', by_date)


@pytest.mark.parametrize("query", ["type=nothing", "country=nowhere", "topic=nothing", "type=&country=", "page=9", "page=x",
                                   "page=-1", "page=1e9", "page=٣", "sort=nothing", "from=&to="])  # fmt: skip
def test_any_other_value_is_answered_too(client, shelves, query):
    text(client, f"q=shelter&{query}")


@pytest.mark.parametrize("date", ["x", "2006-13", "2006-02-30", "0000", "20061", "٢٠٠٦", "<b>"])
def test_what_is_no_date_is_a_400_that_says_so(client, shelves, date):
    html = text(client, f"q=shelter&from={date}", status=400)
    assert "is no date" in html
    assert "<b>" not in html.split("<main")[1].split("</main")[0].replace("<b>Leave", "")


def test_pages_of_results_follow_each_other(client, make_article):
    for number in range(45):
        make_article(title=f"Lantern {number}")
    html = text(client, "q=lantern")
    assert "45 results" in html
    assert '<a rel="next" href="?q=lantern&amp;page=2">' in html
    seen = [
        *titles(html),
        *titles(text(client, "q=lantern&page=2")),
        *titles(text(client, "q=lantern&page=3")),
    ]
    assert sorted(seen) == sorted(f"Lantern {number}" for number in range(45))
    assert titles(text(client, "q=lantern&page=99")) == titles(text(client, "q=lantern&page=3"))


def test_words_of_documents_and_of_readers_are_escaped(client, make_article):
    make_article(
        title="<script>alert(1)</script> & lanterns", dek="", body_html="<p>a &lt;img src=x&gt; lantern</p>"
    )
    html = text(client, "q=lantern+%3Cscript%3Ealert(1)")
    assert html.count("<script") == 1  # the site's own
    assert "&lt;<mark>script&gt;alert(1</mark>)&lt;/script&gt; &amp; <mark>lanterns</mark>" in html
    assert "a &lt;img src=x&gt; <mark>lantern</mark>" in html


def test_it_asks_back_where_nothing_is_found(client, shelves):
    html = text(client, "q=shleters")
    assert "Showing results for “<strong>shelters</strong>”" in " ".join(html.split())
    assert titles(html) == ["A shelter in Laos", "Shelters and courts", "A shelter by the sea"]
    html = text(client, "q=kinls")
    assert titles(html) == []
    assert '<a href="?q=kilns"><strong>kilns</strong></a>' in html


def test_it_says_that_it_took_a_word_for_a_beginning(client, shelves):
    html = text(client, "q=shelt")
    assert "words that begin with “shelt”" in " ".join(html.split())
    assert len(titles(html)) == 3


def test_nothing_found_leads_on(client, shelves):
    html = text(client, "q=xylophone+shelter&as=typed")
    assert '<p role="status"><strong>Nothing found' in html
    assert 'href="?q=xylophone%20OR%20shelter"' in html
    assert f'href="{reverse("articles:get_help")}"' in html
    assert 'href="?q=shelter"' in text(client, "q=shelter&country=laos&from=2020")


def test_it_is_for_no_crawler_and_no_cache_and_sets_no_cookie(client, shelves):
    response = client.get("/search/?q=shelter")
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=-", 'q="', "q=-shelter", "q=*"])
def test_without_a_word_it_shows_how_to_ask(client, shelves, query):
    html = text(client, query)
    assert "safe house" in html
    assert titles(html) == []


@pytest.mark.parametrize("path", ["/", "/news/", "/countries/laos/", "/nowhere/"])
def test_the_box_stands_on_every_page(client, shelves, path):
    html = client.get(path).content.decode()
    assert '<form action="/search/">' in html
    assert html.count('id="search"') == 1


def test_no_error_and_no_refusal_writes_a_query_down(client, shelves, caplog, capfd):
    caplog.set_level("DEBUG", logger="django.request")
    for query in [
        "q=lanternsecret&from=x",
        "q=lanternsecret%00",
        f"q={'lanternsecret' * 900}",
        "q=lanternsecret",
    ]:
        client.get(f"/search/?{query}")
    client.post("/search/?q=lanternsecret")
    output = capfd.readouterr()
    assert "lanternsecret" not in caplog.text + output.out + output.err


@pytest.fixture
def served():
    """Return a function that learns the content version, as a web process does; it is forgotten afterwards."""
    yield contentversion.read
    contentversion.forget()


@pytest.mark.django_db(transaction=True)  # what is made once for a version is made each time in a transaction
def test_a_page_of_results_runs_the_same_number_of_queries_for_1_and_for_20(
    client, make_article, make_country, make_topic, served
):
    firstlists.load()
    country, topic = make_country(), make_topic()

    def run():
        served()
        client.get("/search/?q=lantern")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/search/?q=lantern").status_code == 200
        return len(queries)

    make_article(title="Lantern", countries=[country], topics=[topic]).reindex()
    for number in range(4):
        make_article(title=f"Lantern {number}", countries=[country], topics=[topic]).reindex()
    few = run()
    for number in range(46):
        make_article(title=f"Lantern {number}", countries=[country], topics=[topic]).reindex()
    assert run() == few
    assert few <= 16


def test_editors_set_best_bets(client, editor, shelves):
    client.force_login(editor)
    form = {
        "queries": "shelter numbers\nnumbers to call",
        "title": "Where to call",
        "link": "/get-help/",
        "text": "By country.",
    }
    assert client.post(reverse("admin:search_bestbet_add"), form).status_code == 302
    client.logout()
    for query in ["numbers+SHELTERS", "number+to+call", "shelter+number"]:
        html = text(client, f"q={query}")
        assert '<a href="/get-help/">Where to call</a>' in html, query
        assert "By country." in html
    assert "Where to call" not in text(client, "q=shelter")


@pytest.mark.parametrize("query", ["hotline", "Hotlines", "help", "help+me", "police", "emergency+numbers"])
def test_who_looks_for_help_is_led_there_from_the_first_day_of_a_site(client, query):
    firstbets.load()
    firstbets.load()
    html = text(client, f"q={query}")
    assert '<a href="/get-help/">Get help</a></h2>' in html
    assert BestBet.objects.count() == 1


def test_a_best_bet_needs_a_word_and_an_address(client, editor):
    client.force_login(editor)
    for wrong in [{"queries": "!!!"}, {"link": "javascript:alert(1)"}, {"link": "//other.example"}]:
        form = {"queries": "shelter", "title": "T", "link": "/get-help/", "text": ""} | wrong
        assert client.post(reverse("admin:search_bestbet_add"), form).status_code == 200
    assert not BestBet.objects.exists()


def test_writers_and_inquiry_officers_set_no_best_bets(client, writer, make_user):
    for user in [writer, make_user("officer", "Inquiry officer")]:
        client.force_login(user)
        assert client.get(reverse("admin:search_bestbet_changelist")).status_code == 403


def test_a_title_in_another_language_says_so(client, make_article):
    make_article(title="ບ້ານພັກ", language="lo")
    assert '<a href="/news/' in (html := text(client, "q=ບ້ານພັກ"))
    assert 'class="hit-title" lang="lo" dir="ltr">' in html
    assert 'hreflang="lo"><mark>ບ້ານພັກ</mark>' in html
    assert Article.objects.count() == 1
