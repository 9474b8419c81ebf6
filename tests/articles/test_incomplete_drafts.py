"""A draft needs a title and nothing else; what it lacks is asked for when it is published, beside the fields."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Page, Resource
from tests.pageforms import unpublish

pytestmark = pytest.mark.django_db
KINDS = [
    (Article, {"body_html"}, {"body_html": "<p>Text.</p>"}),
    (Page, {"body_html"}, {"body_html": "<p>Text.</p>"}),
    (Resource, {"kind", "link"}, {"kind": "law", "link": "https://example.org/law"}),
]


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def page_of(model, row=None):
    name = f"admin:articles_{model._meta.model_name}"
    return reverse(f"{name}_change", args=[row.pk]) if row else reverse(f"{name}_add")


def errors(answer):
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


@pytest.mark.parametrize(("model", "lacks", "whole"), KINDS)
def test_a_title_is_a_draft_and_publishing_asks_for_the_rest(desk, model, lacks, whole):
    assert desk.post(page_of(model), {"title": "Đường dây nóng", "_save": ""}).status_code == 302
    row = model.objects.get(title="Đường dây nóng")
    assert getattr(row, row.ADDRESS) == "đường-dây-nóng"
    assert getattr(row, "language", "en") == "en"
    later = timezone.localtime() + datetime.timedelta(days=2)
    at = {"published_at_0": f"{later:%Y-%m-%d}", "published_at_1": f"{later:%H:%M:%S}"}
    for schedule in ({}, at):
        asked = errors(desk.post(page_of(model, row), {"title": row.title, "_publish": "", **schedule}))
        assert set(asked) == lacks
    with pytest.raises(ValidationError):
        row.publish()
    row.refresh_from_db()
    assert row.state == row.State.DRAFT
    form = {"title": row.title, **whole}
    assert desk.post(page_of(model, row), {**form, "_publish": "", **at}).status_code == 302
    row.refresh_from_db()
    assert row.is_scheduled
    # What is public, or will be, is never saved with less.
    assert set(errors(desk.post(page_of(model, row), {"title": row.title, "_save": "", **at}))) == lacks
    assert "won’t be published by itself" in unpublish(desk, row).text


def test_what_is_wrong_is_refused_in_a_draft_too(desk):
    answer = desk.post(page_of(Article), {"title": "One", "source_url": "javascript:alert(1)", "_save": ""})
    assert set(errors(answer)) == {"source_url"}
    assert set(errors(desk.post(page_of(Article), {"title": "One", "slug": "2006", "_save": ""}))) == {"slug"}
    assert set(errors(desk.post(page_of(Resource), {"title": "One", "link": "ftp://x", "_save": ""}))) == {
        "link"
    }
    assert set(errors(desk.post(page_of(Page), {"title": "One", "path": "news", "_save": ""}))) == {"path"}
    assert set(errors(desk.post(page_of(Article), {"title": " ", "_save": ""}))) == {"title"}


def test_a_page_whose_title_names_a_route_of_the_site_gets_another_path(desk):
    for title, path in [("News", "news-2"), ("News!", "news-3"), ("2006", "n-2006")]:
        assert desk.post(page_of(Page), {"title": title, "_save": ""}).status_code == 302
        assert Page.objects.get(title=title).path == path


def test_a_source_without_a_name_waits_for_publication(desk, make_article):
    half = {"title": "One", "body_html": "<p>Text.</p>", "source_relation": "adapted"}
    assert desk.post(page_of(Article), {**half, "_save": ""}).status_code == 302
    draft = Article.objects.get(title="One")
    assert set(errors(desk.post(page_of(Article, draft), {**half, "_publish": ""}))) == {"source_title"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=draft.pk).update(state="published", published_at=timezone.now())
    public = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=public.pk).update(source_relation="adapted")


@pytest.mark.parametrize("body", ["", "<p> </p>", "<script>alert(1)</script>"])
def test_a_text_of_mark_up_alone_is_none(desk, body):
    assert set(errors(desk.post(page_of(Article), {"title": "One", "body_html": body, "_publish": ""}))) == {
        "body_html"
    }
    assert not Article.objects.exists()
