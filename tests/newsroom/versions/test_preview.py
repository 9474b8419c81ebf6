"""The preview: what publishing would show, and nothing of it stays anywhere."""

import io
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pixels

from articles.models import Article, Callout, Country, Fact
from newsroom.pagecache import contentversion
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions import snapshots
from newsroom.versions.models import Version
from newsroom.versions.recording import record
from newsroom.versions.workingcopies import working
from tests.pageforms import values_on
from tests.servers import PASSWORD

pytestmark = pytest.mark.django_db

# What a preview has beside the page itself.
ADDED = re.compile(
    r'<meta name="robots" content="noindex, nofollow, noarchive">\s*<meta name="referrer" content="no-referrer">\s*'
    r'<base target="_blank">\s*<link rel="stylesheet" href="[^"]*draft[^"]*">|<section class="draft-bar".*?</section>',
    re.DOTALL,
)


def url_of(row, view="change", query=""):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk]) + query


def make_picture(**words):
    buffer = io.BytesIO()
    Pixels.new("RGB", (80, 40), "red").save(buffer, "PNG")
    return Image.objects.create_from_upload(ContentFile(buffer.getvalue()), **words)


def new_of(model, view="add"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}")


def page_in(answer):
    """Return the page itself, without what the preview adds."""
    page = ADDED.sub("", answer.content.decode().replace('<a target="_self" ', "<a "))
    page = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "now", page)
    return [line for line in map(str.strip, page.splitlines()) if line]


@pytest.fixture
def desk(client, admin_user):
    client.force_login(admin_user)
    return client


def preview(client, row, **changes):
    return client.post(url_of(row, "preview"), values_on(client.get(url_of(row))) | changes)


@pytest.fixture
def rows(make_article, make_page, make_resource, make_country, make_topic, make_callout):
    """Return a row of each model that has versions, with the field that a visitor reads first."""
    site = SiteSettings(pk=1)
    site.save(force_insert=True)
    country = make_country()
    Fact.objects.create(country=country, label="Capital", value="Vientiane", source="Ours", as_of="2020")
    return [
        (make_article(countries=[country], body_html='<p>One <a href="#b" id="a">there</a>.</p>'), "title"),
        (make_article(state="draft", published_at=None, display_date=""), "title"),
        (make_page(), "title"), (make_resource(), "title"), (country, "name"), (make_topic(), "name"),
        (make_callout(), "title"), (site, "tagline"),
    ]  # fmt: skip


def test_it_is_the_page_that_publishing_makes_and_leaves_no_trace(desk, rows, known_version):
    for row, field in rows:
        form = values_on(desk.get(url_of(row))) | {field: f"Planted & {field}"}
        version, versions = contentversion.read(), Version.objects.count()
        answer = desk.post(url_of(row, "preview"), form)
        assert (answer.status_code, contentversion.read()) == (200, version), row
        assert Version.objects.count() == versions
        stored = type(row).objects.get(pk=row.pk)
        assert getattr(stored, field) == getattr(row, field)
        shown = page_in(answer)
        assert "Planted &amp;" in "".join(shown)
        assert desk.post(url_of(row), form | {"_publish": "1"}).status_code == 302, row
        stored.refresh_from_db()
        desk.logout()
        address = stored.get_absolute_url() if not isinstance(row, Callout) else "/"
        assert page_in(desk.get(address)) == shown, row
        desk.force_login(User.objects.get(username="admin"))


def test_its_headers_let_our_own_pages_frame_it_and_nobody_keep_it(desk, make_article):
    answer = preview(desk, make_article(), _frame="1")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "script-src 'self';" in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert 'class="draft-bar"' not in answer.content.decode()
    change = desk.get(url_of(Article.objects.get()))
    assert "frame-src 'self'" in change["Content-Security-Policy"]
    assert change["X-Frame-Options"] == "DENY"
    assert "frame-src" not in desk.get("/admin/articles/article/")["Content-Security-Policy"]


@pytest.mark.parametrize("model", ["article", "page", "country", "topic", "callout"])
def test_an_empty_new_form_is_shown_as_it_is(desk, model):
    from django.apps import apps

    found = apps.get_model("articles", model)
    answer = desk.post(new_of(found, "preview_new"), values_on(desk.get(new_of(found))))
    assert answer.status_code == 200
    assert "Nobody but you sees it" in answer.content.decode()
    assert "<h1" in answer.content.decode() and "not-shown" not in answer.content.decode()
    assert not found.objects.exists()


def test_what_is_wrong_is_listed_in_words(desk, make_article):
    taken, row = make_article(slug="taken"), make_article()
    answer = preview(desk, row, slug="taken", display_date="some day", _frame="1")
    page = answer.content.decode()
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "This can’t be shown yet" in page and "Displayed date:" in page
    assert Article.objects.get(slug="taken") == taken


def test_what_keeps_it_from_being_published_is_told_above_the_page(desk, make_article):
    row = make_article(state="draft", published_at=None)
    picture = make_picture(alt_text="A field.", credit="Ours", shows_recognisable_person=True)
    body = f'<figure data-picture="{picture.uuid}"></figure><p>Planted.</p>'
    page = preview(desk, row, body_html=body, source_relation="adapted").content.decode()
    assert "Title of the source: Name the source" in page
    assert "Before it can be published:" in page and "consent" in page
    assert "Planted." in page
    assert picture.storage_key not in page


def test_rows_below_a_piece_are_shown_as_typed(desk, rows):
    country = Country.objects.get()
    added = {"facts-TOTAL_FORMS": "2", "facts-1-label": "Half a fact", "facts-1-order": "0"}
    page = preview(desk, country, **{"facts-0-value": "Planted"}, **added).content.decode()
    assert "Planted" in page and "Half a fact" in page
    assert Fact.objects.get().value == "Vientiane"


def test_a_version_of_the_history_and_what_is_stored_can_be_looked_at(desk, rows):
    for number, (row, field) in enumerate(rows):
        record(row)
        now = f"Stored now {number}"
        type(row).objects.filter(pk=row.pk).update(**{field: now})
        assert now in desk.get(url_of(row, "preview")).content.decode(), row
        former = Version.objects.of(row).get()
        page = desk.get(url_of(row, "preview", f"?version={former.pk}"))
        assert page.status_code == 200, row
        assert now not in page.content.decode(), row
        assert getattr(type(row).objects.get(pk=row.pk), field) == now
    country = Country.objects.get()
    Fact.objects.all().delete()
    former = Version.objects.of(country).get()
    assert "Vientiane" in desk.get(url_of(country, "preview", f"?version={former.pk}")).content.decode()
    other = Version.objects.exclude(model="articles.country").first()
    assert desk.get(url_of(country, "preview", f"?version={other.pk}")).status_code == 404


def test_changes_that_wait_are_shown_as_they_would_be_published(desk, rows, known_version):
    for number, (row, field) in enumerate(rows):
        planted = f"Planted {number}"
        record(row)
        content = snapshots.take(row)
        content["fields"][field] = planted
        copy = working.keep(row, content)
        version = contentversion.read()
        for query in ("", f"?version={copy.pk}"):
            assert planted in desk.get(url_of(row, "preview", query)).content.decode(), row
        assert contentversion.read() == version
        assert getattr(type(row).objects.get(pk=row.pk), field) == getattr(row, field)


def test_who_may_not_see_the_form_sees_no_preview(client, writer, editor, make_article):
    mine = make_article(state="draft", published_at=None, created_by=writer)
    theirs = make_article(state="draft", published_at=None, created_by=editor)
    public = make_article()
    client.force_login(editor)
    form = values_on(client.get(url_of(public)))
    client.force_login(writer)
    for row, to_look, to_send in [(mine, 200, 200), (theirs, 404, 404), (public, 200, 403)]:
        assert client.get(url_of(row, "preview")).status_code == to_look
        assert client.post(url_of(row, "preview"), form | {"slug": "x1"}).status_code == to_send
    client.force_login(User.objects.create_user("nobody", password=PASSWORD, is_staff=True))
    assert client.get(url_of(public, "preview")).status_code == 403
    assert client.post(new_of(Article, "preview_new"), form).status_code == 403
    client.logout()
    assert client.get(url_of(public, "preview")).status_code == 302


def test_a_frame_says_in_words_that_the_session_has_ended(client, make_article, make_user):
    from django.test import Client

    row = make_article()
    browser = Client(enforce_csrf_checks=True)
    for signed_in in (False, True):
        if signed_in:
            browser.force_login(make_user("ann", "Editor"))
        answer = browser.post(url_of(row, "preview"), {"title": "x", "_frame": "1"})
        assert (answer.status_code, answer["X-Frame-Options"]) == (403, "SAMEORIGIN")
        assert "Your session has ended" in answer.content.decode()
        other = browser.post(url_of(row, "preview"), {"title": "x"}, headers={"Origin": "http://testserver"})
        assert other.status_code == 403 and "Send it once more" in other.content.decode()


def test_an_open_form_is_shown_with_new_rows_that_wait(desk, rows):
    country, fact = Country.objects.get(), Fact.objects.get()
    new = {"label": "People", "value": "7 million", "source": "Ours", "as_of": "2020", "order": "1"}
    sent = {f"facts-1-{name}": value for name, value in new.items()} | {"facts-TOTAL_FORMS": "2"}
    desk.post(url_of(country), values_on(desk.get(url_of(country))) | sent | {"_draft": ""})
    form = values_on(desk.get(url_of(country)))
    keys = {form["facts-0-id"], form["facts-1-id"]}
    assert str(fact.pk) in keys and any(key.startswith("-") for key in keys)
    fresh = next(number for number in range(2) if form[f"facts-{number}-id"].startswith("-"))
    page = desk.post(url_of(country, "preview"), form | {f"facts-{fresh}-value": "8 million"}).text
    assert "8 million" in page and "Vientiane" in page
    assert "7 million" not in page
    assert Fact.objects.get() == fact
