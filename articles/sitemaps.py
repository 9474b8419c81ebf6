"""The sitemap: an index, and for each kind of page its addresses with their last change.

Articles name their picture and, for two days, that they are news; their versions in other languages are
named on their pages.
"""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models.article import Article
from articles.models.page import Page
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from newsroom.offers import offered

PICTURE_COLUMNS = [
    f"lead_picture__{name}"
    for name in (
        "storage_key", "renditions", "state", "alt_text", "is_decorative", "credit", "shows_recognisable_person",
        "consent_reference", "consent_date", "consent_uses", "consent_expires",
    )
]  # fmt: skip
NEWS_FOR = timedelta(days=2)  # as long as news crawlers look at an entry


class OwnSitemap(Sitemap):
    """A sitemap under the address that SITE_URL names, whatever host was asked."""

    limit = 5_000

    def get_urls(self, page=1, site=None, protocol=None):
        """Return the entries of one page."""
        own = urlsplit(settings.SITE_URL)
        domain = type("Domain", (), {"domain": own.netloc})
        return super().get_urls(page=page, site=domain, protocol=own.scheme)


class PublishedSitemap(OwnSitemap):
    """What is published, with the time of its last change."""

    def lastmod(self, item):
        return max(item.updated_at, item.published_at)

    def get_latest_lastmod(self):
        """Return the time of the last change of all, asked of the database in one row."""
        found = self.items().aggregate(changed=Max("updated_at"), published=Max("published_at"))
        return max(filter(None, found.values()), default=None)


class ArticleSitemap(PublishedSitemap):
    """Public articles."""

    def items(self):
        columns = ("slug", "title", "language", "updated_at", "published_at", "lead_picture")
        return Article.objects.published().select_related("lead_picture").only(*columns, *PICTURE_COLUMNS)


class ResourceSitemap(PublishedSitemap):
    """Public resources."""

    def items(self):
        return Resource.objects.published().only("slug", "updated_at", "published_at")


class PageSitemap(PublishedSitemap):
    """Public pages."""

    def items(self):
        return Page.objects.published().only("path", "updated_at", "published_at")


class SubjectSitemap(OwnSitemap):
    """Countries and topics."""

    def items(self):
        return [*Country.objects.only("slug"), *Topic.objects.only("slug")]


class FrameSitemap(OwnSitemap):
    """The pages that the site itself makes."""

    def items(self):
        names = ["home", "news", "resources", "countries", "get_help", "feeds"]
        return [f"articles:{name}" for name in names]

    def location(self, item):
        return reverse(item)


def sitemaps() -> dict[str, type[OwnSitemap]]:
    """Return the sitemaps by name, as apps offer them in `sitemaps` of their config."""
    return dict(offered("sitemaps"))


@require_safe
def index(request: HttpRequest):
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


@require_safe
def section(request: HttpRequest, name: str):
    """One page of one sitemap; 404 where there is none."""
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


def _picture_of(item):
    image = getattr(item, "lead_picture", None)
    if not image or not image.may_be_shown:
        return ""
    found = image.of_kind("width", "jpeg")
    return urljoin(settings.SITE_URL, image.url_of(found[-1])) if found else ""


def _is_news(item):
    return isinstance(item, Article) and item.published_at > timezone.now() - NEWS_FOR
