"""The sitemap: an index, and for each kind of page the addresses with their last change.

Entries of articles name the lead picture and, for two days, say that they are news.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sites.requests import RequestSite
from django.core.paginator import Paginator
from django.db.models import Max, Model
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from articles.corrections.shown import are_there_any
from articles.models.article import Article, ArticleQuerySet
from articles.models.page import Page, PageQuerySet
from articles.models.publishing import Publishable, PublishableQuerySet
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource, ResourceQuerySet
from newsroom.offers import offered
from newsroom.pagecache import deadlines
from newsroom.pagecache.declared import for_all
from newsroom.pagecache.once import once

PICTURE_COLUMNS = [
    f"lead_picture__{name}"
    for name in (
        "storage_key", "renditions", "state", "alt_text", "is_decorative", "credit", "shows_recognisable_person",
        "consent_reference", "consent_date", "consent_uses", "consent_expires",
    )
]  # fmt: skip
NEWS_FOR = timedelta(days=2)  # news crawlers ignore older entries


class SiteOfSettings(RequestSite):
    """The host that SITE_URL names, where Django would take that of the request."""

    def __init__(self) -> None:
        self.domain = self.name = urlsplit(settings.SITE_URL).netloc


class OwnSitemap(Sitemap):
    """A sitemap whose addresses begin with SITE_URL, whatever host was asked."""

    limit = 5_000

    # Any: an entry holds values of all types
    def get_urls(
        self, page: int | str = 1, site: object = None, protocol: object = None
    ) -> list[dict[str, Any]]:
        """Return the entries of one page."""
        scheme = urlsplit(settings.SITE_URL).scheme
        return super().get_urls(page=page, site=SiteOfSettings(), protocol=scheme)


class PublishedSitemap(OwnSitemap):
    """Published rows of one model, with the time of their last change."""

    limit = 1_000  # a page of it costs as much as all of a small site

    def items(self) -> PublishableQuerySet[Any]:  # Any: of whichever model
        """Return the rows, newest first, with the columns that their entries need."""
        raise NotImplementedError

    def lastmod(self, item: Publishable) -> datetime:
        return item.changed_at

    @cached_property
    def paginator(self) -> "Paginator[Any]":  # Any: of whichever model
        """Return what cuts the rows into pages; they are counted once in a content version."""
        found = super().paginator
        found.count = once(f"number in sitemap of {self.model._meta.label}", lambda: self.items().count())
        return found

    @property
    def model(self) -> type[Publishable]:
        """Return the model of the rows."""
        return self.items().model

    def get_latest_lastmod(self) -> datetime | None:
        """Return the time of the last change of any of them, asked once in a content version."""
        return once(f"last change of {self.model._meta.label}", self._last_change)

    def _last_change(self) -> datetime | None:
        found = self.items().aggregate(changed=Max("updated_at"), published=Max("published_at"))
        return max(filter(None, found.values()), default=None)


class ArticleSitemap(PublishedSitemap):
    """Public articles."""

    def items(self) -> ArticleQuerySet:
        columns = ("slug", "title", "language", "updated_at", "published_at", "lead_picture")
        return Article.objects.published().select_related("lead_picture").only(*columns, *PICTURE_COLUMNS)


class ResourceSitemap(PublishedSitemap):
    """Public resources."""

    def items(self) -> ResourceQuerySet:
        return Resource.objects.published().only("slug", "updated_at", "published_at")


class PageSitemap(PublishedSitemap):
    """Public pages."""

    def items(self) -> PageQuerySet:
        return Page.objects.published().only("path", "updated_at", "published_at")


class SubjectSitemap(OwnSitemap):
    """Countries and topics."""

    def items(self) -> list[Country | Topic]:
        return [*Country.objects.only("slug"), *Topic.objects.only("slug")]


class FrameSitemap(OwnSitemap):
    """Pages that no editor writes: the home page, lists, and the like."""

    def items(self) -> list[str]:
        names = ["home", "news", "resources", "countries", "get_help", "feeds"]
        names += ["corrections"] if are_there_any() else []
        return [f"articles:{name}" for name in names]

    def location(self, item: str) -> str:
        return reverse(item)


def sitemaps() -> dict[str, type[OwnSitemap]]:
    """Return the sitemaps by name, as apps offer them in `sitemaps` of their config."""
    return dict(offered("sitemaps"))


@for_all()
@require_safe
def index(request: HttpRequest) -> TemplateResponse:
    """The list of all sitemaps."""
    parts = []
    for name, kind in sitemaps().items():
        sitemap = kind()
        address = urljoin(settings.SITE_URL, reverse("articles:sitemap_section", args=[name]))
        changed = sitemap.get_latest_lastmod()
        pages = sitemap.paginator.num_pages
        parts += [(address if page == 1 else f"{address}?p={page}", changed) for page in range(1, pages + 1)]
    return TemplateResponse(
        request, "articles/sitemap_index.xml", {"parts": parts}, content_type="application/xml"
    )


@for_all("p")
@require_safe
def section(request: HttpRequest, name: str) -> TemplateResponse:
    """One page of one sitemap; raises Http404 where there is none."""
    kind = sitemaps().get(name)
    if kind is None:
        raise Http404
    number = request.GET.get("p", "1")
    sitemap = kind()
    if (
        not number.isascii()
        or not number.isdigit()
        or not 1 <= int(number[:6]) <= sitemap.paginator.num_pages
    ):
        raise Http404
    entries = [
        entry | {"picture": _picture_of(entry["item"]), "is_news": _is_news(entry["item"])}
        for entry in sitemap.get_urls(int(number[:6]))
    ]
    return TemplateResponse(
        request, "articles/sitemap.xml", {"entries": entries}, content_type="application/xml"
    )


def _picture_of(item: Model | str) -> str:
    image = getattr(item, "lead_picture", None)
    if not image or not image.may_be_shown:
        return ""
    found = image.of_kind("width", "jpeg")
    return urljoin(settings.SITE_URL, image.url_of(found[-1])) if found else ""


def _is_news(item: Model | str) -> bool:
    if not isinstance(item, Article) or item.published_at is None:
        return False
    is_news = item.published_at > timezone.now() - NEWS_FOR
    if is_news:
        deadlines.holds_until(item.published_at + NEWS_FOR)
    return is_news
