"""A piece goes off the site after one question, with its reason, and with the pictures and links that nobody needs then."""

import pytest
from django.urls import reverse

from articles.models import Article
from newsroom.pictures.models import Image
from newsroom.versions.models import ShareLink, Version
from tests.articles.test_picture_rule import make_picture
from tests.pageforms import unpublish, values_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def asked(client, row):
    return client.get(reverse("admin:articles_article_unpublish", args=[row.pk]))


def test_the_reason_stands_in_the_history(desk, make_article):
    row = make_article()
    told = unpublish(desk, row, reason="A name in the third paragraph").text
    assert "Visitors can&#x27;t read it any more." in told
    assert desk.get(row.get_absolute_url()).status_code == 410
    version = Version.objects.of(row).first()
    assert version.comment == "A name in the third paragraph"
    assert version.created_by.username == "editor"
    history = desk.get(reverse("admin:articles_article_history", args=[row.pk])).text
    assert "A name in the third paragraph" in history
    assert "It is not published." in asked_and_followed(desk, row)


def asked_and_followed(client, row):
    return client.get(reverse("admin:articles_article_unpublish", args=[row.pk]), follow=True).text


def test_only_pictures_that_nothing_else_shows_are_offered_and_the_chosen_ones_are_withdrawn(
    desk, make_article, django_capture_on_commit_callbacks
):
    alone, shared, kept = (make_picture(alt_text=f"Picture {name}") for name in ("alone", "shared", "kept"))
    row = make_article(lead_picture=shared, body_html="<p>x</p>")
    make_article(lead_picture=shared, title="Other", slug="other")
    assert "Nothing else shows" not in asked(desk, row).text
    body = f'<p>x</p><figure data-picture="{kept.uuid}"></figure>'
    Article.objects.filter(pk=row.pk).update(lead_picture=alone, body_html=body)
    page = asked(desk, row).text
    assert "Picture alone" in page and "Picture kept" in page and "Picture shared" not in page
    with django_capture_on_commit_callbacks(execute=True):
        told = unpublish(desk, row, pictures=[str(alone.pk)]).text
    assert "1 picture was withdrawn." in told
    assert Image.objects.get(pk=alone.pk).state == Image.State.WITHDRAWN
    assert Image.objects.get(pk=shared.pk).is_available and Image.objects.get(pk=kept.pk).is_available


def test_a_picture_that_was_not_offered_is_not_withdrawn(desk, make_article):
    shared = make_picture()
    row = make_article(lead_picture=shared)
    make_article(lead_picture=shared, title="Other", slug="other")
    assert "Select a valid choice" in unpublish(desk, row, pictures=[str(shared.pk)]).text
    row.refresh_from_db()
    assert row.is_public and Image.objects.get(pk=shared.pk).is_available


@pytest.mark.parametrize("ends", [True, False])
def test_links_that_share_it_end_with_it_unless_they_are_to_go_on(desk, editor, make_article, ends):
    row = make_article()
    ShareLink.make(row, editor, 7, None)
    assert "End the link that shares it" in asked(desk, row).text
    unpublish(desk, row, **({} if ends else {"ends_links": []}))
    assert ShareLink.objects.exists() is not ends


def test_the_button_of_a_form_asks_and_saves_nothing(desk, make_article):
    row = make_article(title="Before")
    url = reverse("admin:articles_article_change", args=[row.pk])
    sent = values_on(desk.get(url)) | {"title": "Typed", "_withdraw": ""}
    assert desk.post(url, sent).url == reverse("admin:articles_article_unpublish", args=[row.pk])
    row.refresh_from_db()
    assert (row.title, row.is_public) == ("Before", True)


def test_a_writer_is_refused(client, writer, make_article):
    row = make_article(created_by=writer)
    client.force_login(writer)
    assert asked(client, row).status_code == 403
    assert client.post(reverse("admin:articles_article_unpublish", args=[row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.is_public
