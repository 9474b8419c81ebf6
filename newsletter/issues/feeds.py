"""The feed of the newsletter's issues."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.feeds import FORMATS, Channel, FeedEntry, ListedFeed, feed_response
from articles.feeds.channel import EPOCH
from articles.feeds.entries import NEWEST, Tags
from newsletter.issues.contents import Section, sections_of
from newsletter.issues.models import Issue, IssueQuerySet
from newsroom.pagecache.declared import for_all
from newsroom.richtext.pictures import PicturesByUUID, pictures_in
from newsroom.richtext.renderings import for_feed
from newsroom.sitesettings.models import SiteSettings


def _newest() -> IssueQuerySet:
    return Issue.objects.published().order_by("-published_at", "-pk")


@for_all()
@require_safe
def newsletter(request: HttpRequest, form: str) -> HttpResponse:
    """The feed of the newest issues, in full."""
    return feed_response(request, form, _channel())


def _channel() -> Channel:
    tags = Tags()
    issues = list(_newest()[:NEWEST])
    contents = sections_of(issues)
    pictures = pictures_in(*(issue.introduction_html for issue in issues))
    return Channel(
        id=tags("feeds/newsletter", EPOCH),
        title=_("Newsletter – %(site)s") % {"site": SiteSettings.load().name},
        description=_("Every issue of our newsletter"),
        page_url=urljoin(settings.SITE_URL, reverse("newsletter:home")),
        entries=[_entry(issue, contents[issue.pk], pictures, tags) for issue in issues],
    )


def _entry(issue: Issue, sections: list[Section], pictures: PicturesByUUID, tags: Tags) -> FeedEntry:
    published_at = issue.published_at or issue.updated_at
    return FeedEntry(
        id=tags(f"newsletter/{issue.uuid}", issue.created_at),
        url=urljoin(settings.SITE_URL, issue.get_absolute_url()),
        title=str(issue),
        summary=issue.preheader or str(issue),
        content=for_feed(issue.introduction_html, issue.get_absolute_url(), pictures)
        + format_html_join("", "{}", ((_section(section),) for section in sections)),
        published=published_at,
        updated=max(issue.updated_at, published_at),
        language=issue.language,
    )


def _section(section: Section) -> SafeString:
    heading = format_html("<h2>{}</h2>", section.heading) if section.heading else SafeString()
    entries = (
        (
            format_html('<a href="{}">{}</a>', entry.url, entry.title) if entry.url else entry.title,
            format_html("<br>{}", entry.when) if entry.when else "",
            format_html("<br>{}", entry.blurb) if entry.blurb else "",
        )
        for entry in section.entries
    )
    return heading + format_html_join("", "<p>{}{}{}</p>", entries)


def listed_feeds() -> list[ListedFeed]:
    """Return the one feed of the newsletter."""
    addresses = {form: reverse("newsletter_feeds:newsletter", args=[form]) for form in FORMATS}
    return [ListedFeed(_("Every issue of our newsletter"), addresses)]
