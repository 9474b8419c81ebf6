"""What the public pages of the inquiries share: their headers, and pages that need no database."""

import logging
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from newsroom.guard.encryption import Unreadable
from newsroom.guard.origin import View, anonymous_form
from newsroom.sitesettings.models import SiteSettings

INDEXED = "_is_indexed"  # attribute of a request for a page that crawlers may list

logger = logging.getLogger(__name__)


def confidential(view: View) -> View:
    """Return the view of a page that is not cached, and takes no form from another site.

    Nor is it indexed, unless the view sets the attribute INDEXED of its request: the empty form alone does.
    """

    @wraps(view)
    def inner(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            response = view(request, **parts)
        except Unreadable:
            logger.critical("Inquiries can't be read: INQUIRY_KEYS lacks the key that they are under.")
            response = page_without_database(request, "inquiries/unreadable.html", {})
        response.headers["Cache-Control"] = "no-store"
        if not vars(request).get(INDEXED):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return anonymous_form(sensitive_post_parameters()(methods(inner)))


def page_without_database(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 503
) -> HttpResponse:
    """Return a page that is rendered without a query, not even for the name of the site: its host stands for it."""
    return render(request, template, context | site_without_database(), status=status)


def site_without_database() -> dict[str, Any]:
    """Return what pages show of the site where no query is made."""
    return {"site": SiteSettings(pk=1, name=urlsplit(settings.SITE_URL).hostname or ""), "frame": {}}
