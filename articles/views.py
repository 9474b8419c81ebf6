"""The pages that visitors read beside the home page: news, topics, standing pages and robots.txt."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import citations, structureddata
from articles.corrections.shown import notes_on
from articles.lists.archive import months_of, years
from articles.lists.cards import alike, cards, lead_pictures
from articles.lists.listing import articles_about, number_about
from articles.lists.paging import page_of
from articles.lists.related import beside
from articles.lists.rows import brief_rows
from articles.models.article import Article
from articles.models.page import Page
from articles.models.topic import Topic
from articles.moved import gone_or_moved, moved_or_404
from articles.resources.models.resource import Resource
from articles.templatetags.readingtime import minutes_to_read
from newsroom.pagecache.declared import for_all
from newsroom.richtext.contents import contents_of
from newsroom.sitesettings.models import SiteSettings

NEW_RESOURCES = 4


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
            "archive_years": years(),
        },
    )


@for_all("page")
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The archive of a year, by displayed date."""
    articles = Article.objects.published()
    shown = page_of(request, articles.displayed_in(year), f"articles of {year}")
    if not shown.paginator.count:
        raise Http404(_("There is no news of that year."))
    context = {
        "page_obj": shown,
        "title": _("News from %(year)s") % {"year": year},
        "archive_years": years(),
        "months": months_of(year),
        "year": year,
    }
    return render(request, "articles/article_list.html", context)


@for_all("page")
@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The archive of a month, by displayed date."""
    articles = Article.objects.published()
    months = months_of(year)
    this_month = next((one for one in months if one.day.month == month), None)
    if this_month is None:
        raise Http404(_("There is no news of that month."))
    context = {
        "page_obj": page_of(
            request,
            articles.displayed_in(year, month),
            f"articles of {year}-{month}",
            lambda: this_month.articles,
        ),
        "title": _("News from %(month)s") % {"month": date_format(this_month.day, "YEAR_MONTH_FORMAT")},
        "archive_years": years(),
        "months": months,
        "year": year,
        "month": month,
    }
    return render(request, "articles/article_list.html", context)


@for_all()
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; 410 where it was unpublished."""
    found = Article.objects.readable().select_related("returning").filter(slug=slug).first()
    if found is None:
        if Article.objects.withdrawn().filter(slug=slug).exists():
            latest = Article.objects.published().for_cards()[:5]
            return gone_or_moved(request, {"thing": "article", "latest": latest})
        return moved_or_404(request, thing="article")
    translations, related, (earlier, later) = beside(found, 3)
    pictures = lead_pictures([found, *related])
    found.lead_picture = pictures.get(found.lead_picture_id or 0)
    site, notes = SiteSettings.for_pages(), notes_on(found)
    context = {
        "article": found,
        "content_language": found.language,
        "site": site,
        "translations": translations,
        "notes": notes,
        "earlier": earlier,
        "later": later,
        "contents": contents_of(found.body_html),
        "minutes": minutes_to_read(found.body_html),
        "related": alike(
            cards(related, name_countries=False, pictures=pictures, shown=[found.lead_picture_id or 0])
        ),
        "citation": citations.of_article(found, site),
        "citation_tags": structureddata.citation_tags(found, site),
        "structured_data": structureddata.of_article(found, site, translations, notes),
    }
    return render(request, "articles/article_detail.html", context)


@for_all()
@require_safe
def cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation of an article as a file for reference managers."""
    found = Article.objects.readable().filter(slug=slug).first()
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
            request, articles_about(found), f"articles on topic {found.pk}", lambda: number_about(found)
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
    found = Page.objects.readable().filter(path=path).first()
    if found is None:
        if Page.objects.withdrawn().filter(path=path).exists():
            return gone_or_moved(request, {"thing": "page"})
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
