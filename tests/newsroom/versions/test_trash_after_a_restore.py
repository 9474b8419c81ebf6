"""A backup that is put back has in its trash, and in its place, what had been there since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Callout
from newsroom.versions.models import Trashed, Version
from newsroom.versions.recording import record
from newsroom.versions.trash import leaving
from newsroom.versions.trash.putting import to_trash

pytestmark = pytest.mark.django_db(transaction=True)


def put_away(piece):
    key = piece.pk
    with to_trash([piece]):
        piece.delete()
    return Trashed.objects.get(model=piece._meta.label_lower, object_id=key)


def test_what_went_to_the_trash_since_lies_there_again(make_callout, snapshot):
    callout = make_callout(title="Old number")
    backup = snapshot()
    put_away(callout)
    backup.put_back()
    assert not Callout.objects.exists()
    assert leaving.put_back(Trashed.objects.get()).title == "Old number"


def test_what_came_back_since_is_back_and_what_was_erased_since_is_nowhere(make_article, snapshot):
    back, erased, erased_later, forgotten = [make_article(title=f"No {n}", state="draft") for n in range(4)]
    for article in (back, erased, erased_later, forgotten):
        record(article)
    waiting = [put_away(Article.objects.get(pk=one.pk)) for one in (back, erased, forgotten)]
    backup = snapshot()
    leaving.put_back(waiting[0])
    leaving.erase(waiting[1])
    leaving.erase(put_away(Article.objects.get(pk=erased_later.pk)))
    leaving.put_back(waiting[2]).delete()  # for safety
    backup.put_back()
    assert [article.title for article in Article.objects.all()] == ["No 0"]
    assert not Trashed.objects.exists()
    assert set(Version.objects.values_list("object_id", flat=True)) == {back.pk}


def test_nothing_leaves_the_trash_because_the_backup_is_old(make_article, snapshot):
    put_away(make_article(state="draft"))
    Trashed.objects.update(until=timezone.now() - timedelta(minutes=1))
    backup = snapshot()
    backup.put_back()
    leaving.empty()
    assert Trashed.objects.get().until > timezone.now() + timedelta(days=29)
