"""The newsletter's pages in the sitemap."""

from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from articles.sitemaps import OwnSitemap
from newsletter.issues.models import Issue


class IssueSitemap(OwnSitemap):
    """The newsletter's own page (None) and the issues of its archive."""

    def items(self) -> list[Issue | None]:
        return [None, *Issue.objects.published().order_by("-published_at").only("slug", "updated_at")]

    def location(self, item: Issue | None) -> str:
        return item.get_absolute_url() if item else reverse("newsletter:home")

    def lastmod(self, item: Issue | None) -> datetime | None:
        return item.updated_at if item else None

    def get_latest_lastmod(self) -> datetime | None:
        """Return the time of the last change of an issue, in a query of one row."""
        return Issue.objects.published().aggregate(changed=Max("updated_at"))["changed"]
