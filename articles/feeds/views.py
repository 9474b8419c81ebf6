"""The feeds of articles, and the page that lists every feed of the site."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.lists.listing import articles_about
from articles.models.article import Article
from articles.models.topic import Topic
from articles.moved import current_slug
from articles.places.models.country import Country
from newsroom.pagecache.declared import for_all
from newsroom.sitesettings.models import SiteSettings

from .channel import EPOCH, Channel, ListedFeed, listed_feeds
from .entries import Tags, entries_of
from .responses import FORMATS, feed_response


@for_all()
@require_safe
def news(request: HttpRequest, form: str) -> HttpResponse:
    """Respond with the feed of all articles."""
    tags, site = Tags(), SiteSettings.load()
    channel = Channel(
        id=tags("feeds/news", EPOCH),
        title=site.name,
        description=site.tagline or _("News & Updates"),
        page_url=urljoin(settings.SITE_URL, reverse("articles:home")),
        entries=entries_of(Article.objects.published(), tags),
    )
    return feed_response(request, form, channel)


@for_all()
@require_safe
def topic(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Respond with the feed of the articles on a topic."""
    return _of_subject(request, form, Topic, slug)


@for_all()
@require_safe
def country(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Respond with the feed of the articles about a country."""
    return _of_subject(request, form, Country, slug)


def _of_subject[Subject: (Topic, Country)](
    request: HttpRequest, form: str, model: type[Subject], slug: str
) -> HttpResponse:
    subject = model._default_manager.filter(slug=slug).first()
    if subject is None:
        return _moved_or_404(request, form, model, slug)
    tags = Tags()
    channel = Channel(
        id=tags(f"feeds/{subject._meta.model_name}/{subject.pk}", EPOCH),
        title=f"{subject.name} – {SiteSettings.load().name}",
        description=_("News about %(subject)s") % {"subject": subject.name},
        page_url=urljoin(settings.SITE_URL, subject.get_absolute_url()),
        entries=entries_of(articles_about(subject), tags),
    )
    return feed_response(request, form, channel)


def _moved_or_404(
    request: HttpRequest, form: str, model: type[Topic] | type[Country], slug: str
) -> HttpResponse:
    """Redirect to the feed of the subject that once had this slug; raises Http404 where there is none."""
    name = model._meta.model_name
    current = current_slug(f"articles:{name}", slug)
    if not current:
        raise Http404
    return redirect(_path(f"{name}_feed", form, current), permanent=True)


def _path(view: str, form: str, *slug: str) -> str:
    return reverse(f"articles:{view}", args=[*slug, form])


def _listed(title: str, view: str, *slug: str) -> ListedFeed:
    return ListedFeed(title, {form: _path(view, form, *slug) for form in FORMATS})


def news_feeds() -> list[ListedFeed]:
    """Return the one feed of all news."""
    return [_listed(_("All news"), "news_feed")]


def topic_feeds() -> list[ListedFeed]:
    """Return a feed for each topic."""
    return [_listed(one.name, "topic_feed", one.slug) for one in Topic.objects.only("name", "slug")]


def country_feeds() -> list[ListedFeed]:
    """Return a feed for each country."""
    return [_listed(one.name, "country_feed", one.slug) for one in Country.objects.only("name", "slug")]


@for_all()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what feeds are for, and every feed that the site has."""
    return render(request, "articles/feeds/feed_list.html", {"groups": listed_feeds()})
