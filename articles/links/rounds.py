"""The worker's round of links: it gathers the links of public pages, and checks those that are due.

Apps offer the fields that hold links. The network is used outside of transactions; a result is stored afterwards.
"""

import html
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import close_old_connections
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.links.checker import Checker, Verdict
from articles.links.models import Link
from newsroom.offers import offered
from newsroom.outbox import clock, worker
from newsroom.richtext.pictures import rich_text_fields, rows_holding

logger = logging.getLogger(__name__)

HREF = re.compile(r'href="(https?://[^"<>\s]+)"', re.I)
MAX_URL = 1000  # characters; longer links are not checked
GATHER_EVERY = 6 * 3600  # seconds
FORGOTTEN_AFTER = timedelta(days=30)  # since a page held it; a link with an archived copy is kept
MAX_LINKS = 200  # links in one round
CHUNK = 500  # rows read or written at once

_round = threading.Lock()
_gathered_at: dict[str, float] = {}  # "last" to time.monotonic() of the last gather() in this process


@dataclass(frozen=True)
class LinkPlace:
    """A row that holds a link: its title, and the URL of its page in the admin."""

    title: str
    url: str


@dataclass(frozen=True)
class CheckedField[M: Model]:
    """A field of a model that holds links.

    page(row) is the row that has an admin page, itself or its owner; urls(value) are the links where a value is a text
    of several.
    """

    model: type[M]
    name: str
    page: Callable[[M], Model] = lambda row: row
    urls: Callable[[str], list[str]] | None = None


def link_fields() -> list[CheckedField]:
    """Return the fields that apps offer in `link_fields` of their config."""
    return list(offered("link_fields"))


def _public(model: type[Model]) -> QuerySet[Model]:
    """Return the rows of a model that the public can see; all, where it knows no publication."""
    rows = model._default_manager.all()
    return rows.published() if hasattr(rows, "published") else rows


def _public_urls() -> set[str]:
    """Return the URLs in the rich texts and link fields of what is public, those of our own site included."""
    found: set[str] = set()
    for model in apps.get_models():
        names = rich_text_fields(model)
        if names:
            for texts in _public(model).order_by().values_list(*names).iterator(CHUNK):
                for text in texts:
                    found |= {html.unescape(one) for one in HREF.findall(text or "")}
    for field in link_fields():
        rows = _public(field.model).exclude(**{field.name: ""}).order_by()
        values = rows.values_list(field.name, flat=True).iterator(CHUNK)
        found |= {url for value in values for url in field.urls(value)} if field.urls else set(values)
    return found


def gather() -> int:
    """Store the links that public pages hold now, delete those long gone, and return how many there are now."""
    now, own = timezone.now(), urlsplit(settings.SITE_URL).netloc
    found = sorted(url for url in _public_urls() if len(url) <= MAX_URL and _is_elsewhere(url, own))
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        known = set(Link.objects.filter(url__in=part).values_list("url", flat=True))
        Link.objects.bulk_create([Link(url=url) for url in part if url not in known], ignore_conflicts=True)
        Link.objects.filter(url__in=part).update(found_at=now)
    if clock.may_purge():
        old = Link.objects.filter(found_at__lt=now - FORGOTTEN_AFTER, archive_url="", is_left_alone=False)
        clock.log_purge("links that stand nowhere", old.delete()[1].get("articles.Link", 0))
    return len(found)


def _is_elsewhere(url: str, own: str) -> bool:
    """Return whether a URL leads to another host than our own."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc) and parts.netloc.lower() != own


def _as_written(url: str) -> list[str]:
    """Return the forms that a URL can have in stored HTML: programs escape different characters."""
    least = url.replace("&", "&amp;").replace('"', "&quot;")
    most = html.escape(url)
    ways = [
        least,
        html.escape(url, quote=False).replace('"', "&quot;"),
        most,
        most.replace("&#x27;", "&#39;"),
    ]
    return list(dict.fromkeys([*ways, url]))


def places_of(url: str) -> list[LinkPlace]:
    """Return every LinkPlace that holds a link, public or not."""
    rows: list[Model] = list(rows_holding(*(f'href="{written}"' for written in _as_written(url))))
    for field in link_fields():
        lookup = f"{field.name}__contains" if field.urls else field.name
        rows += [field.page(row) for row in field.model._default_manager.filter(**{lookup: url})]
    found = {}
    for row in rows:
        if admin.site.is_registered(type(row)):
            address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
            found[address] = LinkPlace(str(row), address)
    return list(found.values())


def check_due(checker: Checker | None = None, *, most: int = MAX_LINKS) -> int:
    """Check the links that are due, at most so many, and return how many were checked."""
    checker = checker or Checker(wait=worker.stopping.wait)
    still_held = timezone.now() - 2 * timedelta(seconds=GATHER_EVERY)
    waiting = deque(Link.objects.due().filter(found_at__gte=still_held)[:most])
    done = passed = 0
    while waiting and not worker.stopping.is_set():
        link = waiting.popleft()
        if passed < len(waiting) and checker.ready_in(link.url) > 0:
            waiting.append(link)  # its host needs a pause: another host first
            passed += 1
            continue
        passed = 0
        verdict = _verdict(checker, link)
        if worker.stopping.is_set():
            break
        current = Link.objects.filter(pk=link.pk).first() if verdict else None
        if current and verdict:
            current.note(verdict)
            done += 1
    return done


def _verdict(checker: Checker, link: Link) -> Verdict | None:
    """Return the Verdict about a link, or None and postpone it where the check failed by a fault of ours."""
    try:
        return checker.verdict(link.url)
    except Exception as error:  # one odd response must not keep the others waiting
        logger.warning("A link could not be checked: %s", type(error).__name__)
        Link.objects.filter(pk=link.pk).update(due_at=timezone.now() + timedelta(days=1))
        return None


def run_round() -> None:
    """Gather links where that is due, and check those that are due; returns at once while another round runs."""
    if not _round.acquire(blocking=False):
        return
    try:
        last = _gathered_at.get("last")
        if last is None or time.monotonic() - last > GATHER_EVERY:
            gather()
            _gathered_at["last"] = time.monotonic()
        check_due()
    except Exception:
        logger.exception("The check of links failed; it runs again.")
    finally:
        close_old_connections()
        _round.release()


def start_round() -> None:
    """Run a round in a thread of its own, so that mail never waits for other people's servers."""
    if settings.CHECK_LINKS:
        threading.Thread(target=run_round, name="links", daemon=True).start()
