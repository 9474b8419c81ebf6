"""Whoever saves a word while it is purged does not bring it back without anybody's notice, on either database."""

import threading

import pytest
from django.db import connection, transaction

from newsroom.versions.models import Purge, Version
from newsroom.versions.purging import purging
from newsroom.versions.purging.wanted import Phrase
from newsroom.versions.recording import recording

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "Zeugquokka"


class Saver(threading.Thread):
    """Saves a piece with the word in a connection of its own; holds its transaction open until it may commit."""

    def __init__(self, article, may_commit):
        super().__init__()
        self.article, self.may_commit, self.has_written = article, may_commit, threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                with recording(self.article):
                    type(self.article).objects.filter(pk=self.article.pk).update(dek=f"{WORD} came home.")
                self.has_written.set()
                self.may_commit.wait(10)
        finally:
            connection.close()


def versions_with_it():
    return Version.objects.filter(content__contains=WORD).count()


@pytest.fixture
def admin(file_database, make_user):
    return make_user("admin", "Administrator", is_superuser=True)


def test_who_is_saving_it_is_waited_for(admin, make_article):
    article, may_commit = make_article(), threading.Event()
    saver = Saver(article, may_commit)
    saver.start()
    assert saver.has_written.wait(10)
    threading.Timer(0.3, may_commit.set).start()
    done = purging.purge(Phrase(WORD), admin, is_gone=False)
    saver.join()
    assert versions_with_it() == 0
    assert [held.row for held in done.left] == [article]


def test_who_saves_it_during_the_purge_is_told_of_and_undone(admin, make_article, monkeypatch):
    article, may_commit = make_article(), threading.Event()
    may_commit.set()
    saver, find = Saver(article, may_commit), purging._done

    def found_while_another_saves(*asked, **more):
        done = find(*asked, **more)
        if not saver.ident:
            saver.start()
            assert not saver.has_written.wait(0.5)  # it has to wait for the purge
        return done

    monkeypatch.setattr(purging, "_done", found_while_another_saves)
    done = purging.purge(Phrase(WORD), admin, is_gone=False)
    saver.join()
    assert (versions_with_it(), done.came_back) == (0, 1)
    assert [held.row for held in done.left] == [article]
    assert Purge.objects.get().deleted == 1
