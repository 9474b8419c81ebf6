"""The address that only redirects to the exit: whoever goes forward after leaving comes by here."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsroom.faults import outages

from .models import SiteSettings


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Redirect to the exit address; to the default one while the database is away, for no page of ours may show."""
    try:
        site = SiteSettings.load()
    except DatabaseError as error:
        if outages.note(error) is None:
            raise
        site = SiteSettings(pk=1)
    response = HttpResponseRedirect(site.exit_for(get_language()))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
