"""The admin of articles, pages and pictures: what editors type is checked beside the field and never lost."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from articles.dates import PartialDate
from articles.models import Article, Callout, FormerAddress, Page
from newsroom.pictures.models import Image
from tests.newsroom.accounts.test_roles import ADD, change, form
from tests.pageforms import unpublish

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """Return a client that is signed in as an editor."""
    client.force_login(editor)
    return client


def picture_file(name="photo.jpg"):
    content = io.BytesIO()
    Pillow.new("RGB", (900, 600), "teal").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())


@pytest.fixture
def make_picture(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda **values: Image.objects.create_from_upload(
        picture_file(), **{"alt_text": "A door", "credit": "Ours"} | values
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_date", "2006-13"),
        ("display_date", "31 February 2006"),
        ("display_date", "garbage"),
        ("display_date", "99999999999"),
        ("display_date", "\x00"),
        ("source_date", "month 13 2006"),
        ("published_at_0", "2006-13-45"),
        ("published_at_1", "25:99"),
        ("title", ""),
        ("title", "x" * 201),
        ("title", "a\x00b"),
        ("slug", "2006"),
        ("slug", "a/b"),
        ("slug", "x" * 121),
        ("slug", "a\x00b"),
        ("dek", "x" * 301),
        ("source_url", "javascript:alert(1)"),
        ("source_relation", "stolen"),
        ("language", "xx"),
        ("translation_of", "999999"),
        ("translation_of", "abc"),
        ("lead_picture", "99999999999999999999999"),
        ("countries", ["999999"]),
        ("topics", ["abc"]),
        ("bylines", "x" * 501),
    ],
)
def test_bad_input_gets_a_message_and_changes_nothing(desk, make_article, field, value):
    article = make_article(title="Kept", state="draft", published_at=None)
    answer = desk.post(change(article), form(**{"published_at_0": "2020-01-01", "published_at_1": "10:00"}
                                             | {field: value}, _save=""))  # fmt: skip
    assert answer.status_code == 200
    assert answer.context["refused"]
    assert "errorlist" in answer.content.decode()
    article.refresh_from_db()
    assert article.title == "Kept"


def test_lone_surrogates_and_nul_never_reach_the_database(desk):
    body = "title=A&slug=a&language=en&body_html=%3Cp%3Ex%00%ED%A0%80y%3C%2Fp%3E&_save="
    answer = desk.post(ADD, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 302, 400}
    for article in Article.objects.all():
        assert "\x00" not in article.body_html


def test_a_taken_slug_is_told_beside_the_field_whatever_its_case(desk, make_article):
    make_article(slug="shelter")
    answer = desk.post(ADD, form(slug="SHELTER", _save=""))
    assert "Another one has this address already" in answer.content.decode()
    assert Article.objects.count() == 1


def test_a_form_is_opened_without_the_write_lock(desk, make_article):
    article = make_article()
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(ADD).status_code == desk.get(change(article)).status_code == 200
    assert not [query["sql"] for query in asked if query["sql"].startswith(("SAVEPOINT", "BEGIN"))]
    with CaptureQueriesContext(connection) as asked:
        desk.post(ADD, form(_save=""))
    assert [query["sql"] for query in asked if query["sql"].startswith(("SAVEPOINT", "BEGIN"))]


def test_an_empty_slug_fills_itself_in_any_script(desk):
    for title in ["Help comes", "Help comes", "ຄວາມຊ່ວຍເຫຼືອ", "2006"]:
        desk.post(ADD, form(title=title, slug="", _save=""))
    assert set(Article.objects.values_list("slug", flat=True)) == {
        "help-comes", "help-comes-2", "ຄວາມຊ່ວຍເຫຼືອ", "n-2006",
    }  # fmt: skip


SLUGS = {
    "Đường dây nóng quốc gia": "đường-dây-nóng-quốc-gia",
    "مكافحة الاتجار بالبشر": "مكافحة-الاتجار-بالبشر",
    "2026": "n-2026",
    "  ": "",
}


def test_a_form_asks_the_server_for_the_slug_of_a_title(client, desk, make_user):
    address = f"{ADD.removesuffix('add/')}slug/"
    page = desk.get(ADD).text
    assert f'data-slug-url="{address}" data-slug-of="id_title"' in page
    assert not [name for name in ["xregexp", "urlify", "prepopulate"] if name in page]
    for title, slug in SLUGS.items():
        assert desk.post(address, {"text": title}).json() == {"slug": slug}
    assert desk.get(address, {"text": "Not in a log"}).status_code == 403
    client.force_login(make_user("officer", "Inquiry officer"))
    assert client.post(address, {"text": "A title"}).status_code == 403
    client.logout()
    assert client.post(address, {"text": "A title"}).headers["Content-Type"].startswith("text/html")


def test_an_article_is_no_translation_of_itself(desk, make_article):
    article = make_article()
    answer = desk.post(change(article), form(translation_of=article.pk, _save=""))
    assert "a translation of itself" in answer.content.decode()


def test_a_date_keeps_the_precision_that_was_typed(desk):
    desk.post(
        ADD, form(display_date="August 2006", source_date="5 June 2006", source_publication="Times", _save="")
    )
    article = Article.objects.get()
    assert article.display_date == PartialDate(2006, 8)
    page = desk.get(change(article)).content.decode()
    assert 'value="August 2006"' in page
    assert 'value="5 June 2006"' in page


def test_relations_follow_the_article(desk, make_country, make_topic):
    country, topic = make_country(), make_topic()
    desk.post(ADD, form(countries=[country.pk], topics=[topic.pk], _publish=""))
    article = Article.objects.get()
    assert list(article.countries.all()) == [country]
    assert list(article.topics.all()) == [topic]


def test_a_public_article_without_a_time_is_published_now(desk, make_article):
    article = make_article(published_at=timezone.now() - timedelta(days=9))
    assert desk.post(change(article), form(_save="")).status_code == 302
    article.refresh_from_db()
    assert timezone.now() - article.published_at < timedelta(minutes=1)


def test_a_time_in_the_future_waits(desk):
    answer = desk.post(
        ADD, form(published_at_0="2099-01-01", published_at_1="10:00:00", _publish=""), follow=True
    )
    assert "Scheduled." in answer.content.decode()
    assert desk.get("/news/a-draft/").status_code == 404
    assert Article.objects.get().is_scheduled


def test_a_draft_has_no_link_to_the_site_and_a_public_piece_has(desk, make_article):
    draft = make_article(state="draft", published_at=None)
    assert "viewsitelink" not in desk.get(change(draft)).content.decode()
    assert "viewsitelink" in desk.get(change(make_article())).content.decode()


def test_the_list_searches_texts_and_filters(desk, make_article, make_country):
    country = make_country()
    make_article(title="One", body_html="<p>Nam Ngum</p>", countries=[country])
    make_article(title="Two", state="draft", published_at=None)
    url = reverse("admin:articles_article_changelist")

    def titles(query):
        return {row.title for row in desk.get(f"{url}?{query}").context["cl"].result_list}

    assert titles("q=nam+ngum") == {"One"}
    assert titles("state=draft") == {"Two"}
    assert titles("state=published") == {"One"}
    assert titles(f"countries__id__exact={country.pk}") == {"One"}
    assert titles("language=en") == {"One", "Two"}


@pytest.mark.parametrize("query", ["published_at__year=abc", "published_at__year=99999", "published_at__month=13", "p=abc",
                                   "p=99999999999999", "o=99.abc", "state=x", "countries__id__exact=abc", "language=xx",
                                   "q=%25%27%22", "e=1", "all=", "no_such_field=1",
                                   "countries__id__exact=99999999999999999999999"])  # fmt: skip
def test_odd_queries_never_break_the_list(desk, make_article, query):
    make_article()
    answer = desk.get(f"{reverse('admin:articles_article_changelist')}?{query}")
    assert answer.status_code in {200, 302, 400}


@pytest.mark.parametrize("query", ["title__regex=^([A-Za-z ]%2B)*!$", "title__iregex=(", "countries__name__regex=x",
                                   "id__regex=[]", "consent_reference__startswith=2", "uuid__contains=a"])  # fmt: skip
@pytest.mark.parametrize("model", ["article", "image"])
def test_a_list_is_filtered_by_no_expression_that_could_run_for_ever(desk, make_article, model, query):
    make_article(title="Short one")
    url = reverse(f"admin:{'pictures' if model == 'image' else 'articles'}_{model}_changelist")
    assert desk.get(f"{url}?{query}").status_code in {302, 400}


def test_a_form_makes_no_more_rows_than_are_stored_and_some_new_ones(desk, make_country):
    url = reverse("admin:articles_country_change", args=[make_country().pk])
    answer = desk.post(url, {"name": "", "facts-TOTAL_FORMS": "1000000000", "facts-INITIAL_FORMS": "0"})
    assert answer.status_code in {200, 422}
    assert answer.content.count(b'name="facts-') < 1_000


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rows(desk, make_article, make_country):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    country, counts = make_country(), []
    for number in [1, 30]:
        for _ in range(number):
            make_article(countries=[country])
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse("admin:articles_article_changelist"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["admin", "News", "a b", "../x", "2006", "a\x00", "x" * 161])
def test_a_page_hides_no_route(desk, path):
    answer = desk.post(
        "/admin/articles/page/add/",
        {"title": "x", "path": path, "body_html": "<p>x</p>", "menu": "", "menu_order": "0", "_publish": ""},
    )
    assert answer.status_code == 200
    assert not Page.objects.exists()


def test_pages_are_published_and_unpublished(desk):
    values = {
        "title": "About",
        "path": "/about/",
        "body_html": "<p>x</p>",
        "menu": "header",
        "menu_order": "1",
    }
    desk.post("/admin/articles/page/add/", values | {"_publish": ""})
    page = Page.objects.get()
    assert desk.get("/about/").status_code == 200
    unpublish(desk, page)
    assert desk.get("/about/").status_code == 410


def test_of_several_to_delete_it_names_those_that_are_public_and_deletes_none(desk, make_article):
    drafts = [make_article(state="draft", published_at=None, title=f"Draft {number}") for number in range(2)]
    public = make_article(title="Public")
    url, picked = "/admin/articles/article/", {"action": "delete_selected", "post": "yes"}
    told = desk.post(url, picked | {"_selected_action": [drafts[0].pk, public.pk]}, follow=True)
    assert "Nothing was deleted: “Public” is or will be public." in told.content.decode()
    assert Article.objects.count() == 3
    desk.post(url, picked | {"_selected_action": [one.pk for one in drafts]})
    assert list(Article.objects.all()) == [public]


def test_a_callout_that_ends_before_it_starts_is_refused(desk):
    answer = desk.post(
        "/admin/articles/callout/add/",
        {"title": "x", "link": "/x/", "label": "x", "placement": "everywhere", "order": "0", "starts_at_0": "2026-02-01",
         "starts_at_1": "10:00", "ends_at_0": "2026-01-01", "ends_at_1": "10:00"},
    )  # fmt: skip
    assert "The end must come after the start." in answer.content.decode()
    assert not Callout.objects.exists()


def test_former_addresses_write_themselves(desk):
    FormerAddress.objects.create(path="/a/", current_path="/b/")
    assert desk.get("/admin/articles/formeraddress/").status_code == 200


def test_the_settings_are_one_page(desk):
    from newsroom.sitesettings.models import SiteSettings

    url = "/admin/sitesettings/sitesettings/1/change/"
    assert desk.get("/admin/sitesettings/sitesettings/").headers["Location"] == url
    desk.post(url, {"name": "Mekong", "exit_url": "https://example.org/", "newsletter_rhythm": "monthly"})
    assert SiteSettings.load().name == "Mekong"
    assert desk.get("/admin/sitesettings/sitesettings/add/").status_code == 403


def test_a_picture_is_uploaded_cleaned_and_shown(desk, make_picture):
    answer = desk.post(
        "/admin/pictures/image/add/",
        {"upload": picture_file(), "alt_text": "A door", "credit": "Ours", "_save": ""},
        follow=True,
    )
    assert answer.status_code == 200
    image = Image.objects.get()
    assert image.renditions
    assert "picture-thumbnail" in answer.content.decode()
    assert (
        "data-focal-picture"
        in desk.get(reverse("admin:pictures_image_change", args=[image.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("x.jpg", b"<html><script>alert(1)</script>"), {}),
        (SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>"), {}),
        (SimpleUploadedFile("x.jpg", b""), {}),
        (None, {}),
        (picture_file(), {"alt_text": ""}),
        (picture_file(), {"credit": ""}),
        (picture_file(), {"consent_date": "2026-13-01"}),
        (picture_file(), {"alt_text": "a\x00b"}),
    ],
)
def test_a_refused_picture_is_told_beside_its_field(desk, make_picture, file, words):
    values = {"alt_text": "A door", "credit": "Ours", "_save": ""} | words
    if file:
        file.seek(0)
        values["upload"] = file
    answer = desk.post("/admin/pictures/image/add/", values)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Image.objects.exists()


def test_a_new_focal_point_crops_anew(desk, make_picture):
    image = make_picture()
    former = image.storage_key
    values = {"alt_text": "A door", "credit": "Ours", "focal_x": "0.1", "focal_y": "0.9", "_save": ""}
    url = reverse("admin:pictures_image_change", args=[image.pk])
    desk.post(url, values)
    image.refresh_from_db()
    assert (image.focal_x, image.focal_y) == (0.1, 0.9)
    assert image.storage_key != former
    for bad in ["7", "nan", "abc", "-1", "1e400"]:
        answer = desk.post(url, values | {"focal_x": bad})
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()


def test_a_picture_is_withdrawn_after_one_question(desk, make_picture, make_article):
    image = make_picture()
    article = make_article(lead_picture=image)
    page = reverse("admin:pictures_image_change", args=[image.pk])
    address = reverse("admin:pictures_image_withdraw", args=[image.pk])
    assert article.title in desk.get(page).content.decode() and address in desk.get(page).content.decode()
    assert article.title in desk.get(address).content.decode()
    image.refresh_from_db()
    assert image.is_available  # asking changes nothing
    assert "Its files are deleted" in desk.post(address, follow=True).content.decode()
    image.refresh_from_db()
    assert image.state == Image.State.WITHDRAWN
    assert desk.get(page).status_code == desk.get(article.get_absolute_url()).status_code == 200
    assert address not in desk.get(page).content.decode()
    assert desk.get(address).status_code == desk.post(address).status_code == 302


def test_a_writer_withdraws_and_retouches_own_pictures_alone(client, writer, make_picture, make_article):
    image, own = make_picture(), make_picture(created_by=writer)
    client.force_login(writer)
    for name in ("withdraw", "retouch"):
        address = f"/admin/pictures/image/{{}}/{name}/"
        assert client.get(address.format(image.pk)).status_code == 403
        assert client.post(address.format(image.pk), {"_left": ""}).status_code == 403
        assert client.get(address.format(own.pk)).status_code == 200
    article = make_article(lead_picture=own, state="draft", published_at=None)
    assert client.get(f"/admin/pictures/image/{own.pk}/retouch/").status_code == 200
    article.publish()
    article.save()
    assert client.post(f"/admin/pictures/image/{own.pk}/withdraw/").status_code == 403
    for one in (image, own):
        one.refresh_from_db()
        assert one.is_available


def test_every_model_of_the_admin_has_a_list_and_a_form_that_work(client, admin_user):
    from django.contrib import admin

    client.force_login(admin_user)
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        # Inquiries are for their officers alone, whatever a superuser may do elsewhere.
        expected = 403 if model._meta.app_label == "inquiries" else 200
        for query in ["", "?q=x"]:
            assert client.get(address + query, follow=True).status_code == expected, address
        assert client.get(address + "add/").status_code in {200, 403, 404}
