"""The feeds of articles, and the page that offers every feed of the site to people."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models.article import Article
from articles.models.topic import Topic
from articles.moved import present_slug
from articles.places.models.country import Country

from .answers import FORMATS, answer
from .channel import EPOCH, Channel, Offer, offers
from .entries import Tags, entries_of, site_of, state_of


@require_safe
def news(request: HttpRequest, form):
    """Answer with the newest articles."""
    articles = Article.objects.published()
    state = state_of(articles)
    site = site_of(state)

    def make():
        tags = Tags()
        return Channel(
            id=tags("feeds/news", EPOCH),
            title=site.name,
            description=site.tagline or _("News & Updates"),
            page_url=urljoin(settings.SITE_URL, reverse("articles:home")),
            entries=entries_of(articles, tags),
        )

    return answer(request, form, state or [site.name, site.tagline], make)


@require_safe
def topic(request: HttpRequest, slug: str, form):
    """Answer with the newest articles on a topic."""
    return _of_subject(request, form, Topic, slug, Article.objects.published().filter(topics__slug=slug))


@require_safe
def country(request: HttpRequest, slug: str, form):
    """Answer with the newest articles about a country."""
    return _of_subject(request, form, Country, slug, Article.objects.published().filter(countries__slug=slug))


def _of_subject(request: HttpRequest, form, model, slug: str, articles):
    # The subject itself is asked for only where the feed is empty or has to be made: 304 takes one query.
    state = state_of(articles)
    site = site_of(state)
    if not state:
        subject = model.objects.filter(slug=slug).first()
        if subject is None:
            return _moved_or_404(request, form, model, slug)
        state = [subject.name, site.name]

    def make():
        tags = Tags()
        subject = get_object_or_404(model, slug=slug)
        return Channel(
            id=tags(f"feeds/{subject._meta.model_name}/{subject.pk}", EPOCH),
            title=f"{subject.name} – {site.name}",
            description=_("News about %(subject)s") % {"subject": subject.name},
            page_url=urljoin(settings.SITE_URL, subject.get_absolute_url()),
            entries=entries_of(articles, tags),
        )

    return answer(request, form, state, make)


def _moved_or_404(request: HttpRequest, form: str, model: type[Topic | Country], slug: str) -> HttpResponse:
    """Redirect the feed of a subject that had this slug before; raises Http404 where none had."""
    name = model._meta.model_name
    now = present_slug(f"articles:{name}", slug)
    if not now:
        raise Http404
    return redirect(address_of(f"{name}_feed", form, now), permanent=True)


def address_of(name: str, form, *args: Any):
    """Return the path of a feed in a format."""
    return reverse(f"articles:{name}", args=[*args, form])


def news_offers():
    """Return the one feed of all news."""
    return [Offer(_("All news"), {form: address_of("news_feed", form) for form in FORMATS})]


def topic_offers():
    """Return a feed for each topic."""
    return [
        Offer(one.name, {form: address_of("topic_feed", form, one.slug) for form in FORMATS})
        for one in Topic.objects.only("name", "slug")
    ]


def country_offers():
    """Return a feed for each country."""
    return [
        Offer(one.name, {form: address_of("country_feed", form, one.slug) for form in FORMATS})
        for one in Country.objects.only("name", "slug")
    ]


@require_safe
def index(request: HttpRequest):
    """Show what feeds are for, and every feed that the site has."""
    return render(request, "articles/feeds/feed_list.html", {"groups": offers()})
