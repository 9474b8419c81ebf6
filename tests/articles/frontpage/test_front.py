"""The home page: what editors put first, what the dates bring, and what returns from the archive."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.dates import PartialDate
from articles.frontpage.front import front
from articles.models import Article, FrontStory, ReturningPiece
from newsletter.issues.drafting import published_since
from newsroom.pagecache import deadlines
from newsroom.pictures.models import Image
from tests.articles.test_admin import picture_file

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def titles(client):
    """Return the titles of the stories of the home page by where they stand."""
    page = BeautifulSoup(client.get("/").content, "html.parser")
    places = {
        "lead": ".lead-title",
        "beside": ".front-stories .card-title",
        "latest": ".pairs .card-title",
        "archived": ".from-archive .card-title",
    }
    return {name: [one.get_text(strip=True) for one in page.select(where)] for name, where in places.items()}


@pytest.fixture
def twelve(make_article):
    """Return twelve articles, the newest first."""
    now = timezone.now()
    return [
        make_article(title=f"Piece {number}", published_at=now - number * DAY, display_date=PartialDate(2020))
        for number in range(12)
    ]


def test_without_a_choice_the_dates_say_what_stands_where(client, twelve):
    found = titles(client)
    assert found["lead"] == ["Piece 0"]
    assert found["beside"] == ["Piece 1", "Piece 2", "Piece 3"]
    assert found["latest"] == [f"Piece {number}" for number in range(4, 10)]
    assert found["archived"] == []


def test_chosen_stories_come_first_by_their_number_and_nothing_stands_twice(client, twelve):
    for order, number in [(3, 0), (1, 9), (2, 11), (5, 7), (4, 8), (6, 6)]:
        FrontStory.objects.create(article=twelve[number], order=order)
    found = titles(client)
    assert found["lead"] == ["Piece 9"]
    assert found["beside"] == ["Piece 11", "Piece 0", "Piece 8", "Piece 7"]
    assert found["latest"] == [f"Piece {number}" for number in (1, 2, 3, 4, 5, 6)]


def test_a_choice_ends_with_its_last_day_and_the_page_holds_until_then(client, twelve, monkeypatch):
    today = timezone.localdate()
    FrontStory.objects.create(article=twelve[5], order=1, until=today)
    with deadlines.collecting() as deadline:
        assert titles(client)["lead"] == ["Piece 5"]
    assert deadline.moment == deadlines.start_of(today + DAY)
    later = timezone.now() + DAY
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert titles(client)["lead"] == ["Piece 0"]


@pytest.mark.parametrize("hide", ["draft", "withdrawn", "scheduled"])
def test_promise_1_a_chosen_story_that_is_not_public_gives_its_place_to_the_next(client, twelve, hide):
    piece = twelve[5]
    FrontStory.objects.create(article=piece, order=1)
    FrontStory.objects.create(article=twelve[6], order=2)
    ReturningPiece.objects.create(article=piece)
    if hide == "scheduled":
        piece.published_at = timezone.now() + DAY
    else:
        piece.state = hide
    piece.save()
    assert titles(client)["lead"] == ["Piece 6"]
    assert "Piece 5" not in client.get("/").text


def test_a_piece_of_this_month_returns_from_the_archive_with_its_note(client, make_article):
    day = timezone.localdate()
    now, other = timezone.now() - 900 * DAY, 5 if day.month != 5 else 6
    for number in range(12):
        make_article(title=f"New {number}")
    makes = {
        "of this month": (2006, day.month),
        "of another": (2006, other),
        "of this year": (day.year, day.month),
    }
    for title, date in makes.items():
        piece = make_article(title=title, display_date=PartialDate(*date), published_at=now)
        ReturningPiece.objects.create(article=piece, note="Offices have changed since.")
    make_article(title="not marked", display_date=PartialDate(2007, day.month), published_at=now)
    assert titles(client)["archived"] == ["of this month"]
    assert "Offices have changed since." in client.get("/").text
    piece = Article.objects.get(title="of this month")
    assert "Offices have changed since." in client.get(piece.get_absolute_url()).text


def test_what_returns_changes_with_the_month_and_stands_nowhere_else_on_the_page(make_article, monkeypatch):
    day = timezone.localdate()
    piece = make_article(display_date=PartialDate(2006, day.month))
    ReturningPiece.objects.create(article=piece)
    with deadlines.collecting() as deadline:
        assert front().archived is None  # it is the lead
    first = (day.replace(day=28) + 4 * DAY).replace(day=1)
    assert deadline.moment == deadlines.start_of(first)


def test_a_picture_stands_once_on_the_page(client, make_article, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create_from_upload(picture_file(), alt_text="A door", credit="Ours")
    for number in range(8):
        make_article(title=f"Piece {number}", lead_picture=image)
    page = BeautifulSoup(client.get("/").content, "html.parser")
    assert len(page.select("main img")) == 1


def test_archive_mode_files_a_piece_under_its_date_and_tops_nothing(client, twelve):
    since = timezone.now() - DAY / 2
    piece = Article(
        title="Found in a drawer", slug="drawer", body_html="<p>x</p>", display_date=PartialDate(2006, 8)
    )
    piece.is_filed_by_date = True
    piece.publish()
    piece.save()
    piece.refresh_from_db()
    assert piece.published_at.date() == datetime.date(2006, 8, 1)
    assert client.get("/news/drawer/").status_code == 200
    assert "Found in a drawer" in client.get("/news/2006/08/").text
    for address in ["/news/", "/feeds/news.rss"]:
        text = client.get(address).text
        assert text.rindex("Found in a drawer") > text.rindex("Piece 11")
    assert "Found in a drawer" not in client.get("/").text
    assert piece not in published_since(since, "en")


def test_archive_mode_needs_a_date(make_article):
    piece = make_article(display_date="", state="draft", published_at=None, is_filed_by_date=True)
    assert set(piece.problems()) == {"display_date"}


def test_editors_choose_in_the_admin_and_writers_do_not(client, editor, writer, make_article):
    piece = make_article(title="Chosen")
    for person, status in [(writer, 403), (editor, 302)]:
        client.force_login(person)
        for name, fields in [
            ("frontstory", {"order": "1"}),
            ("returningpiece", {"note": "Figures have changed."}),
        ]:
            add = reverse(f"admin:articles_{name}_add")
            assert client.get(add).status_code == (200 if status == 302 else 403)
            assert client.post(add, {"article": str(piece.pk), **fields}).status_code == status
    assert front().lead.title == "Chosen"
    assert ReturningPiece.objects.get().note == "Figures have changed."


def test_the_list_of_the_admin_says_where_each_story_stands(client, editor, twelve):
    client.force_login(editor)
    for order, number in enumerate((9, 11), 1):
        FrontStory.objects.create(article=twelve[number], order=order)
    FrontStory.objects.create(article=twelve[3], order=0, until=timezone.localdate() - DAY)
    page = BeautifulSoup(client.get(reverse("admin:articles_frontstory_changelist")).content, "html.parser")
    rows = page.select("#result_list tbody tr")
    places = {
        row.select_one("th").get_text(strip=True): row.select_one(".field-place").get_text() for row in rows
    }
    assert places == {"Piece 9": "lead", "Piece 11": "story 1 of 4", "Piece 3": "not now"}


def test_the_list_of_the_admin_asks_as_often_for_12_as_for_one(client, editor, twelve):
    client.force_login(editor)
    asked = []
    for articles in (twelve[:1], twelve[1:]):
        FrontStory.objects.bulk_create(FrontStory(article=article) for article in articles)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:articles_frontstory_changelist")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30"])
def test_a_story_that_is_to_stay_for_ever_keeps_nobody_from_the_page(client, editor, make_article, day):
    article = make_article(title="For ever")
    client.force_login(editor)
    sent = {"article": article.pk, "order": 1, "until": day}
    assert client.post(reverse("admin:articles_frontstory_add"), sent).status_code == 302
    assert titles(client)["lead"] == ["For ever"]
    assert client.get(reverse("admin:articles_frontstory_changelist")).status_code == 200
