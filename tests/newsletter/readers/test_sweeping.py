"""Who is erased leaves the files of the database as well, and nobody else does."""

import random
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from newsletter.models import (
    AddressChange,
    Batch,
    Delivery,
    Import,
    ImportRow,
    Issue,
    Leftover,
    Subscriber,
    Wish,
)
from newsletter.readers import imports, sweeping, tokens
from newsroom.outbox import worker
from newsroom.storage import securedeletion
from tests.rawfiles import on_disk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("file_database")]
PERSONAL = [Subscriber, Wish, AddressChange, Import, ImportRow]


def traces(*words):
    """Return how often each word lies in the files."""
    raw = on_disk(*PERSONAL)
    return {word: raw.lower().count(word.encode()) for word in words}


def readers(count):
    """Make readers whose addresses come in no order, so that the pages of the indexes split."""
    words = random.Random(7)
    names = [f"{words.randrange(16**12):012x}.planted{number}" for number in range(count)]
    made = [
        Subscriber(address=f"{name}@example.org", address_key=f"{name}@example.org", state="confirmed")
        for name in names
    ]
    for start in range(0, count, 50):
        Subscriber.objects.bulk_create(made[start : start + 50])
    return made


def test_delete_my_data_leaves_no_byte_in_the_files(client, make_subscriber):
    make_subscriber("kept@example.org")
    reader = make_subscriber("planted4711@example.org", language="en")
    Wish.objects.create(kind="link", address=reader.address, language="en").delete()
    AddressChange.objects.create(
        subscriber=reader, address="planted4712@example.org", address_key="planted4712@example.org"
    )
    client.post(urlsplit(tokens.MANAGE.url(reader)).path + "erase/")
    assert not Subscriber.objects.filter(pk=reader.pk).exists()
    assert sweeping.sweep() is True
    found = traces("planted4711", "planted4712", "kept@example.org")
    assert (found["planted4711"], found["planted4712"]) == (0, 0)
    assert found["kept@example.org"]


def test_no_copy_stays_where_pages_were_split_or_joined():
    made = readers(2000)
    gone = [reader for number, reader in enumerate(made) if number % 7 == 0]
    for reader in gone[:50]:
        reader.erase()
    Subscriber.objects.filter(pk__in=[reader.pk for reader in gone]).delete()
    assert sweeping.sweep() is True
    raw = on_disk(*PERSONAL)
    assert [reader.address for reader in gone if reader.address.encode() in raw] == []
    assert Subscriber.objects.count() == len(made) - len(gone)
    assert made[1].address.encode() in raw


def test_an_address_that_was_changed_and_a_list_that_was_thrown_away_go_too(make_subscriber, make_user):
    reader = make_subscriber("planted4711@example.org")
    change = AddressChange.objects.create(
        subscriber=reader, address="next@example.org", address_key="next@example.org"
    )
    change.agree("old")
    change.agree("new")
    source = Import(consent="They signed up on paper in May.")
    content = "email\n" + "".join(f"planted{number}@example.com\n" for number in range(500))
    imports.start(source, content.encode(), "list.csv", make_user("ann", "Newsletter manager"))
    while imports.work():
        pass
    imports.decide(source.pk, Import.State.CANCELLED)
    assert sweeping.sweep() is True
    assert traces("planted", "next@example.org")["planted"] == 0
    assert Subscriber.objects.get().address == "next@example.org"


def shape():
    """Return every key, index, trigger and default of the tables that readers are in."""
    names = [model._meta.db_table for model in [*PERSONAL, Delivery]]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
            return cursor.fetchall()
        found = []
        for sql in [
            "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s) ORDER BY 1",
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) OR tablename = ANY(%s) ORDER BY 1",
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND "
            "(tgrelid::regclass::text = ANY(%s) OR tgrelid::regclass::text = ANY(%s)) ORDER BY 1",
            "SELECT table_name, column_name, data_type, is_nullable, column_default, identity_generation "
            "FROM information_schema.columns WHERE table_name = ANY(%s) OR table_name = ANY(%s) ORDER BY 1, 2",
        ]:
            cursor.execute(sql, [names, names])
            found += cursor.fetchall()
        return found


def test_what_refers_to_readers_and_the_tables_themselves_stay_as_they_were():
    first, second, *_others = readers(20)
    issue = Issue.objects.create(subject="August", slug="august")
    batch = Batch.objects.create(issue=issue)
    for reader in [first, second]:
        Delivery.objects.create(issue=issue, batch=batch, subscriber=reader)
    before = shape()
    rows = list(Subscriber.objects.exclude(pk=first.pk).order_by("pk").values())
    first.erase()
    assert sweeping.sweep() is True
    assert list(Subscriber.objects.order_by("pk").values()) == rows
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == {None, second.pk}
    assert shape() == before
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert Subscriber.objects.create(address="a@b.org", address_key="a@b.org").pk > rows[-1]["id"]


def test_a_sweep_that_is_killed_or_held_up_comes_again(make_subscriber, monkeypatch):
    class Killed(BaseException):
        pass

    def die(_tables):
        raise Killed

    make_subscriber("planted4711@example.org").erase()
    monkeypatch.setattr(securedeletion, "rewrite", die)
    with pytest.raises(Killed):
        sweeping.sweep()
    monkeypatch.setattr(securedeletion, "rewrite", lambda _tables: False)
    assert sweeping.sweep() is False
    monkeypatch.undo()
    assert sweeping.sweep() is True
    assert traces("planted4711") == {"planted4711": 0}
    rewritten = []
    monkeypatch.setattr(securedeletion, "rewrite", rewritten.append)
    assert sweeping.sweep() is True
    assert rewritten == []


def test_what_was_not_committed_asks_for_nothing(make_subscriber):
    reader = make_subscriber()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        reader.erase()
        1 / 0  # noqa: B018
    assert not Leftover.objects.exists()


def test_the_worker_does_it():
    assert worker.jobs()["newsletter sweeping"].run is sweeping.sweep


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no rows that only a backup can see")
@pytest.mark.parametrize("reads", ["issue", "subscriber"])
def test_a_backup_that_could_see_them_keeps_no_byte(make_subscriber, reads):
    import psycopg

    make_subscriber("planted4711@example.org")
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    parameters = {name: connection.settings_dict[setting] or None for name, setting in names.items()}
    with psycopg.connect(**parameters) as backup:
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        backup.execute(f"SELECT count(*) FROM newsletter_{reads}").fetchone()
        Subscriber.objects.get().erase()
        assert sweeping.sweep() is (reads == "issue")
    assert sweeping.sweep() is True
    assert traces("planted4711") == {"planted4711": 0}
