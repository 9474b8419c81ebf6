"""Links to other sites: where they stand, which are due, and the checks of them.

Apps offer the fields that hold links. A check asks the network outside any transaction, and then writes two rows.
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
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from articles.links.checker import Checker
from articles.links.models import Link
from newsroom.offers import offered
from newsroom.outbox import clock, worker
from newsroom.richtext.pictures import rich_text_fields, rows_holding

logger = logging.getLogger(__name__)

HREF = re.compile(r'href="(https?://[^"<>\s]+)"', re.I)
LONGEST = 1000  # characters
GATHER_EVERY = 6 * 3600  # seconds
FORGOTTEN_AFTER = timedelta(days=30)  # since it stood anywhere; a copy that an editor gave is kept
AT_ONCE = 200  # links in one round
ROWS = 500

_round = threading.Lock()
_gathered = {"at": None}


@dataclass(frozen=True)
class Place:
    """Where a link stands: a title, and the page on which staff change it."""

    title: str
    url: str


@dataclass(frozen=True)
class LinkField:
    """A field of a model that holds links; page(row) is what staff change, the row itself or its owner."""

    model: type[Model]
    name: str
    page: Callable[[Model], Model] = lambda row: row


def link_fields() -> list[LinkField]:
    """Return the fields that apps offer in `link_fields` of their config."""
    return list(offered("link_fields"))


def _public(model):
    rows = model._default_manager.all()
    return rows.published() if hasattr(rows, "published") else rows


def gather():
    """Bring the table up to date with the links that stand in what is public; return how many there are."""
    now, found = timezone.now(), set()
    for model in apps.get_models():
        names = rich_text_fields(model)
        if names:
            for texts in _public(model).values_list(*names).order_by().iterator(ROWS):
                for text in texts:
                    found |= {html.unescape(one) for one in HREF.findall(text or "")}
    for field in link_fields():
        rows = _public(field.model).exclude(**{field.name: ""})
        found |= set(rows.values_list(field.name, flat=True).order_by().iterator(ROWS))
    own = urlsplit(settings.SITE_URL).netloc
    found = sorted(url for url in found if len(url) <= LONGEST and _is_elsewhere(url, own))
    for start in range(0, len(found), ROWS):
        part = found[start : start + ROWS]
        known = set(Link.objects.filter(url__in=part).values_list("url", flat=True))
        Link.objects.bulk_create([Link(url=url) for url in part if url not in known], ignore_conflicts=True)
        Link.objects.filter(url__in=part).update(found_at=now)
    if clock.may_purge():
        old = Link.objects.filter(found_at__lt=now - FORGOTTEN_AFTER, archive_url="", is_left_alone=False)
        clock.log_purge("links that stand nowhere", old.delete()[1].get("articles.Link", 0))
    return len(found)


def _is_elsewhere(url: str, own):
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc) and parts.netloc.lower() != own


def _as_written(url: str) -> list[str]:
    """Return the ways in which an address can stand in stored HTML: what writes it escapes more or less."""
    least = url.replace("&", "&amp;").replace('"', "&quot;")
    most = html.escape(url)
    ways = [
        least,
        html.escape(url, quote=False).replace('"', "&quot;"),
        most,
        most.replace("&#x27;", "&#39;"),
    ]
    return list(dict.fromkeys([*ways, url]))


def places_of(url: str):
    """Return every Place where a link stands, public or not."""
    rows = list(rows_holding(*(f'href="{written}"' for written in _as_written(url))))
    for field in link_fields():
        rows += [field.page(row) for row in field.model._default_manager.filter(**{field.name: url})]
    found = {}
    for row in rows:
        if admin.site.is_registered(type(row)):
            address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
            found[address] = Place(str(row), address)
    return list(found.values())


def check_due(checker=None, *, most: int = AT_ONCE):
    """Check the links that are due, each host in its own time; return how many were checked."""
    checker = checker or Checker(wait=worker.stopping.wait)
    stands = timezone.now() - 2 * timedelta(seconds=GATHER_EVERY)
    waiting = deque(Link.objects.due().filter(found_at__gte=stands)[:most])
    done = passed = 0
    while waiting and not worker.stopping.is_set():
        link = waiting.popleft()
        if passed < len(waiting) and checker.ready_in(link.url) > 0:
            waiting.append(link)  # another host first
            passed += 1
            continue
        passed = 0
        try:
            verdict = checker.verdict(link.url)
        except Exception as error:  # one odd answer must not keep the others waiting
            logger.warning("A link could not be checked: %s", type(error).__name__)
            Link.objects.filter(pk=link.pk).update(due_at=timezone.now() + timedelta(days=1))
            continue
        if worker.stopping.is_set():
            break
        current = Link.objects.filter(pk=link.pk).first()
        if current:
            current.note(verdict)
            done += 1
    return done


def run_round() -> None:
    """Gather where it is time, and check what is due; a second call at the same time does nothing."""
    if not _round.acquire(blocking=False):
        return
    try:
        if _gathered["at"] is None or time.monotonic() - _gathered["at"] > GATHER_EVERY:
            gather()
            _gathered["at"] = time.monotonic()
        check_due()
    except Exception:
        logger.exception("The check of links failed; it runs again.")
    finally:
        close_old_connections()
        _round.release()


def start_round() -> None:
    """Run a round beside the other jobs of the worker: mail does not wait for other people's servers."""
    if settings.CHECK_LINKS:
        threading.Thread(target=run_round, name="links", daemon=True).start()
