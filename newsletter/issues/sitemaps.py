"""The newsletter's pages in the sitemap."""

from django.db.models import Max
from django.urls import reverse

from articles.sitemaps import OwnSitemap
from newsletter.issues.models import Issue


class IssueSitemap(OwnSitemap):
    """The newsletter's own page and the issues of its archive."""

    def items(self):
        return [None, *Issue.objects.published().order_by("-published_at").only("slug", "updated_at")]

    def location(self, item):
        return item.get_absolute_url() if item else reverse("newsletter:home")

    def lastmod(self, item):
        return item.updated_at if item else None

    def get_latest_lastmod(self):
        """Return the time of the last change of all, asked of the database in one row."""
        return Issue.objects.published().aggregate(changed=Max("updated_at"))["changed"]
