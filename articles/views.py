"""The pages that visitors read: news, topics, standing pages and robots.txt."""

from urllib.parse import urljoin

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import citations, structureddata
from articles.archive import months_of, years
from articles.cards import cards
from articles.models.article import Article
from articles.models.page import Page
from articles.models.topic import Topic
from articles.moved import moved_or_404
from articles.paging import page_of
from articles.places.models.country import Country
from articles.related import beside
from articles.resources.models.resource import Resource
from articles.rows import brief_rows
from newsroom.guard.errors import gone
from newsroom.pagecache.declared import for_all
from newsroom.pagecache.once import once
from newsroom.sitesettings.models import SiteSettings

LATEST_ON_HOME = 9
NEW_RESOURCES = 4


@for_all()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: the lead story, the latest updates, and the countries."""
    latest = cards(list(Article.objects.published().for_cards()[: LATEST_ON_HOME + 1]))
    site = SiteSettings.for_pages()
    return render(
        request,
        "articles/home.html",
        {
            "lead": latest[0] if latest else None,
            "latest": latest[1:],
            "resources": brief_rows(Resource.objects.published().newest(NEW_RESOURCES)),
            "countries": once("countries", Country.objects.listed),
            "topics": once("topics", Topic.objects.listed),
            "site": site,
            "structured_data": structureddata.of_home(site),
        },
    )


@for_all("page")
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """All news, the newest first."""
    articles = Article.objects.published()
    return render(
        request,
        "articles/article_list.html",
        {
            "page_obj": page_of(request, articles, "articles"),
            "title": _("News & Updates"),
            "archive_years": once("years", lambda: years(Article.objects.published())),
        },
    )


@for_all("page")
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The archive of a year, by displayed date."""
    articles = Article.objects.published()
    in_order = articles.displayed_in(year).order_by("-display_date", "-published_at")
    shown = page_of(request, in_order, f"articles of {year}")
    if not shown.paginator.count:
        raise Http404(_("There is no news of that year."))
    context = {
        "page_obj": shown,
        "title": _("News of %(year)s") % {"year": year},
        "archive_years": once("years", lambda: years(Article.objects.published())),
        "months": months_of(articles, year),
        "year": year,
    }
    return render(request, "articles/article_list.html", context)


@for_all("page")
@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The archive of a month, by displayed date."""
    articles = Article.objects.published()
    months = months_of(articles, year)
    this_month = next((day for day in months if day.month == month), None)
    if this_month is None:
        raise Http404(_("There is no news of that month."))
    in_order = articles.displayed_in(year, month).order_by("-display_date", "-published_at")
    context = {
        "page_obj": page_of(request, in_order, f"articles of {year}-{month}"),
        "title": _("News of %(month)s") % {"month": date_format(this_month, "YEAR_MONTH_FORMAT")},
        "archive_years": once("years", lambda: years(Article.objects.published())),
        "months": months,
        "year": year,
        "month": month,
    }
    return render(request, "articles/article_list.html", context)


@for_all()
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; 410 where it was unpublished."""
    articles = Article.objects.published().select_related("lead_picture").knowing_archives()
    found = articles.filter(slug=slug).first()
    if found is None:
        if Article.objects.withdrawn().filter(slug=slug).exists():
            latest = Article.objects.published().for_cards()[:5]
            return gone(request, {"thing": "article", "latest": latest})
        return moved_or_404(request)
    prefetch_related_objects([found], "countries", "topics")
    translations, related = beside(found, 3)
    site = SiteSettings.for_pages()
    context = {
        "article": found,
        "content_language": found.language,
        "site": site,
        "translations": translations,
        "related": cards(related, name_countries=False),
        "citation": citations.of_article(found, site),
        "citation_tags": structureddata.citation_tags(found, site),
        "structured_data": structureddata.of_article(found, site, translations),
    }
    return render(request, "articles/article_detail.html", context)


@for_all()
@require_safe
def cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation of an article as a file for reference managers."""
    articles = Article.objects.published().prefetch_related("countries", "topics")
    found = articles.filter(slug=slug).first()
    if found is None:
        return moved_or_404(request, reverse("articles:article", args=[slug]), f"cite.{form}")
    return citations.download(citations.of_article(found, SiteSettings.for_pages()), form, found.slug)


@for_all("page")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic and its articles."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        return moved_or_404(request)
    site = SiteSettings.for_pages()
    context = {
        "topic": found,
        "page_obj": page_of(
            request, Article.objects.published().filter(topics=found), f"articles on topic {found.pk}"
        ),
        "resources": brief_rows(Resource.objects.published().filter(topics=found).newest(NEW_RESOURCES)),
        "site": site,
        "structured_data": structureddata.of_subject(
            found, _("News & Updates"), reverse("articles:news"), site
        ),
    }
    return render(request, "articles/topic_detail.html", context)


@for_all()
@require_safe
def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page that editors wrote; 410 where it was unpublished."""
    found = Page.objects.published().filter(path=path).first()
    if found is None:
        if Page.objects.withdrawn().filter(path=path).exists():
            return gone(request, {"thing": "page"})
        return moved_or_404(request)
    response = render(request, "articles/page_detail.html", {"page": found})
    if found.is_discreet:
        response.headers["Cache-Control"] = "no-store"
    return response


@for_all()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: what crawlers may read."""
    sitemap = urljoin(settings.SITE_URL, reverse("articles:sitemap"))
    return HttpResponse(
        f"User-agent: *\nDisallow: /admin/\n\nSitemap: {sitemap}\n", content_type="text/plain; charset=utf-8"
    )
