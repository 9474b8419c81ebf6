"""The archive of corrections, and its feed."""

from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.feeds.channel import EPOCH, Channel, FeedEntry, ListedFeed
from articles.feeds.entries import NEWEST, Tags
from articles.feeds.responses import FORMATS, feed_response
from newsroom.pagecache.declared import for_all
from newsroom.sitesettings.models import SiteSettings

from .models import Correction, CorrectionQuerySet

PER_PAGE = 20
COLUMNS = (
    "uuid", "kind", "day", "text", "created_at", "article__title", "article__slug", "article__language",
)  # fmt: skip


def _public() -> CorrectionQuerySet:
    return Correction.objects.public().select_related("article").only(*COLUMNS)


@for_all("page")
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Show what was corrected, the latest first; a page that is not there is a 404."""
    try:
        shown = Paginator(_public(), PER_PAGE).page(request.GET.get("page", "1"))
    except InvalidPage:
        raise Http404(_("This list has no such page.")) from None
    return render(request, "articles/corrections/archive.html", {"page_obj": shown})


@for_all()
@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """Respond with the feed of the latest corrections."""
    tags = Tags()
    channel = Channel(
        id=tags("feeds/corrections", EPOCH),
        title=_("%(site)s: corrections") % {"site": SiteSettings.load().name},
        description=_("What was wrong in our articles, and what is right"),
        page_url=urljoin(settings.SITE_URL, reverse("articles:corrections")),
        entries=list(_entries(tags)),
    )
    return feed_response(request, form, channel)


def _entries(tags: Tags) -> Iterator[FeedEntry]:
    for one in _public()[:NEWEST]:
        address = urljoin(settings.SITE_URL, one.article.get_absolute_url())
        about = format_html('<p><a href="{}">{}</a></p>', address, one.article.title)
        yield FeedEntry(
            id=tags(f"corrections/{one.uuid}", one.created_at),
            url=f"{address}#{one.anchor}",
            title=f"{one.get_kind_display()}: {one.article.title}",
            summary=one.text,
            content=format_html("{}{}", about, linebreaks(one.text, autoescape=True)),
            published=one.created_at,
            updated=one.created_at,
            language=one.article.language,
        )


def listed_feeds() -> list[ListedFeed]:
    """Return the one feed of all corrections."""
    addresses = {form: reverse("articles:corrections_feed", args=[form]) for form in FORMATS}
    return [ListedFeed(_("All corrections"), addresses)]
