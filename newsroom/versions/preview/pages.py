"""Public pages of what is not public: the view of an address answers a request in which nothing is anybody's."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from newsroom.guard import headers
from newsroom.pagecache.making import environ_for
from newsroom.pagecache.unkept import keeping_nothing

POLICY = headers.POLICY | {"frame-ancestors": [CSP.SELF]}
# Links in a page, which the page itself answers: they stay in the tab that shows it.
PLACES = re.compile(rb'<a (?=[^>]*href="#)')


class NotShown(Exception):
    """There is no page of it: the sentences say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = list(sentences)


@dataclass(frozen=True)
class Draft:
    """What base.html says on a page that is not public."""

    says: str = ""
    lacks: tuple[str, ...] = ()  # what keeps it from being published, in sentences: for staff alone
    is_for_staff: bool = False  # then links lead to another tab: what is being written stays where it is


def page_at(address: str, draft: Draft) -> HttpResponse:
    """Return what a visitor would be shown at an address; call it where what is not public is stored.

    Raises NotShown where that is no page.
    """
    site = urlsplit(settings.SITE_URL)
    request = WSGIRequest(environ_for((unquote(address), ""), site.scheme, site.netloc))
    # What middleware gives a visitor; base.html reads the draft.
    vars(request).update({"user": AnonymousUser(), "draft": draft})
    try:
        request.resolver_match = resolve(request.path_info)
        view, args, kwargs = request.resolver_match
        with translation.override(settings.LANGUAGE_CODE), keeping_nothing():
            response: Any = view(request, *args, **kwargs)  # of whichever view
            if hasattr(response, "render"):
                response.render()
    except (Http404, Resolver404):
        response = None
    if response is None or response.status_code != 200:
        raise NotShown(_("It would have no page of its own: look at its address."))
    content = response.content
    if draft.is_for_staff:
        content = PLACES.sub(b'<a target="_self" ', content)
    return HttpResponse(content, content_type=response.headers["Content-Type"])


def for_few[Response: HttpResponseBase](response: Response) -> Response:
    """Return a response that nothing stores, indexes or names to others."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def for_frames[Response: HttpResponseBase](response: Response) -> Response:
    """Return a response that only pages of this site may show in a frame, under the policy of public pages."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_config = POLICY  # type: ignore[attr-defined]  # what Django's CSP reads
    return for_few(response)
