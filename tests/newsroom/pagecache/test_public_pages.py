"""What public pages read raises the content version, and what changes in them by the clock says when."""

import datetime
import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.outbox import worker
from newsroom.pagecache import contentversion, deadlines, public, triggers
from newsroom.upgrading import copies
from tests.newsroom.pagecache.demos import a_demo, addresses

# Tables that pages read although their changes raise no content version.
WRITTEN_WITH_DOCUMENTS = {
    "search_documenttext", "search_facetset", "search_spelling", "search_terms", "search_indexstate",
}  # fmt: skip
MADE_ONCE = {"backups_owner"}  # the key by which an address that was emptied is known
TOLD_TO_ONE_VISITOR = {"inquiries_safe", "django_session"}
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
LATER = [HOUR / 120, HOUR / 60, 3 * HOUR, 5 * HOUR, 9 * HOUR, DAY, 2 * DAY, 7 * DAY, 190 * DAY, 400 * DAY]


@pytest.fixture(scope="module")
def demo(django_db_blocker):
    with a_demo(django_db_blocker) as copy:
        yield copy


@pytest.fixture(scope="module")
def asked(demo):
    """Return the tables that each address reads."""
    found = {}
    for address in addresses():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Client().get(address)
        found[address] = {
            table for query in queries for table in re.findall(r'\b(?:FROM|JOIN)\s+"?(\w+)"?', query["sql"])
        }
    return found


def test_every_table_that_a_public_page_reads_is_registered(asked):
    there = set(connection.introspection.table_names())
    raising = {table.name for table in public.tables()}
    known = raising | WRITTEN_WITH_DOCUMENTS | TOLD_TO_ONE_VISITOR | MADE_ONCE
    unknown = {
        address: sorted((tables & there) - known)
        for address, tables in asked.items()
        if (tables & there) - known
    }
    assert unknown == {}
    assert len(asked) > 60
    assert triggers.missing() == []


def test_an_hour_of_every_job_of_the_worker_raises_nothing(demo, settings, caplog):
    settings.CHECK_LINKS = False  # what a check notes: test_content_version.py
    began = time.monotonic() + 1e6  # every job is due
    worker.run_due(began)  # which may have something to mend
    before = contentversion.read()
    for minute in range(10, 60, 10):
        worker.run_due(began + 60 * minute)
    assert contentversion.read() == before
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    for job in worker.jobs().values():
        job.due_at = 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite copies a file")
def test_a_copy_of_the_database_that_is_put_back_has_every_trigger(demo, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    copies.make()
    triggers.remove(connection)
    triggers.lay()
    copies.put_back()
    assert triggers.missing() == []


def render(address):
    """Return what an address answers, and until when that holds."""
    with deadlines.collecting() as deadline:
        answer = Client().get(address)
    return (answer.status_code, b"" if answer.streaming else answer.content), deadline.moment


def test_what_changes_by_the_clock_says_when(asked, monkeypatch):
    start = timezone.now().replace(second=5, microsecond=0)
    _plan(start)
    moment = start
    monkeypatch.setattr(timezone, "now", lambda: moment)
    kept = {address: render(address) for address in asked}
    alike = [address for address, answer in kept.items() if render(address) == answer]  # no token in it
    assert len(alike) > 50
    silent, changed = [], set()
    for later in LATER:
        moment = start + later
        for address in alike:
            answer, until = kept[address]
            now = render(address)
            if until is not None and until <= moment:
                kept[address] = now  # so that one deadline hides no other
                changed.add(address)
            elif now[0] != answer:
                silent.append((address, str(later)))
    assert silent == []
    assert len(changed) > 20


def _plan(now):
    """Let something begin, end or go by the clock on pages of every kind."""
    from articles.models import Article, Callout, Country, Hotline, Page, Resource, Topic
    from inquiries.models import DeskSettings

    laos, topic = Country.objects.get(iso_code="LA"), Topic.objects.first()
    article = Article(title="Later", slug="later", body_html="<p>x</p>", published_at=now + 2 * HOUR)
    resource = Resource(
        title="Later", slug="later", kind="report", link="https://example.org/", published_at=now + 4 * HOUR
    )
    for piece in (article, resource):
        piece.publish()
        piece.save()
        piece.countries.add(laos)
        piece.topics.add(topic)
        piece.reindex()
    page = Page(title="Later", path="later", body_html="<p>x</p>", menu="footer", published_at=now + 8 * HOUR)
    page.publish()
    page.save()
    link = {"link": "/about/", "label": "Read"}
    Callout.objects.create(title="Ends", ends_at=now + 20 * HOUR, **link)
    Callout.objects.create(title="Begins", starts_at=now + 30 * HOUR, **link)
    for hotline in Hotline.objects.filter(country=laos):
        hotline.verify("Ann", timezone.localdate(now) - datetime.timedelta(days=175))
        hotline.save()
    desk = DeskSettings.load()
    desk.away_notice, desk.away_until = "Nobody reads.", timezone.localdate(now) + datetime.timedelta(days=3)
    desk.save()
