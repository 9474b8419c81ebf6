"""Names, slugs and paths: what models refuse, and what the database refuses behind them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from articles.models import Article, Page
from articles.models.slugs import slug_from

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["2006", "", "a b", "a/b", "<b>", "-\x00-", "٢٠٠٦", "a.b", "?x"])
def test_it_refuses_slugs_that_are_no_segment_of_a_path(make_article, slug):
    article = make_article()
    article.slug = slug
    with pytest.raises(ValidationError):
        article.full_clean()


def test_slugs_are_unique_without_regard_to_case(make_article):
    make_article(slug="shelter")
    with pytest.raises(ValidationError):
        Article(title="x", body_html="x", slug="SHELTER").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(slug="Shelter")


@pytest.mark.parametrize("path", ["admin", "news", "News", "media/x", "countries/laos", "robots.txt", "feeds/news.rss",
                                  "static", "search", "a//b", "/a", "a/", "..", "a b", "2006"])  # fmt: skip
def test_no_page_can_hide_a_route(path):
    with pytest.raises(ValidationError):
        Page(title="x", path=path, body_html="<p>x</p>").full_clean()


def test_paths_are_unique_without_regard_to_case(make_page):
    make_page(path="about")
    with pytest.raises(ValidationError):
        Page(title="x", path="About", body_html="x").full_clean()


def test_a_published_piece_has_a_time():
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(title="x", slug="x", body_html="x", state="published")


def test_a_source_relation_needs_a_source(make_article):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(source_relation="adapted")


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Help Comes", "help-comes"), ("2006", "n-2006"), ("!!!", "n-"), ("ຄວາມຊ່ວຍເຫຼືອ", "ຄວາມຊ່ວຍເຫຼືອ")],
)
def test_it_makes_a_slug_from_a_title_of_any_script(title, slug):
    assert slug_from(title) == slug


def test_names_are_unique_without_regard_to_case(make_country, make_topic, make_callout):
    made = [
        (make_topic(), {"slug": "other"}, "name"),
        (make_country(), {"slug": "other", "iso_code": "XX"}, "name"),
        (make_callout(title="Help"), {}, "title"),
    ]
    for row, others, field in made:
        copy = type(row)(
            **{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} | {"id": None} | others
        )
        setattr(copy, field, getattr(row, field).upper())
        with pytest.raises(ValidationError):
            copy.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()
