"""Articles as the entries of a feed, and everything their feed depends on in one query."""

import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import DateTimeField, F, Func, IntegerField, OuterRef, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.citations import source_line
from articles.feeds.host import FeedHost
from articles.models.topic import Topic
from articles.places.models.country import Country
from newsroom.pictures.models import Image
from newsroom.richtext.pictures import pictures_in
from newsroom.richtext.renderings import for_feed
from newsroom.sitesettings.models import SiteSettings

from .channel import Enclosure, Entry

NEWEST = 30
NAMES_OF_SITE = ("name", "tagline")


class Tags:
    """Makes tag: URIs of this site, which no later change of an address or a host name touches (RFC 4151)."""

    def __init__(self) -> None:
        self.host = FeedHost.load()

    def __call__(self, path: str, day: datetime.date) -> str:
        return f"tag:{self.host},{day:%Y-%m-%d}:{path}"


def of_all(rows, function, field):
    """Return a subquery of COUNT or MAX over rows; as a plain function it groups nothing."""
    output = IntegerField() if function == "COUNT" or field == "pk" else DateTimeField()
    return Subquery(rows.order_by().values(found=Func(F(field), function=function, output_field=output)))


def state_of_site():
    """Return subqueries for what any feed depends on: pictures, subjects, and the site's own settings."""
    # First, for site_of() to find them.
    parts = {field: Subquery(SiteSettings.objects.values(field)[:1]) for field in NAMES_OF_SITE}
    for model in (Image, Topic, Country):
        parts[f"count_of_{model.__name__}"] = of_all(model.objects.all(), "COUNT", "pk")
        parts[f"change_of_{model.__name__}"] = of_all(model.objects.all(), "MAX", "updated_at")
    return parts


def state_of(rows):
    """Return what the feed of articles or resources depends on, in one query: them, their subjects and pictures."""
    parts = state_of_site()
    for name in ("topics", "countries"):
        links = getattr(rows.model, name).through.objects
        links = links.filter(**{rows.model._meta.model_name: OuterRef("pk")})
        parts[f"count_of_{name}"] = of_all(links, "COUNT", "pk")
        parts[f"last_of_{name}"] = of_all(links, "MAX", "pk")
    return list(rows.annotate(**parts).values_list("pk", "updated_at", *parts)[:NEWEST])


def site_of(state):
    """Return how the site is named, as the state has seen it; an empty one has seen nothing."""
    if not state:
        return SiteSettings.load()
    seen = zip(NAMES_OF_SITE, state[0][2:], strict=False)
    return SiteSettings(**{field: value for field, value in seen if value is not None})


def entries_of(articles, tags: Tags):
    """Return the newest of these articles as entries, whole."""
    newest = list(articles.select_related("lead_picture").prefetch_related("countries", "topics")[:NEWEST])
    pictures = pictures_in(*(article.body_html for article in newest))
    return [_entry(article, pictures, tags) for article in newest]


def _entry(article, pictures, tags: Tags):
    address = article.get_absolute_url()
    return Entry(
        id=tags(f"news/{article.uuid}", article.created_at),
        url=urljoin(settings.SITE_URL, address),
        title=article.title,
        summary=article.dek or article.title,
        content=_content(article, for_feed(article.body_html, address, pictures)),
        published=article.published_at,
        updated=max(article.updated_at, article.published_at),
        language=article.language,
        authors=article.byline_names,
        categories=[subject.name for subject in [*article.topics.all(), *article.countries.all()]],
        source_title=article.source_name,
        source_url=article.source_url,
        enclosure=_enclosure(article.lead_picture),
    )


def _content(article, body: SafeString):
    line = source_line(article)
    note = article.content_note
    return format_html(
        "{}{}{}",
        format_html("<p><strong>{}</strong></p>", note) if note else "",
        body,
        format_html("<p><em>{}</em></p>", line) if line else "",
    )


def _enclosure(image):
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
