"""What is not public is shown to nobody who may not see it in the admin: by box, by 'view on site', by lists of uses."""

import io

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as Pixels

from articles.models import Article, Page, Resource
from newsroom.pictures.models import Image
from tests.servers import PASSWORD

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/article/add/"
SECRET = "planted-title"
SLUG = "planted-slug"


@pytest.fixture
def draft(make_article, editor):
    return make_article(title=SECRET, slug=SLUG, state="draft", published_at=None, created_by=editor)


@pytest.fixture
def nobody(db):
    """Return somebody who may sign in and has no role."""
    return User.objects.create_user("nobody", "nobody@example.org", PASSWORD, is_staff=True)


def picture():
    """Return a small picture as a file holds it."""
    buffer = io.BytesIO()
    Pixels.new("RGB", (800, 400), "red").save(buffer, "PNG")
    return buffer.getvalue()


def on_site(row):
    return f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"


@pytest.mark.parametrize("role", ["Writer", "Editor"])
def test_a_box_tells_a_title_only_to_whoever_sees_the_article(client, make_user, draft, role):
    client.force_login(make_user("ann", role))
    page = client.get(ADD, {"translation_of": draft.pk}).content.decode()
    assert (SECRET in page) == (role == "Editor")


def test_a_refused_form_tells_it_neither_and_refuses_the_choice(client, writer, draft):
    client.force_login(writer)
    form = {"title": "Mine", "slug": "mine", "language": "en", "translation_of": draft.pk, "_save": ""}
    answer = client.post(ADD, form)
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()
    assert not Article.objects.filter(slug="mine").exists()


def test_what_an_editor_chose_for_a_writer_stays(client, writer, draft, make_article):
    own = make_article(
        title="Own", slug="own", state="draft", published_at=None, created_by=writer, translation_of=draft
    )
    client.force_login(writer)
    url = reverse("admin:articles_article_change", args=[own.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    assert form.fields["translation_of"].queryset.filter(pk=draft.pk).exists()


def test_view_on_site_leads_only_where_one_sees_the_row(client, nobody, writer, editor, draft, make_page):
    page = make_page(path="planted-path", state="draft", published_at=None)
    public = Article.objects.create(
        title="Public", slug="public-one", state="draft", body_html="<p>Text.</p>"
    )
    public.publish()
    public.save()
    for user, seen in [(nobody, []), (writer, [public]), (editor, [draft, page, public])]:
        client.force_login(user)
        for row in [draft, page, public]:
            answer = client.get(on_site(row))
            assert answer.status_code == (302 if row in seen else 404), (user, row)
            assert SLUG not in answer.headers.get("Location", "") or row in seen


@pytest.mark.parametrize("path", ["0/1", "999999/1", f"{10**30}/1", "x/1"])
def test_view_on_site_of_what_is_none_is_not_found(client, editor, path):
    client.force_login(editor)
    assert client.get(f"/admin/r/{path}/").status_code == 404


def test_view_on_site_of_odd_keys_is_not_found(client, editor, draft):
    client.force_login(editor)
    kind = ContentType.objects.get_for_model(Article).pk
    for key in ["x", 10**30, "1/2", "-1"]:
        assert client.get(f"/admin/r/{kind}/{key}/").status_code == 404


def test_a_picture_tells_a_writer_no_title_of_a_draft_that_shows_it(client, writer, editor, draft):
    image = Image.objects.create_from_upload(ContentFile(picture()), alt_text="A field.", credit="Ours")
    Article.objects.filter(pk=draft.pk).update(lead_picture=image)
    url = reverse("admin:pictures_image_change", args=[image.pk])
    client.force_login(writer)
    page = client.get(url).content.decode()
    assert SECRET not in page
    assert "1 that is not public and not yours" in page
    client.force_login(editor)
    assert SECRET in client.get(url).content.decode()


def test_a_resource_tells_a_writer_no_title_of_a_page_that_links_to_it(
    client, writer, make_resource, make_page
):
    resource = make_resource(slug="report")
    Page.objects.create(
        title=SECRET, path="planted", state="draft", body_html='<p><a href="/resources/report/">x</a></p>'
    )
    client.force_login(writer)
    page = client.get(reverse("admin:articles_resource_change", args=[resource.pk])).content.decode()
    assert SECRET not in page
    assert Resource.objects.count() == 1


def test_staff_without_a_role_see_nothing_anywhere(client, nobody, draft):
    """Through every address of the admin, with the keys of the draft."""
    from tests.inquiries.test_access import ADMIN

    client.force_login(nobody)
    kind = ContentType.objects.get_for_model(Article).pk
    query = {
        "app_label": "articles", "model_name": "article", "field_name": "translation_of", "term": "planted",
        "translation_of": draft.pk, "q": "planted",
    }  # fmt: skip
    for address in ADMIN:
        if "logout" in address or "sign-out" in address:
            continue
        url = "/" + address
        for part in ["<path:object_id>", "<int:pk>", "<id>", "<uuid:pk>", "<uuid:key>", "<path:url>"]:
            url = url.replace(part, str(draft.pk))
        url = url.replace("<int:content_type_id>", str(kind)).replace("<path:content_type_id>", str(kind))
        answer = client.get(url, query, follow=True)
        assert answer.status_code < 500, url
        assert SECRET not in answer.content.decode(), url
        assert all(SLUG not in there for there, _status in answer.redirect_chain), url
