"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import structureddata
from articles.lists.rows import brief_rows
from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource
from newsroom.pagecache.declared import for_all
from newsroom.pagecache.once import once
from newsroom.sitesettings.models import SiteSettings

from .front import front

NEW_RESOURCES = 4


@for_all()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: the lead with its stories, the latest updates, the archive, and the ways into the rest."""
    site = SiteSettings.for_pages()
    return render(
        request,
        "articles/frontpage/home.html",
        {
            "front": front(),
            "resources": brief_rows(Resource.objects.published().newest(NEW_RESOURCES)),
            "countries": once("countries", Country.objects.listed),
            "topics": once("topics", Topic.objects.listed),
            "site": site,
            "structured_data": structureddata.of_home(site),
        },
    )
