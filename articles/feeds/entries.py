"""Articles as the entries of a feed."""

import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.citations import source_line
from articles.feeds.host import FeedHost
from articles.lists.listing import Keys
from articles.models.article import Article, ArticleQuerySet
from newsroom.pictures.models import Image
from newsroom.richtext.pictures import pictures_in
from newsroom.richtext.renderings import for_feed

from .channel import Enclosure, FeedEntry

NEWEST = 30  # entries of a feed


class Tags:
    """Makes tag: URIs of this site, which stay the same when a URL or the host name changes (RFC 4151)."""

    def __init__(self) -> None:
        self.host = FeedHost.load()

    def __call__(self, path: str, day: datetime.date) -> str:
        return f"tag:{self.host},{day:%Y-%m-%d}:{path}"


def entries_of(articles: ArticleQuerySet | Keys, tags: Tags) -> list[FeedEntry]:
    """Return the newest of these public articles as entries with their full text."""
    if not isinstance(articles, QuerySet):
        articles = Article.objects.filter(pk__in=articles[:NEWEST])
    newest = list(
        articles.select_related("lead_picture").prefetch_related("countries", "topics", "corrections")[
            :NEWEST
        ]
    )
    pictures = pictures_in(*(article.body_html for article in newest))
    return [_entry(article, pictures, tags) for article in newest]


def _entry(article: Article, pictures: dict[str, Image], tags: Tags) -> FeedEntry:
    address = article.get_absolute_url()
    return FeedEntry(
        id=tags(f"news/{article.uuid}", article.created_at),
        url=urljoin(settings.SITE_URL, address),
        title=article.title,
        summary=article.dek or article.title,
        content=_content(article, for_feed(article.body_html, address, pictures)),
        published=article.published_at or article.created_at,  # a constraint gives public rows the first
        updated=article.changed_at,
        language=article.language,
        authors=article.byline_names,
        categories=[
            *(topic.name for topic in article.topics.all()),
            *(country.name for country in article.countries.all()),
        ],
        source_title=article.source_name,
        source_url=article.source_url,
        enclosure=_enclosure(article.lead_picture),
    )


def _content(article: Article, body: SafeString) -> SafeString:
    line = source_line(article)
    note = article.content_note
    return format_html(
        "{}{}{}{}",
        format_html("<p><strong>{}</strong></p>", note) if note else "",
        body,
        format_html("<p><em>{}</em></p>", line) if line else "",
        format_html_join(
            "",
            "<p><strong>{}, {}</strong>: {}</p>",
            (
                (one.get_kind_display(), date_format(one.day, "DATE_FORMAT"), one.text)
                for one in article.corrections.all()
            ),
        ),
    )


def _enclosure(image: Image | None) -> Enclosure | None:
    if not image or not image.may_be_shown:
        return None
    found = [one for one in image.of_kind("width", "jpeg") if one.get("bytes")]
    if not found:
        return None
    largest = found[-1]
    return Enclosure(
        url=urljoin(settings.SITE_URL, image.url_of(largest)),
        type="image/jpeg",
        length=largest["bytes"],
        width=largest["width"],
        height=largest["height"],
        alt=image.alt_text,
        credit=image.credit,
    )
