"""The desk of editors: forms in two columns, lists that say whose and when, and words that editors know."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from newsroom.pictures.models import Image
from tests.newsroom.pictures.test_images import halves
from tests.pageforms import values_on

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")


def shown(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def desk(client, make_user):
    client.force_login(make_user("ed", "Editor", first_name="Ed", last_name="Example"))
    return client


def test_the_text_stands_in_the_middle_and_the_buttons_beside_it(
    desk, make_article, make_page, make_resource
):
    for row, beside in [
        (make_article(), ["lead_picture", "countries", "topics", "source_url", "display_date", "slug"]),
        (make_page(), ["path", "menu", "published_at"]),
        (make_resource(), ["slug", "countries", "publisher", "published_at"]),
    ]:
        page = shown(desk, change(row))
        text, side = page.select_one(".piece-text"), page.select_one(".piece-side")
        assert text.select_one("[name=title]") and text.select_one("[name=body_html]")
        assert text.parent is side.parent and side.find_parent("form")
        assert [name for name in beside if not side.select(f".field-{name}")] == []
        assert side.select_one(".state") and side.select_one(".submit-row input[name=_save]")
        assert len(page.select("[name=title]")) == 1


def test_a_form_says_address_and_summary(desk):
    page = shown(desk, reverse("admin:articles_article_add"))
    labels = {label["for"]: label.text.strip(": \n") for label in page.select(".form-row label[for]")}
    assert labels["id_slug"] == "Address" and labels["id_dek"] == "Summary"
    assert page.h1.text.strip() == "New article"
    country = shown(desk, reverse("admin:articles_country_add"))
    assert country.select_one("label[for=id_slug]").text.strip(":") == "Address"


def test_a_list_names_the_author_and_who_changed_it_last(desk, make_article, make_user):
    article = make_article(title="By ann", created_by=make_user("ann", "Writer"))
    first = shown(desk, LIST).select_one("#result_list tbody tr")
    assert first.select_one(".field-author").text == "ann"
    assert "Ed Example" not in first.select_one(".field-last_change").text
    form = values_on(desk.get(change(article))) | {"dek": "A new summary", "_draft": ""}
    assert desk.post(change(article), form).status_code == 302
    changed = shown(desk, LIST).select_one("#result_list tbody .field-last_change").text
    assert "Ed Example" in changed


def test_a_list_shows_the_lead_picture(desk, make_article, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    make_article(
        lead_picture=Image.objects.create_from_upload(halves(), alt_text="Two fields.", credit="Ann")
    )
    row = shown(desk, LIST).select_one("#result_list tbody th")
    assert row.select_one("a img[alt='']")["src"].startswith("/media/")


def test_mine_shows_what_somebody_has_begun(client, make_user, make_article, make_resource):
    ann, ben = make_user("ann", "Editor"), make_user("ben", "Editor")
    for make in (make_article, make_resource):
        for by in (ann, ben):
            make(title=f"Of {by}", created_by=by)
    client.force_login(ann)
    for name in ("articles_article", "articles_resource"):
        address = reverse(f"admin:{name}_changelist")
        titles = [row.title for row in client.get(f"{address}?whose=mine").context["cl"].result_list]
        assert titles == ["Of ann"]
    assert client.get(reverse("admin:pictures_image_changelist") + "?whose=mine").status_code == 200


def test_filters_are_a_row_that_folds_and_says_what_is_chosen(desk, make_article):
    make_article(state="draft", published_at=None)
    page = shown(desk, f"{LIST}?state=draft")
    filters = page.select(".filters > details:not([open])")
    assert "State: draft" in [one.summary.text.strip() for one in filters]
    assert page.select_one(".filters a.filters-clear")
    assert not page.select("#changelist-filter, .toplinks, [style]")


def test_deleting_what_is_public_says_unpublish_first(desk, make_article):
    article = make_article()
    later = make_article(published_at=timezone.now() + datetime.timedelta(days=1))
    for row in (article, later):
        assert "unpublish it first" in desk.get(change(row)).text
        for method in (desk.get, desk.post):
            page = method(
                reverse("admin:articles_article_delete", args=[row.pk]), {"post": "yes"}, follow=True
            )
            assert page.redirect_chain[-1][0] == change(row) and "Unpublish it first." in page.text
        row.refresh_from_db()
    draft = make_article(state="draft", published_at=None)
    assert desk.get(reverse("admin:articles_article_delete", args=[draft.pk])).status_code == 200


def test_who_may_delete_nothing_is_refused(client, make_user, make_article):
    client.force_login(make_user("ann", "Writer"))
    assert client.get(reverse("admin:articles_article_delete", args=[make_article().pk])).status_code == 403


def test_an_account_says_what_its_rights_are_in_words(client, admin_user):
    client.force_login(admin_user)
    colleague = type(admin_user).objects.create_user("ann")
    page = shown(client, reverse("admin:auth_user_change", args=[colleague.pk]))
    words = page.select_one(".piece-text").text
    assert "Works in the newsroom" in words and "May sign in" in words
    assert "Staff status" not in words and "Designates" not in words


@pytest.mark.parametrize(
    "name", ["articles_article", "pictures_image", "articles_country", "newsletter_issue"]
)
def test_no_list_speaks_of_selecting_something_to_change(client, admin_user, name):
    client.force_login(admin_user)
    for query in ("", "?_popup=1"):
        page = shown(client, reverse(f"admin:{name}_changelist") + query)
        assert "Select " not in page.h1.text and "Select " not in page.title.text


def test_a_new_piece_begins_in_its_title_and_a_refused_one_at_its_errors(client, editor):
    client.force_login(editor)
    add = "/admin/articles/article/add/"
    assert (
        client.get(add).content.count(b" autofocus") == client.post(add, {}).content.count(b" autofocus") + 1
    )


def test_a_title_is_read_whole_and_kept_on_one_line(desk, make_article):
    article = make_article(title="Before")
    form = shown(desk, change(article))
    assert form.select_one("textarea[name=title]")["maxlength"] == str(
        article._meta.get_field("title").max_length
    )
    values = values_on(desk.get(change(article))) | {"title": "After\r\n  the first\nyear ", "_save": ""}
    assert desk.post(change(article), values).status_code == 302
    article.refresh_from_db()
    assert article.title == "After the first year"


def test_the_button_says_whether_visitors_will_see_it(desk, make_article):
    def says(row):
        return shown(desk, change(row)).select_one(".submit-row .default")["value"]

    later = timezone.now() + datetime.timedelta(days=1)
    assert says(make_article()) == "Publish changes"
    assert says(make_article(published_at=later)) == "Save"
    assert says(make_article(state="draft")) == "Publish"


def test_nobody_is_asked_what_changed_in_what_is_new(desk, make_article):
    assert not shown(desk, reverse("admin:articles_article_add")).select(".version-comment")
    assert shown(desk, change(make_article())).select(".version-comment")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("articles_article", "New article"),
        ("articles_country", "New country"),
        ("pictures_image", "Add pictures"),
    ],
)
def test_a_list_names_what_is_begun_as_the_first_page_does(desk, kind, said):
    assert shown(desk, reverse(f"admin:{kind}_changelist")).select_one("a.addlink").text.strip() == said
