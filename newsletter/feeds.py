"""The feed of the newsletter's issues."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from feedgen.feed import FeedGenerator

from articles.feeds import EPOCH, NEWEST, clean
from articles.richtext import for_feed, pictures_in
from newsletter.contents import sections_of
from newsletter.models import Issue
from newsroom.sitesettings.models import SiteSettings


def tag_uri(issue):
    """Return the tag: URI of an issue, which no change of its slug changes (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{issue.created_at:%Y-%m-%d}:newsletter/{issue.uuid}"


def _content(issue, sections, pictures):
    """Return the introduction and the entries that are public now."""
    return clean(
        for_feed(issue.introduction_html, issue.get_absolute_url(), pictures)
        + format_html_join("", "{}", ((_section(section),) for section in sections))
    )


def _section(section):
    heading = format_html("<h2>{}</h2>", section.heading) if section.heading else ""
    entries = (
        (
            format_html('<a href="{}">{}</a>', entry.url, entry.title) if entry.url else entry.title,
            format_html("<br>{}", entry.when) if entry.when else "",
            format_html("<br>{}", entry.blurb) if entry.blurb else "",
        )
        for entry in section.entries
    )
    return heading + format_html_join("", "<p>{}{}{}</p>", entries)


@require_safe
def newsletter_rss(request):
    """The newest issues in full, as RSS 2.0."""
    site = SiteSettings.load()
    issues = list(Issue.objects.published().order_by("-published_at", "-pk")[:NEWEST])
    contents = sections_of(issues)
    pictures = pictures_in(*(issue.introduction_html for issue in issues))
    feed = FeedGenerator()
    feed.title(clean(_("Newsletter – %(site)s") % {"site": site.name}))
    feed.description(clean(_("Every issue of our newsletter")))
    own = urljoin(settings.SITE_URL, reverse("newsletter_feeds:rss"))
    feed.link(href=own, rel="self", type="application/rss+xml")
    feed.link(href=urljoin(settings.SITE_URL, reverse("newsletter:home")), rel="alternate")
    feed.language(settings.LANGUAGE_CODE)
    feed.lastBuildDate(max((issue.updated_at for issue in issues), default=EPOCH))
    feed.generator("Newsroom")
    for issue in issues:
        entry = feed.add_entry(order="append")
        entry.id(tag_uri(issue))
        entry.guid(tag_uri(issue), permalink=False)
        entry.title(clean(str(issue)))
        entry.link(href=urljoin(settings.SITE_URL, issue.get_absolute_url()))
        entry.description(clean(issue.preheader or issue))
        entry.content(_content(issue, contents[issue.pk], pictures), type="CDATA")
        entry.published(issue.published_at)
    response = HttpResponse(feed.rss_str(pretty=True), content_type="application/rss+xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
