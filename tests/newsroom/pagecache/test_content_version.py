"""The content version: every change that visitors can see raises it, whoever makes it, and nothing else does."""

import datetime
import json
import time

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import NotSupportedError, connection, transaction
from django.utils import timezone

from articles.links.checker import Verdict
from articles.models import (
    Article,
    Callout,
    FormerAddress,
    FrontStory,
    Hotline,
    Link,
    ReturningPiece,
    Topic,
)
from inquiries.models import DeskSettings, OfficerLanguages
from newsletter.models import Issue, Item
from newsroom.filestore.models import Removal
from newsroom.pagecache import contentversion, public, triggers
from newsroom.search.index import indexer
from newsroom.search.models import BestBet, Document, NeedList, SameWords
from newsroom.sitesettings.models import SiteSettings
from newsroom.storage import securedeletion

pytestmark = pytest.mark.django_db
only_on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)


def version():
    """Return the content version as it would be if the open transaction ended now."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
    return contentversion.read()


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def world(make_article, make_topic, make_country, make_hotline, make_user, make_callout, make_page):
    """Return an article among rows of most tables that visitors see."""
    topic, country = make_topic(), make_country()
    article = make_article(topics=[topic], countries=[country])
    make_hotline(country=country)
    make_user("officer", "Inquiry officer")
    make_callout()
    make_page()
    Link.objects.create(url="https://example.org/")
    issue = Issue.objects.create(subject="First", slug="first", state="sent", published_at=timezone.now())
    Item.objects.create(issue=issue, article=article)
    SiteSettings.load().save()
    return article


def load(tmp_path):
    path = tmp_path / "topics.json"
    row = {
        "model": "articles.topic",
        "fields": {"name": "Loaded", "slug": "loaded", "updated_at": "2026-01-01T00:00Z"},
    }
    path.write_text(json.dumps([row]))
    call_command("loaddata", str(path), verbosity=0)


def let_link_die():
    link = Link.objects.get()
    for days in range(5):
        link.note(Verdict("gone", 404, ""), timezone.now() + datetime.timedelta(days=days))


SEEN = {
    "a piece is saved": lambda: Article.objects.get().save(),
    "pieces are changed together": lambda: Article.objects.update(dek="x"),
    "pieces are changed in bulk": lambda: Article.objects.bulk_update(_with(Article, title="x"), ["title"]),
    "rows are made in bulk": lambda: Topic.objects.bulk_create([Topic(name="x", slug="x")]),
    "rows are made in bulk unless they are there": lambda: Topic.objects.bulk_create(
        [Topic(name="x", slug="x")], ignore_conflicts=True
    ),
    "another program writes": lambda: execute("UPDATE articles_article SET title = %s", "x"),
    "another program deletes": lambda: execute("DELETE FROM articles_callout"),
    "a subject is given": lambda: Article.objects.get().topics.add(Topic.objects.create(name="x", slug="x")),
    "a subject is taken": lambda: Article.objects.get().topics.clear(),
    "a draft is published": lambda: _draft_by_sql("published"),
    "a piece becomes a draft": lambda: Article.objects.update(state="draft"),
    "a piece is deleted": lambda: Article.objects.get().delete(),
    "an address moves": lambda: FormerAddress.record("/a/", "/b/"),
    "a hotline is verified by SQL": lambda: execute("UPDATE articles_hotline SET verified_on = NULL, verified_by = ''"),
    "a hotline goes": lambda: Hotline.objects.all().delete(),
    "a box ends": lambda: Callout.objects.update(ends_at=timezone.now()),
    "the site is renamed": lambda: SiteSettings.objects.update(name="x"),
    "a link dies": let_link_die,
    "a copy of a link is named": lambda: Link.objects.update(archive_url="https://example.org/copy"),
    "an entry of an issue changes": lambda: Item.objects.update(blurb="x"),
    "a story is put first": lambda: FrontStory.objects.create(article=Article.objects.get()),
    "a piece may return": lambda: ReturningPiece.objects.create(article=Article.objects.get()),
    "a best bet is set": lambda: BestBet.objects.create(queries="x", title="x", link="/x/"),
    "a sentence of need is listed": lambda: NeedList.objects.create(language="en", sentences="x"),
    "words are said to mean the same": lambda: SameWords.objects.create(language="en", words="x, y"),
    "an index entry follows later": lambda: Document.objects.all().delete() and indexer.mend(),
    "a file is to go": lambda: Removal.objects.create(storage="default", folder="x"),
    "the desk says when it is away": lambda: DeskSettings(away_notice="x").save(),
    "an officer leaves the group": lambda: User.objects.get().groups.clear(),
    "an officer is switched off": lambda: User.objects.update(is_active=False),
    "the desk is closed to an officer": lambda: User.objects.get().admission.close(User.objects.get()),
    "an officer reads another language": lambda: OfficerLanguages.tick(User.objects.get(), ["fr"]),
    "the group is renamed": lambda: Group.objects.filter(name="Inquiry officer").update(name="x"),
}  # fmt: skip

UNSEEN = {
    "nothing": lambda: None,
    "a draft is made, saved and deleted": lambda: [
        Article(title="x", slug="x").save(),
        _draft().save(),
        _draft().delete(),
    ],
    "a statement finds no row": lambda: Article.objects.filter(pk=0).update(title="x"),
    "a statement changes nothing": lambda: execute("UPDATE articles_article SET title = title"),
    "a link is found alive": lambda: Link.objects.get().note(Verdict("fine", 200, "")),
    "an issue goes on being sent": lambda: Issue.objects.update(state="sending", finished_at=timezone.now()),
    "somebody signs in": lambda: User.objects.update(last_login=timezone.now()),
    "a purge is noted": lambda: execute("UPDATE search_indexstate SET purged = purged + 1"),
}


def _draft():
    """Return a draft with another title than the stored one."""
    draft = Article.objects.get(slug="x")
    draft.title += "y"
    return draft


def _draft_by_sql(state):
    Article(title="x", slug="x").save()
    Article.objects.filter(slug="x").update(state=state, published_at=timezone.now())


def _with(model, **values):
    rows = list(model.objects.all())
    for row in rows:
        vars(row).update(values)
    return rows


@pytest.mark.parametrize("what", SEEN)
def test_it_is_another_number_once(world, what):
    before = version()
    SEEN[what]()
    assert version() > before


@pytest.mark.parametrize("what", UNSEEN)
def test_it_stays_when(world, what):
    before = version()
    UNSEEN[what]()
    assert version() == before


def test_loaddata_raises_it(world, tmp_path):
    before = version()
    load(tmp_path)
    assert version() > before


def test_its_number_is_about_the_time_in_milliseconds_so_that_no_backup_brings_one_of_other_content(world):
    Article.objects.update(dek="x")
    assert abs(version() / 1000 - time.time()) < 60


def test_what_is_taken_back_to_a_savepoint_raises_nothing(world):
    before = version()
    for _time in range(2):
        with transaction.atomic():
            Article.objects.update(dek="x")
            transaction.set_rollback(True)
        assert version() == before
    with transaction.atomic():
        Article.objects.update(dek="y")
    assert version() > before


def test_a_savepoint_that_is_taken_back_hides_no_change_around_it(world):
    before = version()
    Topic.objects.update(name="y")
    with transaction.atomic():
        Article.objects.update(dek="x")
        transaction.set_rollback(True)
    assert version() > before


def test_a_change_after_the_marks_were_settled_raises_it_again(world):
    Article.objects.update(dek="x")
    first = version()
    Article.objects.update(dek="y")
    assert version() > first


@only_on_postgresql
def test_truncate_raises_it(world):
    before = version()
    execute("TRUNCATE articles_fact")
    assert version() > before


@only_on_postgresql
def test_a_table_that_is_rewritten_to_lose_deleted_rows_keeps_its_triggers(world):
    version()  # PostgreSQL alters no table while a check of it is put off
    assert securedeletion.rewrite([Article, Topic, SiteSettings])
    assert triggers.missing() == []


@only_on_postgresql
def test_a_migration_may_alter_a_column_that_a_trigger_names(world):
    alter = "ALTER TABLE articles_topic ALTER COLUMN name TYPE varchar(90)"
    with pytest.raises(NotSupportedError), transaction.atomic():
        execute(alter)
    triggers.before_migrate("default", plan=[])  # nothing to do
    assert triggers.missing() == []
    triggers.before_migrate("default", plan=[("a migration", False)])
    execute(alter)
    triggers.after_migrate("default")
    assert triggers.missing() == []


@only_on_postgresql
def test_no_mark_stays(world):
    Article.objects.update(dek="x")
    version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pagecache_contentmark")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def two(request, transactional_db, file_database):
    """Return two more connections to the database of the test, which wait for nobody."""
    found = [connection.copy() for _number in range(2)]
    for one in found:
        with one.cursor() as cursor:
            cursor.execute(
                "SET lock_timeout = 100" if one.vendor == "postgresql" else "PRAGMA busy_timeout = 100"
            )
    yield found
    for one in found:
        one.close()


def change(one, statement):
    with one.cursor() as cursor:
        cursor.execute(statement)


def number_in(one):
    with one.cursor() as cursor:
        cursor.execute("SELECT number FROM pagecache_contentversion WHERE id = 1")
        return cursor.fetchone()[0]


def test_it_is_not_seen_before_what_raised_it(two):
    writer, reader = two
    Topic.objects.create(name="x", slug="x")
    before = number_in(reader)
    writer.set_autocommit(False)
    change(writer, "UPDATE articles_topic SET name = 'y'")
    assert number_in(reader) == before
    writer.commit()
    assert number_in(reader) > before
    writer.set_autocommit(True)


@only_on_postgresql
def test_writers_do_not_wait_for_one_another_and_never_cross(two):
    for slug in ("a", "b"):
        Topic.objects.create(name=slug, slug=slug)
        Callout.objects.create(title=slug, link="/x/", label="x")
    first, second = two
    for one in two:
        one.set_autocommit(False)
    change(first, "UPDATE articles_topic SET name = 'x' WHERE slug = 'a'")
    change(second, "UPDATE articles_callout SET text = 'x' WHERE title = 'a'")
    change(first, "UPDATE articles_callout SET text = 'x' WHERE title = 'b'")
    change(second, "UPDATE articles_topic SET name = 'y' WHERE slug = 'b'")
    before = number_in(connection)
    second.commit()
    after_second = number_in(connection)
    first.commit()
    assert before < after_second < number_in(connection)
    for one in two:
        one.set_autocommit(True)


def test_migrate_lays_triggers_that_are_missing_and_raises_it(transactional_db):
    before = version()
    triggers.remove(connection)
    assert {table.name for table in public.tables()} <= set(triggers.missing())
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert version() > before  # something may have changed meanwhile
