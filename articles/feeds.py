"""Feeds, made by feedgen from what is public now."""

import datetime
import re
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from feedgen.feed import FeedGenerator

from articles.models import Article, Country
from articles.richtext import for_feed, pictures_in
from newsroom.sitesettings.models import SiteSettings

NEWEST = 30
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
EPOCH = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


def clean(text):
    """Return the text without what XML can't hold."""
    return NOT_IN_XML.sub("", str(text))


def tag_uri(article):
    """Return the tag: URI of an article, which no change of its slug changes (RFC 4151)."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{article.created_at:%Y-%m-%d}:news/{article.uuid}"


def _ended(title):
    return title if title.endswith((".", "?", "!", "…")) else f"{title}."


def source_line(article):
    """Return 'Adapted from: ‘Title.’ Publication. Date.', or nothing."""
    if not article.source_relation:
        return ""
    parts = [
        f"‘{_ended(article.source_title)}’" if article.source_title else "",
        f"{article.source_publication}." if article.source_publication else "",
        f"{article.source_date.display}." if article.source_date else "",
    ]
    return f"{article.get_source_relation_display()}: {' '.join(part for part in parts if part)}"


def _content(article, pictures):
    body = for_feed(article.body_html, article.get_absolute_url(), pictures)
    line = source_line(article)
    return clean(format_html("{}<p><em>{}</em></p>", body, line) if line else body)


def _add(feed, article, pictures):
    entry = feed.add_entry(order="append")
    entry.id(tag_uri(article))
    entry.guid(tag_uri(article), permalink=False)
    entry.title(clean(article.title))
    entry.link(href=urljoin(settings.SITE_URL, article.get_absolute_url()))
    entry.description(clean(article.dek or article.title))
    entry.content(_content(article, pictures), type="CDATA")
    entry.published(article.published_at)
    entry.updated(max(article.updated_at, article.published_at))
    for name in article.byline_names:
        entry.dc.dc_creator(clean(name))
    for subject in [*article.topics.all(), *article.countries.all()]:
        entry.category(term=clean(subject.name))


def _answer(articles, title, description, own_url, page_url):
    """Return the feed of the newest of these articles, which stand on the page."""
    newest = list(articles.prefetch_related("countries", "topics")[:NEWEST])
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.title(clean(title))
    feed.description(clean(description))
    feed.link(href=urljoin(settings.SITE_URL, own_url), rel="self", type="application/rss+xml")
    feed.link(href=urljoin(settings.SITE_URL, page_url), rel="alternate")
    feed.language(settings.LANGUAGE_CODE)
    feed.lastBuildDate(max((max(a.updated_at, a.published_at) for a in newest), default=EPOCH))
    feed.generator("Newsroom")
    pictures = pictures_in(*(article.body_html for article in newest))
    for article in newest:
        _add(feed, article, pictures)
    response = HttpResponse(feed.rss_str(pretty=True), content_type="application/rss+xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def news_rss(request):
    """The newest articles in full, as RSS 2.0."""
    site = SiteSettings.load()
    return _answer(
        Article.objects.published(),
        site.name,
        site.tagline or _("News & Updates"),
        reverse("articles:news_rss"),
        reverse("articles:home"),
    )


@require_safe
def country_rss(request, slug):
    """The newest articles about a country in full, as RSS 2.0."""
    country = get_object_or_404(Country, slug=slug)
    return _answer(
        Article.objects.published().filter(countries=country),
        f"{country.name} – {SiteSettings.load().name}",
        _("News about %(country)s") % {"country": country.name},
        reverse("articles:country_rss", args=[country.slug]),
        country.get_absolute_url(),
    )
