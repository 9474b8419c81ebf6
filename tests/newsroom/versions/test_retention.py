"""Former versions go a while after a piece has changed last; the first, the newest and a working copy stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from newsroom.outbox import clock
from newsroom.versions import retention
from newsroom.versions.models import Version
from newsroom.versions.recording import recording

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def written(make_article):
    """Return a function that makes an article with five versions, the last one so many days old."""

    def write(days):
        article = make_article(title="Name 0")
        for number in range(5):
            with recording(article):
                Article.objects.filter(pk=article.pk).update(title=f"Name {number}")
        for age, version in enumerate(Version.objects.of(article)):
            Version.objects.filter(pk=version.pk).update(created_at=timezone.now() - (days + age) * DAY)
        return article

    return write


def titles(article):
    return [one.read()["fields"]["title"] for one in Version.objects.of(article)]


def test_they_go_a_year_after_the_last_change(written, settings):
    old, young, short = written(366), written(364), written(400)
    Version.objects.filter(pk__in=[one.pk for one in Version.objects.of(short)[:3]]).delete()
    retention.prune()
    assert titles(old) == ["Name 4", "Name 0"]
    assert titles(young) == ["Name 4", "Name 3", "Name 2", "Name 1", "Name 0"]
    assert titles(short) == ["Name 1", "Name 0"]
    settings.VERSIONS_KEPT_DAYS = 300
    retention.prune()
    assert titles(young) == ["Name 4", "Name 0"]
    assert Version.objects.of(young).first().based_on is None  # what it was based on is gone


def test_a_working_copy_stays(written):
    article = written(500)
    versions = list(Version.objects.of(article))
    for version, kind in zip(versions, ["working", "saved", "draft", "saved"], strict=False):
        Version.objects.filter(pk=version.pk).update(kind=kind)
    retention.prune()
    assert titles(article) == ["Name 4", "Name 3", "Name 0"]  # the working copy, what is stored, the first


def test_they_go_in_small_transactions_and_never_after_a_jump_of_the_clock(written, monkeypatch):
    article = written(366)
    monkeypatch.setattr(clock, "may_purge", lambda: False)
    retention.prune()
    assert len(titles(article)) == 5
    monkeypatch.undo()
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    retention.prune()
    assert titles(article) == ["Name 4", "Name 0"]


def test_what_a_working_copy_differs_from_stays(written):
    article = written(500)
    versions = list(Version.objects.of(article))  # something else has changed the row after the copy was made
    Version.objects.filter(pk=versions[1].pk).update(kind="working")
    retention.prune()
    assert titles(article) == ["Name 4", "Name 3", "Name 2", "Name 0"]
    assert Version.objects.of(article).waiting().get().public == versions[2]
