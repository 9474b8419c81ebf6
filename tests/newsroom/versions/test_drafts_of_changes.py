"""Changes of what is public wait until an Editor publishes them; nothing that a visitor sees changes before."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article, Fact
from articles.models.address import FormerAddress
from newsroom.sitesettings.models import SiteSettings
from newsroom.versions.models import Version
from newsroom.versions.workingcopies import working
from tests.pageforms import unpublish, values_on

from .test_recording import ALL, change

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/news/", "/search/?q=Later", "/feeds/news.rss", "/sitemap.xml", "/countries/", "/resources/")


@pytest.fixture
def make(request):
    def row_of(model, **values):
        if model is SiteSettings:
            return SiteSettings.objects.create(pk=1)
        return request.getfixturevalue(f"make_{model._meta.model_name}")(**values)

    return row_of


@pytest.fixture
def signed_in(make_user):
    """Return a function that signs a new member of staff in."""

    def sign_in(name, role="Editor"):
        client = Client()
        client.force_login(make_user(name, role))
        return client

    return sign_in


def send(client, row, button, **values):
    """Send the form of a row as it is shown, with other values, by one of its buttons."""
    return client.post(change(row), values_on(client.get(change(row))) | values | {button: ""}, follow=True)


def seen(*more):
    """Return what visitors get, by address."""
    client = Client()
    answers = {path: client.get(path) for path in (*PUBLIC, *more)}
    return {
        path: (page.status_code, re.sub(rb"<lastBuildDate>.*?</lastBuildDate>", b"", page.getvalue()))
        for path, page in answers.items()
    }


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_a_draft_of_changes_waits_on_every_model(signed_in, make, model):
    row, name, (ann, ben) = make(model), ALL[model], (signed_in("ann"), signed_in("ben"))
    stored = type(row).objects.filter(pk=row.pk).values()[0]
    address = getattr(row, "get_absolute_url", lambda: "/")()
    before = seen(address)
    page = send(ann, row, "_draft", **{name: "Later", "_comment": "A better name"})
    assert "Draft saved." in page.text
    assert type(row).objects.filter(pk=row.pk).values()[0] == stored
    assert seen(address) == before
    bens = ben.get(change(row))
    assert values_on(bens)[name] == "Later"
    assert "Saved last by ann" in " ".join(bens.text.split())
    copy = working.of(row)
    assert (copy.created_by.username, copy.comment, copy.based_on) == ("ann", "A better name", copy.public)
    send(ben, row, "_save")
    assert getattr(type(row).objects.get(pk=row.pk), name) == "Later"
    assert working.of(row) is None
    assert next((one.kind, one.based_on) for one in Version.objects.of(row)) == ("saved", copy)
    assert "changes that wait" not in ben.get(change(row)).text


def test_a_refused_form_publishes_nothing(signed_in, make_article):
    row, ann = make_article(title="Before"), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    page = send(ann, row, "_save", slug="1234")
    assert "Use at least one letter" in page.text
    row.refresh_from_db()
    assert row.title == "Before"
    assert working.of(row).read()["fields"]["title"] == "Later"
    assert values_on(page)["title"] == "Later"


def test_two_people_merge_in_one_draft(signed_in, make_article):
    row, (ann, ben) = make_article(title="Before", dek="Before"), (signed_in("ann"), signed_in("ben"))
    send(ann, row, "_draft", title="Later")
    bens = values_on(ben.get(change(row)))
    send(ann, row, "_draft", title="Later still")
    merged = ben.post(change(row), bens | {"dek": "By Ben", "_draft": ""}, follow=True)
    assert "ann changed something else. Saved together with yours: Title." in " ".join(merged.text.split())
    fields = working.of(row).read()["fields"]
    assert (fields["title"], fields["dek"]) == ("Later still", "By Ben")
    bens = values_on(ben.get(change(row)))
    send(ann, row, "_draft", title="By Ann")
    refused = ben.post(change(row), bens | {"title": "By Ben", "_draft": ""})
    assert "Somebody has saved this since you opened it" in refused.text
    assert working.of(row).read()["fields"]["title"] == "By Ann"
    row.refresh_from_db()
    assert (row.title, row.dek) == ("Before", "Before")
    assert refused.status_code == 200


def test_rows_below_a_country_wait_with_it(signed_in, make_country):
    country, ann = make_country(), signed_in("ann")
    fact = Fact.objects.create(country=country, label="Capital", value="V", source="Ours", as_of="2020")
    new = {
        "label": "Population",
        "value": "7",
        "source": "Ours",
        "as_of": "2020",
        "order": "1",
        "source_url": "",
    }
    sent = {f"facts-1-{name}": value for name, value in new.items()}
    send(ann, country, "_draft", **{"facts-TOTAL_FORMS": "2", "facts-0-value": "Vientiane", **sent})
    assert list(country.facts.values_list("value", flat=True)) == ["V"]
    send(ann, country, "_draft", **{"facts-0-DELETE": "on"})
    send(ann, country, "_draft", **{"facts-0-value": "7.5 million"})
    assert list(country.facts.values_list("pk", "value")) == [(fact.pk, "V")]
    send(ann, country, "_save")
    [published] = country.facts.all()
    assert (published.label, published.value, published.pk > fact.pk) == ("Population", "7.5 million", True)
    assert Version.objects.of(country).saved()[0].read()["rows"]["facts"][0]["key"] == published.pk


def test_an_address_changes_when_it_is_published(signed_in, make_article, client):
    row, ann = make_article(slug="before"), signed_in("ann")
    send(ann, row, "_draft", slug="later")
    assert (client.get("/news/before/").status_code, client.get("/news/later/").status_code) == (200, 404)
    assert 'href="/news/before/"' in ann.get(change(row)).text  # what is public
    assert not FormerAddress.objects.exists()
    send(ann, row, "_save")
    assert client.get("/news/before/").headers["Location"] == "/news/later/"


def test_an_address_that_was_taken_meanwhile_loses_nothing(signed_in, make_article):
    row, ann = make_article(slug="before"), signed_in("ann")
    send(ann, row, "_draft", slug="later", title="Later")
    make_article(slug="later")
    page = ann.get(change(row), follow=True)
    assert "has been taken meanwhile" in page.text
    values = values_on(page)
    assert (values["title"], values["slug"]) == ("Later", "before")
    ann.post(change(row), values | {"_save": ""})
    row.refresh_from_db()
    assert (row.title, row.slug) == ("Later", "before")
    assert working.of(row) is None


def test_unpublishing_leaves_the_changes_waiting(signed_in, make_article, client):
    row, ann = make_article(title="Before"), signed_in("ann")
    send(ann, row, "_draft", title="Later")
    send(ann, row, "_draft", dek="Typed last")
    assert "The changes that wait stay" in ann.get(f"/admin/articles/article/{row.pk}/unpublish/").text
    assert "Unpublished." in unpublish(ann, row).text
    row.refresh_from_db()
    assert (row.state, row.title) == (Article.State.WITHDRAWN, "Before")
    assert client.get(row.get_absolute_url()).status_code == 410
    send(ann, row, "_draft", bylines="Ann")
    schedule = reverse("admin:articles_article_schedule_changes", args=[row.pk])
    assert schedule not in ann.get(change(row)).text
    sent = {
        "version": working.of(row).pk,
        "publish_at_0": "2100-01-01",
        "publish_at_1": "12:00",
        "_schedule": "",
    }
    assert "The piece itself is not published." in ann.post(schedule, sent).text
    send(ann, row, "_publish")
    row.refresh_from_db()
    assert (row.is_public, row.title, row.dek, row.bylines) == (True, "Later", "Typed last", "Ann")


def test_deleting_a_piece_takes_its_changes_along(client, admin_user, make_article):
    row, ann = make_article(), client
    ann.force_login(admin_user)
    send(ann, row, "_draft", title="Later")
    unpublish(ann, row)
    ann.post(reverse("admin:articles_article_delete", args=[row.pk]), {"post": "yes", "_for_safety": ""})
    assert not Version.objects.exists()


@pytest.mark.parametrize("button", ["_draft", "_save", "_continue"])
def test_writers_prepare_changes_of_their_own_pieces(signed_in, make_article, button):
    walt = signed_in("walt", "Writer")
    user = walt.get(reverse("admin:index")).context["user"]
    row = make_article(title="Before", created_by=user)
    page = walt.get(change(row)).text
    assert 'name="_draft"' in page
    assert not re.search('name="_(?:save|publish)"|/unpublish/', page)
    send(walt, row, button, title="Later")
    row.refresh_from_db()
    assert row.title == "Before"
    assert working.of(row).read()["fields"]["title"] == "Later"
    assert send(walt, row, "_publish").status_code == 403
    assert walt.get(f"/admin/articles/article/{row.pk}/unpublish/").status_code == 403
    send(signed_in("eve"), row, "_save")
    row.refresh_from_db()
    assert row.title == "Later"


def test_writers_see_no_draft_of_others(signed_in, make_article):
    row, walt = make_article(title="Before"), signed_in("walt", "Writer")
    send(signed_in("ann"), row, "_draft", title="Later")
    page = walt.get(change(row))
    assert "Before" in page.text
    assert "Later" not in page.text
    assert walt.post(change(row), {"title": "Mine", "_draft": ""}).status_code == 403


def test_a_draft_keeps_no_file(signed_in, make_resource):
    from django.core.files.uploadedfile import SimpleUploadedFile

    row, ann = make_resource(), signed_in("ann")
    upload = SimpleUploadedFile("list.csv", b"a,b\n1,2\n", "text/csv")
    page = send(ann, row, "_draft", document=upload, title="Later")
    assert "A draft of changes keeps no file" in page.text
    assert working.of(row) is None
    assert values_on(page)["title"] == "Later"


def test_a_draft_of_a_resource_leads_somewhere(signed_in, make_resource):
    row = make_resource()
    page = send(signed_in("ann"), row, "_draft", link="")
    assert "Give a link or a file." in page.text


def test_the_page_of_a_piece_with_changes_asks_the_database_few_times(
    signed_in, make_article, django_assert_max_num_queries
):
    row, ann = make_article(), signed_in("ann")
    for number in range(3):
        send(ann, row, "_draft", title=f"Later {number}")
    with django_assert_max_num_queries(25):
        ann.get(change(row))


@pytest.mark.parametrize("button", ["_save", "_publish"])
def test_a_draft_is_not_published_by_a_form_that_was_opened_before_it(signed_in, make_article, button):
    article, (ann, ben) = make_article(title="Start", dek="Start"), (signed_in("ann"), signed_in("ben"))
    opened = values_on(ben.get(change(article)))
    send(ann, article, "_draft", title="Later")
    page = ben.post(change(article), opened | {"dek": "Now", button: ""}, follow=True)
    assert "Nothing was published" in page.text
    article.refresh_from_db()
    assert (article.title, article.dek) == ("Start", "Start")
    sent = values_on(page)
    assert (sent["title"], sent["dek"]) == ("Later", "Now")
    ben.post(change(article), sent | {"_save": ""})
    article.refresh_from_db()
    assert (article.title, article.dek) == ("Later", "Now")
