"""The feed of the newsletter's issues."""

from urllib.parse import urljoin

from django.conf import settings
from django.db.models import OuterRef, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.feeds import FORMATS, Channel, FeedEntry, ListedFeed, feed_response
from articles.feeds.channel import EPOCH
from articles.feeds.entries import NEWEST, FeedState, Tags, of_all, site_in, subqueries_of_site
from articles.models.article import Article
from newsletter.issues.contents import Section, sections_of
from newsletter.issues.models import Issue, IssueQuerySet, Item
from newsroom.richtext.pictures import PicturesByUUID, pictures_in
from newsroom.richtext.renderings import for_feed
from newsroom.sitesettings.models import SiteSettings


def _newest() -> IssueQuerySet:
    return Issue.objects.published().order_by("-published_at", "-pk")


def _state() -> FeedState:
    """Return the FeedState of the feed in one query: the issues, their entries, and the public articles among them."""
    items = Item.objects.filter(issue=OuterRef("pk"))
    of_it = Item.objects.filter(issue=OuterRef(OuterRef("pk")))
    articles = Article.objects.published().filter(pk__in=of_it.values("article"))
    parts = subqueries_of_site() | {
        "entries": of_all(items, "COUNT", "pk"),
        "words_of_entries": Subquery(
            items.order_by().values("issue").annotate(found=_all_words()).values("found")
        ),
        "public_articles": of_all(articles, "COUNT", "pk"),
        "change_of_articles": of_all(articles, "MAX", "updated_at"),
    }
    return list(_newest().annotate(**parts).values("pk", "updated_at", *parts)[:NEWEST])


def _all_words() -> StringAgg:
    """Return the aggregate of all values of the entries, their positions included.

    It is not ordered, since SQLite can't do that here; another order only costs a feed reader one more full response.
    """
    shown = ["pk", "position", "kind", "article_id", "group", "title", "blurb", "url", "when"]
    return StringAgg(Cast(JSONObject(**{name: name for name in shown}), TextField()), delimiter=Value("¦"))


@require_safe
def newsletter(request: HttpRequest, form: str) -> HttpResponse:
    """The feed of the newest issues, in full."""
    state = _state()
    site = site_in(state)
    return feed_response(request, form, state or [site.name], lambda: _channel(site))


def _channel(site: SiteSettings) -> Channel:
    tags = Tags()
    issues = list(_newest()[:NEWEST])
    contents = sections_of(issues)
    pictures = pictures_in(*(issue.introduction_html for issue in issues))
    return Channel(
        id=tags("feeds/newsletter", EPOCH),
        title=_("Newsletter – %(site)s") % {"site": site.name},
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
