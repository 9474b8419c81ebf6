"""The checks before an issue is sent: some block it, others only ask the editor to look again."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from newsletter.issues.contents import sections, withdrawn_from
from newsletter.issues.models import Issue, Item
from newsletter.sending.mail import NotReady, prepare
from newsroom.richtext.pictures import picture_ids, pictures_in
from newsroom.richtext.renderings import plain_text
from newsroom.richtext.sanitiser import safe

LINK = re.compile(r'<a (?:[^>]*? )?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
LARGEST = 100_000  # bytes of a message; some mail programs cut off longer ones
LONG_SUBJECT = 70  # characters
HOPS = 3  # redirects that a link may take


@dataclass(frozen=True)
class Finding:
    """One sentence about the issue; one that blocks has to be dealt with before the issue can be sent."""

    text: str
    blocks: bool = True


def findings(issue: Issue) -> list[Finding]:
    """Return what is wrong with the issue, the blocking findings first."""
    found = [*_words(issue), *_entries(issue), *_links(issue), *_mail(issue)]
    return sorted(found, key=lambda finding: not finding.blocks)


def _words(issue: Issue) -> Iterator[Finding]:
    if not issue.subject.strip():
        yield Finding(_("The subject is empty."))
    elif len(issue.subject) > LONG_SUBJECT:
        yield Finding(
            _("The subject has %(number)s characters: most mailboxes cut it off.")
            % {"number": len(issue.subject)},
            blocks=False,
        )
    if not issue.preheader.strip():
        yield Finding(
            _("The preheader is empty: mailboxes show the first words of the text instead."), blocks=False
        )
    if not plain_text(issue.introduction_html) and not issue.items.exists():
        yield Finding(_("The issue is empty: write an introduction or choose entries."))
    by_interest = issue.audience == Issue.Audience.INTERESTED and not issue.corrects_id
    if by_interest and not (issue.countries.exists() or issue.topics.exists()):
        yield Finding(_("Choose the countries or topics that its readers are interested in."))


def _entries(issue: Issue) -> Iterator[Finding]:
    for article in withdrawn_from(issue):
        yield Finding(_("“%(title)s” is not public. Publish it, or take its entry out.") % {"title": article})
    leads = [entry.picture for section in sections(issue) for entry in section.entries if entry.picture]
    named = pictures_in(issue.introduction_html)
    for picture in dict.fromkeys([*named.values(), *leads]):
        for problem in picture.problems_for_publication():
            yield Finding(problem)
    if set(picture_ids(issue.introduction_html)) - named.keys():
        yield Finding(_("A picture in the introduction was withdrawn. Take it out."))
    elif named:
        yield Finding(
            _(
                "Mail programs fetch the picture in the introduction from our site. It names no reader, "
                "but who watches the line can see the mail being opened."
            ),
            blocks=False,
        )


def _links(issue: Issue) -> Iterator[Finding]:
    links = [
        (html.unescape(href), plain_text(words))
        for href, words in LINK.findall(safe(issue.introduction_html))
    ]
    events = issue.items.filter(kind=Item.Kind.EVENT).exclude(url="").values_list("url", "title")
    for address, words in [*links, *events]:
        path = own_path(address)
        if path is not None and not leads_somewhere(path):
            yield Finding(
                _("The link of “%(words)s” leads nowhere: %(address)s") % {"words": words, "address": address}
            )


def _mail(issue: Issue) -> Iterator[Finding]:
    try:
        size = prepare(issue).size
    except NotReady as error:
        yield Finding(str(error))
        return
    if size > LARGEST:
        yield Finding(
            _("The mail has %(size)s KB. Above %(largest)s KB mailboxes cut it off: shorten it.")
            % {"size": size // 1000, "largest": LARGEST // 1000}
        )


def own_path(address: str) -> str | None:
    """Return path and query of a URL of this site, or None for other sites, mail and telephone."""
    parts = urlsplit(address)
    own = urlsplit(settings.SITE_URL)
    if parts.scheme and parts.scheme not in {"http", "https"}:
        return None
    if parts.netloc and parts.netloc.lower() != own.netloc.lower():
        return None
    if not parts.netloc and not parts.path:
        return None  # within the mail itself
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def leads_somewhere(path: str) -> bool:
    """Return whether a visitor who follows the path gets a page; the view itself is called to find out."""
    for _hop in range(HOPS):
        if path.startswith(settings.STATIC_URL):
            return finders.find(path.removeprefix(settings.STATIC_URL)) is not None
        response = _response(path) or _response(f"{path}/")  # Django redirects to the missing slash
        if response is None or not 300 <= response.status_code < 400:
            return response is not None and response.status_code == 200
        target = own_path(response.headers["Location"])
        if target is None:
            return True
        path = target
    return False


def _response(path: str) -> HttpResponseBase | None:
    """Return what a visitor gets at a path of this site, or None where there is nothing for visitors."""
    path, _mark, query = path.partition("?")
    path = unquote(path)
    if path.startswith("/admin/"):
        return None
    own = urlsplit(settings.SITE_URL)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": own.hostname,
            "SERVER_PORT": str(own.port or (443 if own.scheme == "https" else 80)),
            "HTTP_HOST": own.netloc,
            "wsgi.url_scheme": own.scheme,
            "wsgi.input": BytesIO(),
        }
    )
    request.user = AnonymousUser()
    try:
        match = resolve(path)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        return None
    # Not response.close(): that would end the current request for Django and close its database connection.
    file = getattr(response, "file_to_stream", None)
    if file is not None:
        file.close()
    return response
