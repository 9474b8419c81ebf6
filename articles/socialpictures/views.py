"""The drawn pictures of articles, resources, topics and countries, at an address of their own."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from articles.models.article import Article
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from articles.socialpictures.drawing import drawn
from newsroom.pagecache.declared import for_all
from newsroom.sitesettings.models import SiteSettings


def _rows(kind: str) -> Any:  # a QuerySet of any of the four models
    if kind == "news":
        return Article.objects.readable()
    if kind == "resources":
        return Resource.objects.readable()
    return Topic.objects.all() if kind == "topics" else Country.objects.all()


@for_all()
@require_safe
def picture(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """The picture of what visitors may read; a neutral one where this machine lacks the font."""
    found = _rows(kind).filter(slug=slug).first()
    if found is None:
        raise Http404
    image = drawn(str(found), SiteSettings.for_pages().name)
    if image is None:
        return HttpResponseRedirect(static("img/social.png"))
    return HttpResponse(image, content_type="image/png")
