"""The sitemap: every public address, with its last change."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from articles.models import Article, Country, Page, Topic


class OwnSitemap(Sitemap):
    """A sitemap under the address that SITE_URL names, whatever host was asked."""

    limit = 5_000

    def get_urls(self, page=1, site=None, protocol=None):
        """Return the entries of one page."""
        own = urlsplit(settings.SITE_URL)
        domain = type("Domain", (), {"domain": own.netloc})
        return super().get_urls(page=page, site=domain, protocol=own.scheme)


class ArticleSitemap(OwnSitemap):
    """Public articles."""

    def items(self):
        return Article.objects.published().only("slug", "updated_at", "published_at")

    def lastmod(self, item):
        return item.updated_at


class PageSitemap(OwnSitemap):
    """Public pages."""

    def items(self):
        return Page.objects.published().only("path", "updated_at", "published_at")

    def lastmod(self, item):
        return item.updated_at


class SubjectSitemap(OwnSitemap):
    """Countries and topics."""

    def items(self):
        return [*Country.objects.only("slug"), *Topic.objects.only("slug")]


class FrameSitemap(OwnSitemap):
    """The pages that the site itself makes."""

    def items(self):
        return ["articles:home", "articles:news", "articles:countries", "articles:get_help"]

    def location(self, item):
        return reverse(item)


SITEMAPS = {
    "frame": FrameSitemap,
    "articles": ArticleSitemap,
    "pages": PageSitemap,
    "subjects": SubjectSitemap,
}
