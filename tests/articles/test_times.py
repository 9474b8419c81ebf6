"""A piece becomes public and ends at the times that were set, by the clock alone; and the page that sets them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin import timing, unpublishing
from articles.models import Article, Page, Resource
from newsroom.editing import heldrows
from newsroom.pagecache import deadlines
from newsroom.versions.models import Version
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def page_of(row, view="times"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk])


def split(name, moment):
    local = timezone.localtime(moment)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def set_times(client, row, **changes):
    values = values_on(client.get(page_of(row))) | changes
    return client.post(page_of(row), values | {"_set": ""}, follow=True)


def end(row, after):
    type(row).objects.filter(pk=row.pk).update(
        expires_at=timezone.now() - datetime.timedelta(seconds=1), after_expiry=after
    )


LISTS = ["/", "/news/", "/resources/", "/feeds/news.rss", "/feeds/resources.rss", "/sitemap-articles.xml",
         "/sitemap-resources.xml", "/sitemap-pages.xml", "/search/?q=quokka"]  # fmt: skip


@pytest.fixture
def pieces(make_article, make_page, make_resource, make_country, make_topic):
    about = {
        "countries": [make_country(name="Laos", slug="laos")],
        "topics": [make_topic(name="Labour", slug="labour")],
    }
    return [
        make_article(title="Quokka one", slug="quokka-one", **about),
        make_page(title="Quokka two", path="quokka-two", menu="header"),
        make_resource(title="Quokka three", slug="quokka-three", **about),
    ]


@pytest.mark.parametrize("after", ["gone", "archived"])
def test_what_has_ended_stands_in_no_list_and_its_address_answers_as_chosen(
    client, pieces, make_article, after
):
    other = make_article(title="Other", slug="other")
    other.countries.set(pieces[0].countries.all())
    lists = [
        *LISTS,
        "/countries/laos/",
        "/topics/labour/",
        "/feeds/countries/laos.rss",
        other.get_absolute_url(),
    ]
    assert sum("uokka" in client.get(path).text for path in lists) == len(lists)
    for row in pieces:
        end(row, after)
    for path in lists:
        text = client.get(path).text.replace("quokka</b>", "").replace("“quokka”", "")
        assert "uokka-" not in text and "Quokka" not in text, path
    for row in pieces:
        answer = client.get(row.get_absolute_url())
        row.refresh_from_db()
        assert (row.is_public, row.has_expired) == (after == "archived", True)
        assert answer.status_code == (410 if after == "gone" else 200)
        if after == "archived":
            assert "Archived on" in answer.text and '<meta name="robots" content="noindex">' in answer.text


def test_the_file_and_the_citation_of_what_has_ended_go_too(client, pieces):
    article, _page, resource = pieces
    for row in pieces:
        end(row, "gone")
    assert client.get(f"{resource.get_absolute_url()}file/").status_code == 410
    assert client.get(f"{article.get_absolute_url()}cite.bib").status_code == 404


def test_a_page_holds_until_the_next_piece_ends(client, make_article):
    until = timezone.now() + HOUR
    make_article(expires_at=until)
    for path in ("/", "/news/"):
        with deadlines.collecting() as deadline:
            client.get(path)
        assert deadline.moment is not None and deadline.moment <= until


@pytest.mark.parametrize("model", [Article, Page, Resource], ids=lambda model: model.__name__)
def test_a_draft_is_scheduled_with_its_end(desk, request, model):
    row = request.getfixturevalue(f"make_{model._meta.model_name}")(state="draft", published_at=None)
    begins, until = timezone.now() + HOUR, timezone.now() + 2 * HOUR
    page = set_times(
        desk, row, **split("published_at", begins), **split("expires_at", until), after_expiry="archived"
    )
    assert "Scheduled. Visitors can read it from" in page.text and "It goes to the archive on" in page.text
    assert f"{timezone.localtime(begins):%A}" in page.text and "(UTC)" in page.text
    row.refresh_from_db()
    assert row.is_scheduled and not row.is_public
    assert (row.expires_at, row.after_expiry) == (until.replace(microsecond=0), "archived")
    version = Version.objects.of(row).first()
    assert version.created_by.username == "editor" and version.comment.startswith("Scheduled.")
    values = values_on(desk.get(page_of(row)))
    told = desk.post(page_of(row), values | {"_take_off": ""}, follow=True).text
    assert "Took the time of publication off." in told
    row.refresh_from_db()
    assert (row.state, row.published_at) == ("draft", None)


def test_the_button_of_a_draft_saves_it_and_leads_to_its_times(desk, make_article):
    row = make_article(state="draft", published_at=None)
    values = values_on(desk.get(page_of(row, "change"))) | {"title": "Typed just now", "_schedule": ""}
    page = desk.post(page_of(row, "change"), values, follow=True)
    assert page.redirect_chain[-1][0] == page_of(row)
    row.refresh_from_db()
    assert (row.title, row.state) == ("Typed just now", "draft")
    assert "Times are those of the site: UTC. It is" in page.text


def test_what_lacks_something_is_not_scheduled(desk, make_article):
    row = make_article(state="draft", published_at=None, body_html="")
    page = set_times(desk, row, **split("published_at", timezone.now() + HOUR))
    assert "It can’t be published as it is:" in page.text and "Text: It is needed to publish." in page.text
    row.refresh_from_db()
    assert (row.state, row.published_at) == ("draft", None)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"published_at": -1}, "Publish it at once, or choose a later time."),
        ({"published_at": 2, "expires_at": 1}, "It can’t end before it becomes public."),
        ({"published_at": 2, "expires_at": -1}, "To end it now, unpublish it."),
    ],
)
def test_times_that_cannot_be_are_refused(desk, make_article, hours, told):
    row = make_article(state="draft", published_at=None)
    sent = {}
    for name, count in hours.items():
        sent |= split(name, timezone.now() + count * HOUR)
    assert told in set_times(desk, row, **sent).text
    row.refresh_from_db()
    assert (row.state, row.expires_at) == ("draft", None)


def test_a_public_piece_gets_an_end_and_loses_it(desk, make_article):
    row = make_article()
    begun = row.published_at
    assert "It is taken down on" in set_times(desk, row, **split("expires_at", timezone.now() + HOUR)).text
    assert "It has no end." in set_times(desk, row, expires_at_0="", expires_at_1="").text
    row.refresh_from_db()
    assert (row.published_at, row.expires_at, row.is_public) == (begun, None, True)


def test_who_looked_at_another_text_sets_no_time(desk, make_article):
    row = make_article(state="draft", published_at=None)
    values = values_on(desk.get(page_of(row))) | split("published_at", timezone.now() + HOUR) | {"_set": ""}
    row.save()
    assert "Somebody has saved it meanwhile." in desk.post(page_of(row), values, follow=True).text
    row.refresh_from_db()
    assert row.state == "draft"


def test_who_postpones_what_became_public_meanwhile_is_told_so(desk, make_article):
    row = make_article(state="draft", published_at=None)
    set_times(desk, row, **split("published_at", timezone.now() + HOUR))
    values = values_on(desk.get(page_of(row))) | split("published_at", timezone.now() + 2 * HOUR)
    Article.objects.update(published_at=timezone.now() - datetime.timedelta(seconds=1))
    for button in ["_set", "_take_off"]:
        assert "Its time has come" in desk.post(page_of(row), values | {button: ""}, follow=True).text


def test_a_writer_sets_none(client, writer, make_article):
    row = make_article(state="draft", published_at=None, created_by=writer)
    client.force_login(writer)
    assert client.get(page_of(row)).status_code == 403
    assert 'name="_schedule"' not in client.get(page_of(row, "change")).text
    values = values_on(client.get(page_of(row, "change")))
    assert client.post(page_of(row, "change"), values | {"_schedule": ""}).status_code == 403


def test_what_has_ended_begins_anew_once_it_is_published_again(desk, make_article):
    row = make_article()
    end(row, "gone")
    row.refresh_from_db()
    assert "ended" in desk.get(page_of(row, "change")).text
    listed = desk.get(reverse("admin:articles_article_changelist"), {"state": "ended"})
    assert list(listed.context["cl"].queryset) == [row]
    row.withdraw()
    row.publish()
    row.save()
    assert (row.expires_at, row.is_public) == (None, True)


@pytest.mark.parametrize("changes", [{"expires_at_0": "", "expires_at_1": ""}, {"after_expiry": "archived"}])
def test_what_has_ended_comes_back_by_another_end_only_if_it_could_be_published(desk, make_article, changes):
    row = make_article(body_html=f"<p>{'A long text. ' * 40} Call 020 5550 0100.</p>")
    ended = timezone.now().replace(microsecond=0) - HOUR
    Article.objects.filter(pk=row.pk).update(expires_at=ended)
    answer = set_times(desk, row, **changes)
    row.refresh_from_db()
    assert "may be a telephone number" in answer.text and not row.is_public
    Article.objects.filter(pk=row.pk).update(body_html="<p>Nobody is named.</p>")
    set_times(desk, row, **changes)
    row.refresh_from_db()
    assert row.is_public


def test_what_was_public_before_its_time_is_taken_down_as_what_was_read(desk, make_article):
    row = make_article(state="draft", published_at=None)
    set_times(desk, row, **split("published_at", timezone.now() + 24 * HOUR))
    page = page_of(row, "change")
    values = values_on(desk.get(page)) | {"published_at_0": "", "published_at_1": ""}
    desk.post(page, values | {"_publish": ""})
    row.refresh_from_db()
    assert row.is_public and row.has_been_public
    desk.post(page_of(row, "unpublish"), values_on(desk.get(page_of(row, "unpublish"))))
    row.refresh_from_db()
    assert row.state == Article.State.WITHDRAWN and desk.get(row.get_absolute_url()).status_code == 410


def test_what_waits_for_a_later_time_was_not_read_at_the_former_one(desk, make_article):
    row = make_article(state="draft", published_at=None)
    for hours in (24, 48):
        set_times(desk, row, **split("published_at", timezone.now() + hours * HOUR))
    row.refresh_from_db()
    assert row.first_published_at == row.published_at


def test_the_text_behind_changes_that_wait_gets_no_time(desk, make_article):
    row = make_article(body_html="<p>Her name stood here.</p>")
    desk.post(page_of(row, "unpublish"), values_on(desk.get(page_of(row, "unpublish"))))
    page = page_of(row, "change")
    desk.post(page, values_on(desk.get(page)) | {"body_html": "<p>No name.</p>", "_draft": ""})
    answer = set_times(desk, row, **split("published_at", timezone.now() + HOUR))
    row.refresh_from_db()
    assert "Changes of it wait" in answer.text and row.state == Article.State.WITHDRAWN


def test_archive_mode_publishes_nothing_before_a_time_that_was_set(desk, make_article):
    row = make_article(state="draft", published_at=None, is_filed_by_date=True)
    tomorrow = split("published_at", timezone.now() + 24 * HOUR)
    answer = set_times(desk, row, **tomorrow)
    assert "Archive mode puts it on the site at once" in answer.text
    page = page_of(row, "change")
    desk.post(page, values_on(desk.get(page)) | tomorrow | {"_publish": ""})
    row.refresh_from_db()
    assert row.state == Article.State.DRAFT
    Article.objects.update(is_filed_by_date=False)
    set_times(desk, row, **tomorrow)
    desk.post(page, values_on(desk.get(page)) | {"is_filed_by_date": "on"})
    row.refresh_from_db()
    assert row.is_scheduled


YEARS = ["0001", "0024", "1700", "2206", "9999"]


@pytest.fixture
def new_york(settings):
    """Let the site be where clocks are put forward at 2 on 10 March 2030, and back at 2 on 3 November."""
    settings.TIME_ZONE = "America/New_York"
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


@pytest.mark.parametrize("hour", [5, 6])
@pytest.mark.parametrize("kind", ["article", "resource", "page"])
def test_what_became_public_in_an_hour_that_came_twice_can_be_saved(desk, new_york, request, kind, hour):
    at = datetime.datetime(2019, 11, 3, hour, 30, tzinfo=datetime.UTC)  # half past one, twice
    row = request.getfixturevalue(f"make_{kind}")(published_at=at)
    sent = values_on(desk.get(page_of(row, "change"))) | {"title": "Anew", "_save": ""}
    assert sent["published_at_1"] == "01:30:00"
    assert desk.post(page_of(row, "change"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.published_at) == ("Anew", at)


@pytest.mark.parametrize("name", ["published_at", "expires_at"])
def test_of_an_hour_that_comes_twice_the_first_is_taken(desk, new_york, make_article, name):
    row = make_article(state="draft", published_at=None)
    later = {"published_at_0": "2030-11-02", "published_at_1": "12:00:00"}
    set_times(desk, row, **later | {f"{name}_0": "2030-11-03", f"{name}_1": "01:30:00"})
    row.refresh_from_db()
    assert getattr(row, name) == datetime.datetime(2030, 11, 3, 5, 30, tzinfo=datetime.UTC)


def test_an_hour_that_clocks_leave_out_is_refused(desk, new_york, make_article):
    row = make_article(state="draft", published_at=None)
    answer = set_times(desk, row, published_at_0="2030-03-10", published_at_1="02:30:00")
    assert "may not exist" in answer.text


@pytest.fixture(params=["America/Los_Angeles", "Asia/Bangkok"])
def zone(request, settings):
    """Let the site be in a zone, in which a year may begin before the calendar does, or end after it."""
    settings.TIME_ZONE = request.param
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


def mistyped(name, year):
    first = f"{name}_0", f"{name}_1"
    return dict(
        zip(
            first,
            (f"{year}-12-31", "23:59:59") if year == "9999" else (f"{year}-01-01", "00:00:00"),
            strict=True,
        )
    )


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("kind", ["article", "resource", "page"])
def test_a_mistyped_year_is_said_beside_its_box(desk, zone, request, kind, year):
    row = request.getfixturevalue(f"make_{kind}")(state="draft", published_at=None)
    if kind != "page":
        type(row).objects.filter(pk=row.pk).update(display_date="")
    for button in ("_save", "_publish"):
        sent = values_on(desk.get(page_of(row, "change"))) | mistyped("published_at", year) | {button: ""}
        answer = desk.post(page_of(row, "change"), sent)
        assert "Look at the year" in str(answer.context["adminform"].form.errors["published_at"])
    for name in ("published_at", "expires_at"):
        assert "Look at the year" in set_times(desk, row, **mistyped(name, year)).text
    row.refresh_from_db()
    assert (row.state, row.published_at, row.expires_at) == ("draft", None, None)


def test_nobody_publishes_with_others_what_has_a_mistyped_year(desk, make_article):
    article = make_article(state="draft", display_date="")
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now().replace(year=2206))
    sent = {"action": "publish_many", "_selected_action": [article.pk]}
    answer = desk.post(reverse("admin:articles_article_changelist"), sent)
    assert "Look at the year" in answer.text


def test_the_calendar_of_the_page_of_times_has_its_picture(desk, make_article):
    page = desk.get(page_of(make_article())).text
    assert "admin/css/widgets" in page and "DateTimeShortcuts" in page


@pytest.mark.parametrize("view", ["times", "unpublish"])
def test_a_piece_that_is_deleted_as_a_page_about_it_is_sent_is_said_to_be_gone(
    desk, monkeypatch, make_article, view
):
    row = make_article()

    def held_too_late(request):
        Article.objects.all().delete()
        return heldrows.held_where_sent(request)

    for module in (timing, unpublishing):
        monkeypatch.setattr(module, "held_where_sent", held_too_late)
    answer = desk.post(page_of(row, view), {"_set": ""})
    assert answer.status_code == 410 and "It was deleted meanwhile" in answer.text
