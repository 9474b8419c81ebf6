"""What search finds of this app: articles, pages, resources, countries and topics."""

import calendar
import datetime
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.dates import PartialDate
from articles.models.article import Article
from articles.models.page import Page
from articles.models.topic import Topic
from articles.moved import present_slug
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from newsroom.richtext import picturewords
from newsroom.richtext.pictures import PicturesByUUID
from newsroom.richtext.renderings import plain_text
from newsroom.search import registry
from newsroom.search.querying import passages

ENDS = (".", "?", "!", "…", ":", ";", ",")
SUBJECTS: dict[str, tuple[str, ...]] = {"countries": ("name", "pk"), "topics": ("name", "pk")}


def plain(body_html: str, pictures: PicturesByUUID | None = None, *more: str) -> str:
    """Return stored rich text and further blocks in one line, with the captions of the pictures given.

    A dot stands after each heading and item, and around each row of a table.
    """
    text, was_row = "", False
    for block in [*plain_text(body_html, pictures, passages.CELL).splitlines(), *filter(None, more)]:
        is_row = passages.CELL in block
        ends_itself = text.endswith(ENDS) and not is_row and not was_row
        text += (" " if ends_itself else passages.BLOCK) + block
        was_row = is_row
    return text.removeprefix(passages.BLOCK)


def _article(article: Article) -> registry.IndexEntry:
    date = article.display_date
    days = _days(date) if date else (timezone.localdate(article.published_at),) * 2
    return registry.IndexEntry(
        title=article.title,
        public_from=article.published_at,
        date=article.published_at,
        first_day=days[0],
        last_day=days[1],
        summary=article.dek,
        keywords=[
            *_subject_names(article.watched),
            *article.byline_names,
            *filter(None, [article.dateline, article.source_title, article.source_publication]),
        ],
        text=plain(article.body_html, picturewords.shown_in(article).in_text, picturewords.above(article)),
        unseen=picturewords.descriptions(article, article.body_html),
        language=article.language,
        subjects=_subject_keys(article.watched),
    )


def _subject_names(watched: registry.RelatedColumns) -> list[str]:
    return [str(name) for relation in SUBJECTS for name, _key in watched[relation]]


def _subject_keys(watched: registry.RelatedColumns) -> dict[str, list[int]]:
    return {
        facet: [int(str(key)) for _name, key in watched[relation]]
        for facet, relation in [("country", "countries"), ("topic", "topics")]
    }


def _days(date: PartialDate) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day that a partial date covers."""
    first = date.first_day
    if date.day:
        return first, first
    month = date.month or 12
    return first, datetime.date(date.year, month, calendar.monthrange(date.year, month)[1])


def _resource(resource: Resource) -> registry.IndexEntry:
    days = _days(resource.display_date) if resource.display_date else (None, None)
    return registry.IndexEntry(
        title=resource.title,
        public_from=resource.published_at,
        date=resource.published_at,
        first_day=days[0],
        last_day=days[1],
        summary=resource.summary,
        keywords=[
            *_subject_names(resource.watched),
            *filter(None, [resource.publisher, resource.credit, str(resource.get_kind_display())]),
            *resource.language_names,
        ],
        text=plain(
            resource.body_html, picturewords.shown_in(resource).in_text, " ".join(resource.file_text.split())
        ),
        unseen=picturewords.descriptions(resource, resource.body_html),
        language=resource.language,
        subjects=_subject_keys(resource.watched),
    )


def _page(page: Page) -> registry.IndexEntry:
    return registry.IndexEntry(
        title=page.title,
        public_from=page.published_at,
        text=plain(page.body_html, picturewords.shown_in(page).in_text),
        unseen=picturewords.descriptions(page, page.body_html),
        language=settings.LANGUAGE_CODE,
    )


def _country(country: Country) -> registry.IndexEntry:
    facts = [f"{fact.label}: {fact.value}." for fact in country.facts.all()]
    laws = [f"{law.title}." for law in country.laws.all()]
    return registry.IndexEntry(
        title=country.name,
        text=" ".join(
            filter(None, [plain(country.intro_html, picturewords.shown_in(country).in_text), *facts, *laws])
        ),
        unseen=picturewords.descriptions(country, country.intro_html),
        language=settings.LANGUAGE_CODE,
        subjects={"country": [country.pk]},
    )


def _topic(topic: Topic) -> registry.IndexEntry:
    return registry.IndexEntry(
        title=topic.name,
        text=plain(topic.intro_html, picturewords.shown_in(topic).in_text),
        unseen=picturewords.descriptions(topic, topic.intro_html),
        language=settings.LANGUAGE_CODE,
        subjects={"topic": [topic.pk]},
    )


def _names(model: type[Country] | type[Topic]) -> Callable[[], list[tuple[int, str, str]]]:
    """Return a function that lists (primary key, slug, name) of all rows of a model."""
    return lambda: list(model.objects.values_list("pk", "slug", "name"))


def _kind_of_article() -> registry.SearchKind:
    return registry.SearchKind(
        number=1,
        name="article",
        label=_("Articles"),
        label_of_one=_("Article"),
        model=Article,
        rows=lambda: Article.objects.filter(state=Article.State.PUBLISHED),
        public=lambda: Article.objects.published().defer("body_html"),
        entry=_article,
        watch=(
            "title", "dek", "body_html", "language", "published_at", "display_date", "bylines", "dateline",
            "source_title", "source_publication", "lead_picture",
        ),
        watch_related=SUBJECTS,
        watch_more=picturewords.watch("body_html"),
        prepare=picturewords.look_up("body_html"),
    )  # fmt: skip


def _kind_of_page() -> registry.SearchKind:
    return registry.SearchKind(
        number=2,
        name="page",
        label=_("Pages"),
        label_of_one=_("Page"),
        model=Page,
        rows=lambda: Page.objects.filter(state=Article.State.PUBLISHED),
        public=lambda: Page.objects.published().defer("body_html"),
        entry=_page,
        watch=("title", "body_html", "published_at"),
        watch_more=picturewords.watch("body_html"),
        prepare=picturewords.look_up("body_html"),
    )


def _kind_of_country() -> registry.SearchKind:
    return registry.SearchKind(
        number=3,
        name="country",
        label=_("Countries"),
        label_of_one=_("Country"),
        model=Country,
        rows=lambda: Country.objects.prefetch_related("facts", "laws"),
        public=lambda: Country.objects.defer("intro_html"),
        entry=_country,
        watch=("name", "intro_html"),
        watch_related={"facts": ("label", "value"), "laws": ("title",)},
        watch_more=picturewords.watch("intro_html"),
        prepare=picturewords.look_up("intro_html"),
    )


def _kind_of_topic() -> registry.SearchKind:
    return registry.SearchKind(
        number=4,
        name="topic",
        label=_("Topics"),
        label_of_one=_("Topic"),
        model=Topic,
        rows=lambda: Topic.objects.all(),
        public=lambda: Topic.objects.defer("intro_html"),
        entry=_topic,
        watch=("name", "intro_html"),
        watch_more=picturewords.watch("intro_html"),
        prepare=picturewords.look_up("intro_html"),
    )


def _kind_of_resource() -> registry.SearchKind:
    return registry.SearchKind(
        number=5,
        name="resource",
        label=_("Resources"),
        label_of_one=_("Resource"),
        model=Resource,
        rows=lambda: Resource.objects.filter(state=Article.State.PUBLISHED).defer(None),
        public=lambda: Resource.objects.published().defer("body_html", "file_text"),
        entry=_resource,
        watch=(
            "title", "summary", "body_html", "language", "published_at", "display_date", "kind", "publisher",
            "credit", "languages", "storage_key",  # another file has another key
        ),
        watch_related=SUBJECTS,
        watch_more=picturewords.watch("body_html"),
        prepare=picturewords.look_up("body_html"),
    )  # fmt: skip


def kinds() -> list[registry.SearchKind]:
    """Return what search finds of this app."""
    return [_kind_of_article(), _kind_of_page(), _kind_of_country(), _kind_of_topic(), _kind_of_resource()]


def facets() -> list[registry.Facet]:
    """Return what results can be narrowed to."""
    return [
        registry.Facet("country", _("Countries"), _names(Country), partial(present_slug, "articles:country")),
        registry.Facet("topic", _("Topics"), _names(Topic), partial(present_slug, "articles:topic")),
    ]
