"""The page behind a share link: a button first, since chat programs fetch every link, then the draft."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from newsroom.guard.badinput import refusal
from newsroom.guard.door import close_door
from newsroom.guard.origin import anonymous_form
from newsroom.guard.throttle import Limit, network
from newsroom.versions import registry
from newsroom.versions.preview.pages import NotShown, for_few

from . import drafts
from .models import ShareLink

NETWORK = Limit("shared-drafts", 60, 3600)  # drafts shown to a network: each holds the database for a moment


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def share(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by a button, then show the draft; 410 for a link that is over, whatever ended it."""
    return for_few(_answer(request, token))


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    link = ShareLink.objects.behind(token)
    row = drafts.row_behind(link) if link else None
    if link is None or row is None:
        return _over(request)
    if request.method != "POST":
        return render(request, "versions/share.html")
    if not NETWORK.hit(network(request)):
        return close_door(refusal(429))
    version = drafts.version_behind(link, row)
    if version is None and drafts.is_public_already(row):
        return HttpResponseRedirect(registry.entry_of(type(row)).shown_at(row))
    if drafts.pictures_without_consent(row, version):
        return _over(request)
    try:
        return drafts.page_of(row, version)
    except NotShown:
        return _over(request)


def _over(request: HttpRequest) -> HttpResponse:
    context = {"title": _("This link does not work any more")}
    return render(request, "versions/share_over.html", context, status=410)
