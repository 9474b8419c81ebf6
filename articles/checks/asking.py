"""What the database is asked for the checks of an article: what the site knows, pictures, links, accepted findings."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from articles.links.models import Link
from articles.places.models.hotline import Hotline
from newsroom.pictures.models import Image
from newsroom.sitesettings.models import SiteSettings

from . import linking, ownpages
from .finding import BODY, PICTURE, Finding
from .models import StyleWord
from .reading import UUID, read
from .state import ArticleState, Site
from .traces import APART, Known, traces
from .wording import StyleEntry

PICTURE_OF = re.compile(rf'data-picture="({UUID.pattern})"')
KEPT_FOR = 60  # seconds: what the panel beside a text knows of the site may be so old


@dataclass
class _Kept:
    """What was known of the site at a time."""

    numbers: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    style: tuple[StyleEntry, ...] = ()
    at: float | None = None


_kept = _Kept()


def site(source_url: str = "", *, fresh: bool = True) -> Site:
    """Return what the site knows; with the mail addresses at the host of a source."""
    if fresh or _kept.at is None or time.monotonic() - _kept.at > KEPT_FOR:
        _ask()
    host = (urlsplit(source_url).hostname or "").removeprefix("www.") if source_url else ""
    return Site(Known(_kept.numbers, {*_kept.mails, *([host] if host else [])}), _kept.style)


def _ask() -> None:
    rows = Hotline.objects.order_by().values_list(
        "number_local", "number_international", "text_number", "url"
    )
    numbers, hosts = set(), set()
    for *called, url in rows:
        numbers |= {one for one in called if one}
        host = _host(url)
        hosts |= {host} if host else set()
    mail = SiteSettings.for_pages().contact_email
    _kept.numbers, _kept.mails = frozenset(numbers), frozenset(hosts | ({mail} if mail else set()))
    words = StyleWord.objects.order_by("pk").values_list("language", "words", "instead", "why")
    _kept.style, _kept.at = tuple(StyleEntry(*row) for row in words), time.monotonic()


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""


def forget() -> None:
    """Ask anew at the next time."""
    _kept.at = None


# Any: an Article, whose module uses this one
def state_of(article: Any, sent_html: str = "", *, fresh: bool = True) -> ArticleState:
    """Return an article as the checks read it, stored or not, with all that has to be asked about it.

    What the site knows may be KEPT_FOR seconds old where it need not be fresh.
    """
    html, about = article.body_html or "", site(article.source_url, fresh=fresh)
    asked = [*_of_pictures(article, about.known), *_of_links(html)]
    return ArticleState(
        title=article.title or "",
        dek=article.dek or "",
        body_html=html,
        sent_html=sent_html,
        content_note=article.content_note or "",
        dateline=article.dateline or "",
        slug=article.slug or "",
        bylines=article.bylines or "",
        source_title=article.source_title or "",
        source_publication=article.source_publication or "",
        source_url=article.source_url or "",
        language=article.language,
        lacks_source="source_title" in article.problems(),
        site=about,
        notes=_notes_of(article),
        asked=tuple(asked),
    )


def _notes_of(article: Any) -> tuple[str, ...]:  # Any: as above
    """Return what readers are told of corrections: as it was sent in a form, or as it is stored."""
    if article.sent_notes is not None:
        return tuple(article.sent_notes)
    return tuple(article.corrections.values_list("text", flat=True)) if article.has_been_public else ()


def _of_pictures(article: Any, known: Known) -> Iterator[Finding]:  # Any: as above
    for name, problems in article.picture_problems().items():
        yield from (Finding(PICTURE, problem, name) for problem in problems)
    for name, pictures in article.pictures_by_field().items():
        for picture in pictures:
            yield from _of_words(picture, known, name)


def of_pictures_in(html: str, known: Known) -> Iterator[Finding]:
    """Yield what is found in the pictures of a text, in one query; without a query where it has none."""
    keys = PICTURE_OF.findall(html)
    for picture in Image.objects.available().filter(uuid__in=keys) if keys else ():
        yield from (Finding(PICTURE, problem, BODY) for problem in picture.problems_for_publication())
        yield from _of_words(picture, known, BODY)


def _of_words(picture: Image, known: Known, field: str) -> Iterator[Finding]:
    """Yield what may lead to a person in the words that pages show with a picture."""
    words = [picture.alt_text, picture.caption, picture.credit] if picture.is_available else []
    for found in traces(APART.join(words), known, field):
        told = _("In the words of a picture: %(told)s") % {"told": found.message}
        yield replace(found, message=told)


def _of_links(html: str) -> list[Finding]:
    links = read(html).links
    found = [
        finding
        for path, words in linking.own_paths(links, settings.SITE_URL).items()
        if (finding := _at(path, words))
    ]
    others = linking.other_addresses(links)
    dead = Link.objects.dead().filter(url__in=list(others)) if others else Link.objects.none()
    return [*found, *(linking.dead(url, others[url]) for url in _urls(dead))]


def _urls(links: Iterable[Link]) -> list[str]:
    return [link.url for link in links]


def _at(path: str, words: str) -> Finding | None:
    """Return what is wrong with a link to a path of ours; None where visitors find something there."""
    found = ownpages.at(path)
    if found is ownpages.Stands.PAGE:
        return None
    is_waiting = found is ownpages.Stands.WAITING
    return linking.waiting(path, words) if is_waiting else linking.leading_nowhere(path, words)
