"""What is deleted in the admin can be put back for a while, with all that belongs to it, unless it was deleted for safety."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles import documents
from articles.models import Article, Resource
from articles.resources import documentstore
from articles.resources.models import resourcefile
from newsletter.models import Issue
from newsroom.backups.models import Erasure
from newsroom.filestore import removing
from newsroom.pictures.models import Image
from newsroom.pictures.orphans import remove_orphans
from newsroom.versions.models import Trashed, Version
from newsroom.versions.recording import record
from newsroom.versions.trash import leaving
from tests.articles.test_admin import picture_file

pytestmark = pytest.mark.django_db
TRASH = "/admin/versions/trashed/"


@pytest.fixture
def make_picture(settings, tmp_path):
    """Return a function that stores a picture with its files."""
    settings.MEDIA_ROOT = tmp_path

    def make():
        return Image.objects.create_from_upload(picture_file(), alt_text="A door.", credit="Ours")

    return make


def page_of(row, view):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{view}", args=[row.pk])


def delete(client, row, **buttons):
    assert client.post(page_of(row, "delete"), {"post": "yes", **buttons}).status_code == 302
    assert not type(row)._base_manager.filter(pk=row.pk).exists()


def put_back(client, row):
    trashed = Trashed.objects.get(model=row._meta.label_lower, object_id=row.pk)
    answer = client.post(f"{TRASH}{trashed.pk}/put-back/")
    assert answer.url == page_of(row, "change")
    assert not Trashed.objects.filter(pk=trashed.pk).exists()
    return type(row)._base_manager.get(pk=row.pk)


def values(row):
    return type(row)._base_manager.filter(pk=row.pk).values().get()


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def test_an_article_comes_back_with_its_relations_its_history_and_its_place(
    desk, client, make_article, make_country, make_topic, make_picture, admin_user
):
    country = make_country()
    article = make_article(title="Shelter opens", lead_picture=make_picture(), countries=[country])
    topics = [make_topic(), make_topic(name="Other", slug="other")]
    article.topics.set(topics)
    record(article, admin_user, "First")
    translation = make_article(translation_of=article, language="lo")
    issue = Issue.objects.create(slug="may", subject="May")
    issue.items.create(article=article, blurb="Read it.")
    address = article.get_absolute_url()
    article.withdraw()
    article.save()
    before, entry = values(article), issue.items.values().get()
    delete(desk, article)
    assert desk.get(address).status_code == 410
    assert not issue.items.exists()
    listed = desk.get(TRASH).content.decode()
    assert "Shelter opens" in listed
    assert "editor" in listed
    back = put_back(desk, article)
    assert values(back) == before  # key, uuid, state and times too
    assert list(back.countries.all()) == [country]
    assert set(back.topics.all()) == set(topics)
    assert issue.items.values().get() == entry
    translation.refresh_from_db()
    assert translation.translation_of == back
    comments = [version.comment for version in Version.objects.of(back)]
    assert comments == ["Put back from the trash", "First"]
    assert desk.get(address).status_code == 410  # unpublished, as it was
    back.publish()
    back.save()
    assert "Shelter opens" in client.get(address).content.decode()
    assert address in client.get("/search/?q=shelter").content.decode()


def test_everything_below_a_country_comes_back(desk, make_country):
    country = make_country(name="Laos", slug="laos")
    country.facts.create(label="People", value="7 million", source="Census")
    assert desk.get("/countries/laos/").status_code == 200
    delete(desk, country)
    assert desk.get("/countries/laos/").status_code == 410
    assert put_back(desk, country).facts.get().value == "7 million"
    assert desk.get("/countries/laos/").status_code == 200


@pytest.mark.parametrize("make", ["make_page", "make_resource", "make_topic", "make_callout", "make_hotline"])
def test_so_does_each_kind_of_piece(desk, request, make):
    row = request.getfixturevalue(make)()
    if hasattr(row, "withdraw"):
        row.withdraw()
        row.save()
    before = values(row)
    delete(desk, row)
    assert values(put_back(desk, row)) == before


def test_several_are_deleted_and_put_back_together(desk, make_article):
    drafts = [make_article(state="draft", published_at=None, title=f"Draft {number}") for number in range(3)]
    data = {"action": "delete_selected", "_selected_action": [one.pk for one in drafts]}
    listing = reverse("admin:articles_article_changelist")
    asked = desk.post(listing, data).content.decode()
    assert "Move to the trash" in asked
    assert desk.post(listing, {**data, "post": "yes"}).status_code == 302
    assert not Article.objects.exists()
    assert desk.get(drafts[0].get_absolute_url()).status_code == 404  # nobody knew it
    keys = list(Trashed.objects.values_list("pk", flat=True))
    desk.post(TRASH, {"action": "put_back_several", "_selected_action": keys})
    assert set(Article.objects.all()) == set(drafts)


def test_an_address_that_somebody_else_has_now_gets_a_number(desk, make_article):
    draft = make_article(slug="shelter", state="draft", published_at=None)
    delete(desk, draft)
    make_article(slug="shelter")
    assert put_back(desk, draft).slug == "shelter-2"


def test_the_file_of_a_resource_waits_unserved_and_comes_back(desk, make_resource):
    resource = make_resource()
    table = SimpleUploadedFile("table.csv", b"place,people\nVientiane,7\n", "text/csv")
    resource.put_file(documentstore.keep(documents.clean(table, filename="table.csv")))
    resource.withdraw()
    resource.save()
    delete(desk, resource)
    resourcefile.remove_unowned_files(Resource)
    removing.try_again()
    with documentstore.opened(resource.storage_key, resource.file_extension) as file:
        assert file.read()
    back = put_back(desk, resource)
    back.publish()
    back.save()
    assert desk.get(f"{back.get_absolute_url()}file/").status_code == 200


def test_a_picture_waits_unserved_and_is_shown_again(
    desk, make_picture, make_article, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(removing, "FRESH", -1)  # the test's transaction makes no new content version
    picture = make_picture()
    article = make_article(lead_picture=picture)
    name = picture.path_of("master.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        delete(desk, picture)
    remove_orphans()
    removing.try_again()
    assert default_storage.exists(name)
    assert desk.get(f"/media/{name}").status_code == 410
    with django_capture_on_commit_callbacks(execute=True):
        assert put_back(desk, picture).uuid == picture.uuid
    removing.try_again()
    assert desk.get(f"/media/{name}").status_code == 200
    article.refresh_from_db()
    assert article.lead_picture == picture


def test_only_those_who_may_delete_see_the_trash(client, writer, make_article, editor):
    client.force_login(editor)
    delete(client, make_article(state="draft", published_at=None))
    trashed = Trashed.objects.get()
    client.force_login(writer)
    for address in [TRASH, f"{TRASH}{trashed.pk}/change/"]:
        assert client.get(address).status_code in {403, 404}
    for view in ["put-back", "erase"]:
        assert client.post(f"{TRASH}{trashed.pk}/{view}/").status_code == 403
    assert Trashed.objects.exists()


def test_the_worker_empties_it_and_the_ledger_notes_it(
    desk, make_article, make_picture, settings, django_capture_on_commit_callbacks
):
    article, picture = make_article(slug="gone"), make_picture()
    record(article)
    article.withdraw()
    article.save()
    delete(desk, article)
    delete(desk, picture)
    Erasure.objects.all().delete()
    Trashed.objects.update(until=timezone.now() + timedelta(minutes=1))
    leaving.empty()
    assert Trashed.objects.count() == 2
    Trashed.objects.update(until=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        leaving.empty()
    assert not Trashed.objects.exists()
    assert not Version.objects.filter(object_id=article.pk).exists()
    assert not default_storage.exists(picture.path_of("master.jpg"))
    kinds = set(Erasure.objects.values_list("kind", flat=True))
    assert {"deleted articles.article", "deleted pictures.image", "past of a piece"} <= kinds
    assert desk.get("/news/gone/").status_code == 410


def test_a_public_piece_is_unpublished_first(desk, make_article):
    article = make_article()
    answer = desk.post(page_of(article, "delete"), {"post": "yes", "_for_safety": ""})
    assert answer.url == page_of(article, "change")
    assert "Unpublish it first." in desk.get(answer.url).content.decode()
    assert Article.objects.filter(pk=article.pk).exists() and not Trashed.objects.exists()


def test_of_two_people_who_take_it_out_at_once_the_first_decides(desk, make_article, editor):
    kept, gone = (make_article(state="draft", published_at=None) for _number in range(2))
    record(kept)
    for article in (kept, gone):
        delete(desk, article)
    first, second = (Trashed.objects.get(object_id=article.pk) for article in (kept, gone))
    leaving.put_back(Trashed.objects.get(pk=first.pk), editor)
    versions = Version.objects.of(kept).count()
    leaving.erase(first)  # it was read before
    assert Version.objects.of(kept).count() == versions > 0
    leaving.erase(Trashed.objects.get(pk=second.pk))
    with pytest.raises(ValidationError):
        leaving.put_back(second, editor)
    assert not Article.objects.filter(pk=gone.pk).exists()


def test_the_longest_address_that_is_taken_gets_a_number_too(desk, make_article):
    slug = "a" * Article._meta.get_field("slug").max_length
    article = make_article(slug=slug, state="draft", published_at=None)
    delete(desk, article)
    make_article(slug=slug)
    assert put_back(desk, article).slug == f"{slug[:-2]}-2"


def test_the_page_that_asks_names_no_pairs_of_tables(desk, make_article, make_topic, make_country):
    article = make_article(
        state="draft", published_at=None, topics=[make_topic()], countries=[make_country()]
    )
    for page in (
        desk.get(page_of(article, "delete")).text,
        desk.post(
            "/admin/articles/article/", {"action": "delete_selected", "_selected_action": article.pk}
        ).text,
    ):
        assert str(article) in page
        assert "Article_" not in page and "relationship" not in page


def test_what_was_put_back_meanwhile_is_not_said_to_be_gone(client, admin_user, make_article, monkeypatch):
    client.force_login(admin_user)
    row = make_article(state="draft", published_at=None)
    delete(client, row)
    trashed, hold = Trashed.objects.get(), leaving._hold

    def after_somebody_else(found):
        monkeypatch.undo()
        leaving.put_back(Trashed.objects.get(pk=found.pk))
        return hold(found)

    monkeypatch.setattr(leaving, "_hold", after_somebody_else)
    page = client.post(f"{TRASH}{trashed.pk}/erase/", follow=True).text
    assert "It is not in the trash any more." in page and "deleted for good" not in page
    assert Article.objects.filter(pk=row.pk).exists()
