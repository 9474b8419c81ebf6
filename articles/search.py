"""What search finds of this app: articles, pages, resources, countries and topics."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.page import Page
from articles.models.publishing import Publishable
from articles.models.topic import Topic
from articles.moved import current_slug
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from newsroom.richtext import picturewords
from newsroom.richtext.pictures import PicturesByUUID
from newsroom.richtext.renderings import plain_text
from newsroom.search.querying import passages
from newsroom.search.registry import Facet, IndexEntry, RelatedColumns, SearchKind
from newsroom.search.searchable import Searchable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

type WatchedColumns = dict[str, tuple[str, ...]]  # of related rows, by relation

ENDS = (".", "?", "!", "…", ":", ";", ",")
SUBJECTS: WatchedColumns = {"countries": ("name", "pk"), "topics": ("name", "pk")}


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


def _article(article: Article) -> IndexEntry:
    date = article.display_date
    published_on = timezone.localdate(article.published_at)
    return IndexEntry(
        title=article.title,
        public_from=article.published_at,
        date=article.published_at,
        first_day=date.first_day if date else published_on,
        last_day=date.last_day if date else published_on,
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


def _subject_names(watched: RelatedColumns) -> list[str]:
    return [name for relation in SUBJECTS for name, _key in watched[relation]]


def _subject_keys(watched: RelatedColumns) -> dict[str, list[int]]:
    return {
        facet: [key for _name, key in watched[relation]]
        for facet, relation in [("country", "countries"), ("topic", "topics")]
    }


def _resource(resource: Resource) -> IndexEntry:
    date = resource.display_date
    return IndexEntry(
        title=resource.title,
        public_from=resource.published_at,
        date=resource.published_at,
        first_day=date.first_day if date else None,
        last_day=date.last_day if date else None,
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


def _page(page: Page) -> IndexEntry:
    return IndexEntry(
        title=page.title,
        public_from=page.published_at,
        text=plain(page.body_html, picturewords.shown_in(page).in_text),
        unseen=picturewords.descriptions(page, page.body_html),
        language=settings.LANGUAGE_CODE,
    )


def _country(country: Country) -> IndexEntry:
    facts = [f"{fact.label}: {fact.value}." for fact in country.facts.all()]
    laws = [f"{law.title}." for law in country.laws.all()]
    return IndexEntry(
        title=country.name,
        text=" ".join(
            filter(None, [plain(country.intro_html, picturewords.shown_in(country).in_text), *facts, *laws])
        ),
        unseen=picturewords.descriptions(country, country.intro_html),
        language=settings.LANGUAGE_CODE,
        subjects={"country": [country.pk]},
    )


def _topic(topic: Topic) -> IndexEntry:
    return IndexEntry(
        title=topic.name,
        text=plain(topic.intro_html, picturewords.shown_in(topic).in_text),
        unseen=picturewords.descriptions(topic, topic.intro_html),
        language=settings.LANGUAGE_CODE,
        subjects={"topic": [topic.pk]},
    )


def _names(model: type[Country | Topic]) -> Callable[[], list[tuple[int, str, str]]]:
    return lambda: list(model._default_manager.values_list("pk", "slug", "name"))


def _kind[Row: Searchable](
    number: int,
    model: type[Row],
    labels: "tuple[StrPromise, StrPromise]",  # of many and of one
    *,
    rows: Callable[[], QuerySet[Row]],
    public: Callable[[], QuerySet[Row]],
    entry: Callable[[Row], IndexEntry],
    watch: tuple[str, ...],
    watch_related: WatchedColumns | None = None,
    text: str = "body_html",
) -> SearchKind[Row]:
    """Return the search kind of a model whose rich text is in the field `text`."""
    return SearchKind(
        number=number,
        name=model.__name__.lower(),
        label=labels[0],
        label_of_one=labels[1],
        model=model,
        rows=rows,
        public=lambda: public().defer(text),
        entry=entry,
        watch=watch,
        watch_related=watch_related or {},
        watch_more=picturewords.watch(text),
        prepare=picturewords.look_up(text),
    )


def _kinds_of_pieces() -> Iterator[SearchKind]:
    """Yield the kinds of what is published: articles, pages and resources."""
    is_or_will_be_public = {"state": Publishable.State.PUBLISHED}
    yield _kind(
        1, Article, (_("Articles"), _("Article")),
        rows=lambda: Article.objects.filter(**is_or_will_be_public),
        public=Article.objects.published,
        entry=_article,
        watch=(
            "title", "dek", "body_html", "language", "published_at", "display_date", "bylines", "dateline",
            "source_title", "source_publication", "lead_picture",
        ),
        watch_related=SUBJECTS,
    )  # fmt: skip
    yield _kind(
        2, Page, (_("Pages"), _("Page")),
        rows=lambda: Page.objects.filter(**is_or_will_be_public),
        public=Page.objects.published,
        entry=_page,
        watch=("title", "body_html", "published_at"),
    )  # fmt: skip
    yield _kind(
        5, Resource, (_("Resources"), _("Resource")),
        rows=lambda: Resource.objects.filter(**is_or_will_be_public).defer(None),  # with the text of the file
        public=Resource.objects.published,
        entry=_resource,
        watch=(
            "title", "summary", "body_html", "language", "published_at", "display_date", "kind", "publisher",
            "credit", "languages", "storage_key",  # another file has another key
        ),
        watch_related=SUBJECTS,
    )  # fmt: skip


def _kinds_of_subjects() -> Iterator[SearchKind]:
    """Yield the kinds of what is always public: countries and topics."""
    yield _kind(
        3, Country, (_("Countries"), _("Country")),
        rows=lambda: Country.objects.prefetch_related("facts", "laws"),
        public=Country.objects.all,
        entry=_country,
        watch=("name", "intro_html"),
        watch_related={"facts": ("label", "value"), "laws": ("title",)},
        text="intro_html",
    )  # fmt: skip
    yield _kind(
        4, Topic, (_("Topics"), _("Topic")),
        rows=Topic.objects.all,
        public=Topic.objects.all,
        entry=_topic,
        watch=("name", "intro_html"),
        text="intro_html",
    )  # fmt: skip


def kinds() -> list[SearchKind]:
    """Return what search finds of this app."""
    return [*_kinds_of_pieces(), *_kinds_of_subjects()]


def facets() -> list[Facet]:
    """Return the subjects that results can be narrowed to."""
    return [
        Facet("country", _("Countries"), _names(Country), partial(current_slug, "articles:country")),
        Facet("topic", _("Topics"), _names(Topic), partial(current_slug, "articles:topic")),
    ]
