"""The index follows the content: at once through the models, within a minute past them."""

import datetime
import time

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from newsroom.search import jobs, registry
from newsroom.search.index import checking, indexer, store
from newsroom.search.models import Document, DocumentText, IndexState, Spelling
from newsroom.search.querying import results, spelling
from newsroom.search.querying.mending import Reading
from newsroom.search.querying.query import parse
from newsroom.signin import appendonly
from tests.conftest import database_url
from tests.servers import Server

pytestmark = pytest.mark.django_db


def found(typed, **narrowing):
    """Return the titles that a query finds."""
    return [hit.object.title for hit in answer(typed, **narrowing).hits]


def answer(typed, **narrowing):
    return results.find(parse(typed), results.Narrowing(**narrowing))


def test_it_is_found_from_the_moment_it_is_saved_and_gone_when_it_is_withdrawn(make_article):
    article = make_article(title="Lanterns at sea")
    assert found("lantern") == ["Lanterns at sea"]
    article.title = "Beacons at sea"
    article.save()
    assert found("lantern") == []
    assert found("beacon") == ["Beacons at sea"]
    article.withdraw()
    article.save()
    assert found("beacon") == []
    assert Document.objects.count() == DocumentText.objects.count() == Spelling.objects.count() == 0


def test_a_draft_is_not_in_the_index(make_article):
    make_article(title="Lanterns", state="draft", published_at=None)
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "delete", [lambda one: one.delete(), lambda one: Article.objects.filter(pk=one.pk).delete()]
)
def test_it_is_gone_when_it_is_deleted(make_article, delete):
    delete(make_article(title="Lanterns"))
    assert found("lanterns") == []
    assert list(checking.problems()) == []


def test_pages_countries_and_topics_are_found(make_page, make_country, make_topic):
    make_page(title="About our work")
    make_country(name="Laos", intro_html="<p>A country without a coast.</p>")
    make_topic(name="Prevention")
    assert [hit.kind.name for word in ["about", "coast", "prevention"] for hit in answer(word).hits] == [
        "page", "country", "topic",
    ]  # fmt: skip


def test_the_page_of_a_country_stands_before_articles_that_name_it(make_article, make_country):
    country = make_country()
    make_article(title="Laos, Laos", body_html="<p>Laos.</p>", countries=[country])
    assert [hit.kind.name for hit in answer("laos").hits] == ["country", "article"]


def test_promise_1_what_is_scheduled_is_found_at_its_second_and_not_before(make_article, make_country):
    country = make_country(name="Thailand", iso_code="TH", slug="thailand")
    moment = timezone.now() + datetime.timedelta(seconds=1.5)
    article = make_article(title="Lanterns", published_at=moment)
    article.countries.set([country])
    article.reindex()
    assert Document.objects.filter(kind=1).exists()
    for typed in ["lanterns", "lant*", "lanter", "lanternz"]:
        early = answer(typed)
        assert (early.count, early.read_as) == (0, Reading()), typed
    assert answer("thailand").counts["kind"] == {3: 1}
    time.sleep(max((moment - timezone.now()).total_seconds(), 0) + 0.01)
    for typed in ["lanterns", "lant*", "lanter", "lanternz"]:
        assert found(typed) == ["Lanterns"], typed
    assert answer("thailand").counts["country"] == {country.pk: 2}


def test_promise_1_a_page_of_results_shows_nothing_that_past_the_models_became_hidden(make_article):
    make_article(title="Lanterns")
    Article.objects.update(state="withdrawn")
    assert found("lanterns") == []


def test_a_form_writes_the_index_after_its_relations_in_the_same_transaction(client, editor, make_country):
    country = make_country()
    client.force_login(editor)
    form = {
        "title": "Lanterns", "slug": "lanterns", "dek": "", "body_html": "<p>Light.</p>", "lead_picture": "",
        "countries": [country.pk], "source_relation": "", "source_title": "", "source_publication": "",
        "source_date": "", "source_url": "", "display_date": "2006", "published_at_0": "", "published_at_1": "",
        "bylines": "", "dateline": "", "content_note": "", "language": "en", "translation_of": "",
    }  # fmt: skip
    client.post(reverse("admin:articles_article_add"), form | {"_publish": ""})
    assert found("lanterns", country=country.pk) == ["Lanterns"]
    article = Article.objects.get()
    client.post(
        reverse("admin:articles_article_change", args=[article.pk]), form | {"countries": [], "_save": ""}
    )
    assert found("lanterns") == ["Lanterns"]
    assert found("lanterns", country=country.pk) == []


def test_what_is_rolled_back_is_not_in_the_index(make_article):
    article = make_article(title="Lanterns")

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        article.title = "Beacons"
        article.save()
        assert found("beacons") == ["Beacons"]
        raise Stop
    assert found("beacons") == []
    assert found("lanterns") == ["Lanterns"]


def test_saving_without_a_change_writes_nothing(make_article, django_assert_num_queries):
    article = make_article(title="Lanterns")
    kind = registry.kind_of(Article)
    assert indexer.refresh(kind, [article.pk]) == 0
    assert indexer.refresh(kind, [article.pk], anew=True) == 1


def by_update(article):
    Article.objects.filter(pk=article.pk).update(title="Beacons")


def by_sql(article):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET title = 'Beacons' WHERE id = %s", [article.pk])


def by_loaddata(article):
    article.title = "Beacons"
    for item in serializers.deserialize("json", serializers.serialize("json", [article])):
        item.save()


def by_deleting(article):
    Article.objects.filter(pk=article.pk)._raw_delete("default")


@pytest.mark.parametrize("bypass", [by_update, by_sql, by_loaddata, by_deleting])
def test_the_worker_finds_and_mends_what_bypassed_the_models(make_article, bypass, capsys):
    make_article(title="Untouched")
    article = make_article(title="Lanterns")
    call_command("check_search")
    bypass(article)
    with pytest.raises(SystemExit) as ended:
        call_command("check_search")
    assert ended.value.code == 1
    assert f"article {article.pk} " in capsys.readouterr().out
    jobs.mend()
    assert found("lanterns") == []
    assert found("beacons") == ([] if bypass is by_deleting else ["Beacons"])
    assert list(checking.problems()) == []


def test_the_worker_mends_within_a_minute():
    assert jobs.MEND_EVERY + jobs.LONGEST < 60


def titles(typed):
    return {str(hit.object) for hit in answer(typed).hits}


def test_a_renamed_country_is_mended_in_the_articles_that_name_it(make_article, make_country):
    country = make_country(name="Siam", iso_code="TH", slug="siam")
    make_article(title="Lanterns", countries=[country])
    jobs.mend()
    assert titles("siam") == {"Siam", "Lanterns"}
    country.name = "Thailand"
    country.save()
    jobs.mend()
    assert titles("siam") == set()
    assert titles("thailand") == {"Thailand", "Lanterns"}


def test_reindex_repairs_whatever_is_broken(make_article):
    make_article(title="Lanterns")
    make_article(title="Beacons")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_terms")
        cursor.execute("DELETE FROM search_spelling")
    assert found("lanterns") == []
    assert len(list(checking.problems())) == 2
    call_command("reindex", verbosity=0)
    assert found("lanterns") == ["Lanterns"]
    assert list(checking.problems()) == []


def test_an_interrupted_reindex_goes_on_where_it_was(make_article, make_country, monkeypatch, capsys):
    make_country()
    for _ in range(5):
        make_article()
    monkeypatch.setattr(indexer, "BATCH", 2)
    written, refresh = [], indexer.refresh

    def interrupted(kind, keys, **options):
        if len(written) >= 4:
            raise KeyboardInterrupt
        written.extend(keys)
        return refresh(kind, keys, **options)

    monkeypatch.setattr(indexer, "refresh", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("reindex", verbosity=0)
    first, written[:] = list(written), []
    monkeypatch.setattr(
        indexer, "refresh", lambda kind, keys, **o: written.extend(keys) or refresh(kind, keys, **o)
    )
    call_command("reindex", verbosity=0)
    articles = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    assert [*first, *written[:1]] == articles
    assert "Going on" in capsys.readouterr().out
    assert IndexState.objects.get() == IndexState.objects.get(reindexed_kind=0, reindexed_key=0)


def test_what_another_process_read_before_a_change_is_not_written(make_article):
    kind = registry.kind_of(Article)
    first, second, third = (make_article(title=title) for title in ["Lanterns", "Beacons", "Lamps"])
    keys = [first.pk, second.pk, third.pk]
    made = indexer.prepared(kind, keys)
    by_deleting(third)
    Article.objects.filter(pk=second.pk).update(title="Lighthouses")
    assert indexer.refresh(kind, keys, anew=True, made=made) == 3
    assert found("lanterns") == ["Lanterns"] and found("lighthouses") == ["Lighthouses"]
    assert found("beacons") == found("lamps") == []
    assert list(checking.problems()) == []


def test_words_are_counted_and_never_kept_longer_than_their_documents(make_article):
    first = make_article(title="Lanterns")
    second = make_article(title="Lanterns")
    assert Spelling.objects.get(word="lanterns").documents == 2
    first.delete()
    assert Spelling.objects.get(word="lanterns").documents == 1
    second.delete()
    assert not Spelling.objects.exists()


@pytest.mark.parametrize(
    ("typed", "word"),
    [("lantrens", "lanterns"), ("lanterms", "lanterns"), ("anterns", "lanterns"), ("lanternss", "lanterns"),
     ("lxntxrns", "lanterns"), ("xxxterns", None), ("lan", None), ("12345", None), ("lanterns", None)],
)  # fmt: skip
def test_misspelt_words_find_their_neighbours(make_article, typed, word):
    make_article(title="Lanterns", dek="", body_html="<p>.</p>")
    assert spelling.nearest(typed)[:1] == ([word] if word else [])


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_no_terms(make_article):
    make_article(title="Flushed away")
    assert store.current().keys()
    appendonly.drop("default")
    call_command("flush", interactive=False, verbosity=0)
    assert not store.current().keys()
    assert list(checking.problems()) == []


KILLED_REINDEX = """
import os, signal
from django.core.management import call_command
from newsroom.search.index import indexer
indexer.settle = lambda: os.kill(os.getpid(), signal.SIGKILL)
call_command("reindex", "--restart", verbosity=0)
"""


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL writes its index after the entries"
)
def test_the_worker_ends_what_a_killed_reindex_of_an_empty_index_began():
    site = Server(database_url(), copy_of="tables")
    try:
        write = "from articles.models import Topic; Topic.objects.create(name='Lanterns', slug='lanterns')"
        for code, ends in [(write, 0), (KILLED_REINDEX, -9)]:
            assert site.manage("shell", "--no-imports", "-c", code).returncode == ends
        assert indexes(site) == ["search_terms_pkey"]
        mend = "from newsroom.search import jobs; jobs.mend()"
        assert site.manage("shell", "--no-imports", "-c", mend).returncode == 0
        assert indexes(site) == ["search_terms_gin", "search_terms_pkey"]
        checked = site.manage("check_search")
        assert checked.returncode == 0, checked.stdout
    finally:
        site.remove()


def indexes(site):
    """Return the names of the indexes of terms in PostgreSQL."""
    import psycopg

    with psycopg.connect(site.env["DATABASE_URL"]) as database:
        found = database.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'search_terms' ORDER BY 1"
        )
        return [name for (name,) in found]
