"""The archive: every issue that was sent, as a page that holds nothing about its readers."""

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.moved import moved_or_404
from newsletter.issues.contents import sections
from newsletter.issues.models import Issue
from newsroom.pagecache.declared import for_all

PER_PAGE = 24


def page_of(request: HttpRequest) -> Page[Issue]:
    """Return the page of the archive that ?page= asks for; raises Http404 where there is none."""
    issues = Issue.objects.published().order_by("-published_at", "-pk").defer("introduction_html")
    try:
        return Paginator(issues, PER_PAGE).page(request.GET.get("page", "1"))
    except InvalidPage:
        raise Http404(_("This list has no such page.")) from None


@for_all()
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """One issue, without articles that were withdrawn since."""
    found = Issue.objects.published().filter(slug=slug).first()
    if found is None:
        return moved_or_404(request)
    context = {"issue": found, "sections": sections(found), "content_language": found.language}
    return render(request, "newsletter/issues/issue_detail.html", context)
