"""Retention: by settings, by itself, and for real."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from inquiries import retention
from inquiries.models import DeskSettings, Entry, Event, Inquiry, Safe
from newsroom.configuration.environment import new_encryption_key
from newsroom.outbox import worker
from newsroom.storage import securedeletion
from tests.rawfiles import on_disk

from .conftest import DESK, MAILBOX

pytestmark = pytest.mark.django_db


def age(inquiry, days, **values):
    """Let an inquiry be so many days older."""
    earlier = timezone.now() - timedelta(days=days, minutes=1)
    Inquiry.objects.filter(pk=inquiry.pk).update(**{name: earlier for name in values.pop("times")}, **values)


@pytest.mark.parametrize(("state", "field", "days"), [
    ("closed", "closed_at", 90), ("spam", "received_at", 30), ("new", "received_at", 365), ("open", "received_at", 365),
    ("waiting", "received_at", 365), ("answered", "received_at", 365),
])  # fmt: skip
def test_each_state_has_its_time(inquiry, state, field, days):
    closed = {"closed_at": timezone.now()} if state == "closed" else {}
    age(inquiry, days - 1, times=[field], state=state, **({} if field == "closed_at" else closed))
    assert retention.purge() == 0
    age(inquiry, days, times=[field], state=state)
    assert retention.purge() == 1
    assert not Inquiry.objects.exists()
    assert not Entry.objects.exists()


def test_the_settings_shorten_it(inquiry):
    DeskSettings(keep_closed_days=3).save()
    age(inquiry, 3, times=["closed_at"], state="closed")
    assert retention.purge() == 1


@pytest.mark.parametrize("state", ["waiting", "answered"])
def test_a_silent_thread_is_warned_a_week_before_it_closes_by_itself(client, inquiry, state):
    age(inquiry, 22, times=["last_entry_at"], state=state)
    retention.run()
    inquiry.refresh_from_db()
    assert inquiry.warned_at is None
    age(inquiry, 24, times=["last_entry_at"])
    retention.run()
    inquiry.refresh_from_db()
    assert inquiry.warned_at
    page = client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)}).content.decode()
    assert "it closes by itself" in page
    age(inquiry, 40, times=["last_entry_at"])
    retention.run()
    inquiry.refresh_from_db()
    assert inquiry.state == state  # the warning is not a week old
    age(inquiry, 7, times=["warned_at"])
    retention.run()
    inquiry.refresh_from_db()
    assert (inquiry.state, bool(inquiry.closed_at)) == ("closed", True)


@pytest.mark.parametrize("state", ["new", "open"])
def test_what_waits_for_us_never_closes_by_itself(inquiry, state):
    age(inquiry, 60, times=["last_entry_at"], state=state)
    for _ in range(3):
        retention.run()
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.warned_at) == (state, None)


def test_whoever_writes_again_is_not_closed(inquiry):
    age(inquiry, 24, times=["last_entry_at"], state="answered")
    retention.run()
    inquiry.refresh_from_db()
    inquiry.hear("I am here.")
    assert inquiry.warned_at is None
    age(inquiry, 7, times=["received_at"])
    retention.run()
    inquiry.refresh_from_db()
    assert inquiry.state == "open"


def test_its_log_goes_with_it(desk, inquiry):
    desk.get(f"{DESK}{inquiry.pk}/")
    age(inquiry, 366, times=["received_at"])
    Event.log("searched", None)
    retention.purge()
    assert [event.words["deed"] for event in Event.objects.all()] == ["searched"]
    Event.objects.update(at=timezone.now() - timedelta(days=366))
    retention.purge()
    assert not Event.objects.exists()


def test_it_deletes_without_the_keys_too(inquiry, settings):
    age(inquiry, 366, times=["received_at"])
    settings.INQUIRY_KEYS = [new_encryption_key()]
    assert retention.purge() == 1


def test_the_worker_does_it():
    assert worker.jobs()["inquiries"].run is retention.run


@pytest.mark.django_db(transaction=True)
def test_after_a_purge_no_byte_of_it_is_left_in_the_files(file_database, client):
    from .conftest import FORM, a_form

    client.post(FORM, a_form(message="x" * 9000))
    inquiry = Inquiry.objects.get()
    inquiry.answer("y" * 9000, None)
    for number in range(3):
        inquiry.enter("note", f"note {number}")
    kept_before = b"gAAAA" in on_disk(Inquiry, Entry, Event)
    tokens = [inquiry.sealed, *inquiry.entries.values_list("sealed", flat=True)]
    pieces = [token[at : at + 40].encode() for token in tokens for at in range(0, len(token) - 40, 997)]
    age(inquiry, 366, times=["received_at"])
    call_command("purge_inquiries")
    assert kept_before
    assert not Safe.objects.get().has_leftovers
    raw = on_disk(Inquiry, Entry, Event)
    assert not any(piece in raw for piece in pieces)
    assert inquiry.lookup.encode() not in raw


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_others_hold_up_is_done_later(file_database, client, monkeypatch):
    from .conftest import FORM, a_form

    client.post(FORM, a_form())
    retention.delete(Inquiry.objects.all())
    monkeypatch.setattr(securedeletion, "rewrite", lambda _tables: False)
    assert retention.sweep() is False
    assert Safe.objects.get().has_leftovers
    monkeypatch.undo()
    assert retention.sweep() is True
    assert not Safe.objects.get().has_leftovers


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_was_killed_is_done_again(file_database, client, monkeypatch):
    from .conftest import FORM, a_form

    class Killed(BaseException):
        pass

    def die(_tables):
        raise Killed

    client.post(FORM, a_form())
    retention.delete(Inquiry.objects.all())
    monkeypatch.setattr(securedeletion, "rewrite", die)
    with pytest.raises(Killed):
        retention.sweep()
    assert Safe.objects.get().has_leftovers


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no rows that only a backup can see")
@pytest.mark.parametrize("reads", ["safe", "inquiry"])
def test_a_backup_that_could_see_it_keeps_no_byte_of_it(client, reads):
    import psycopg

    from .conftest import FORM, a_form

    client.post(FORM, a_form(message="x" * 9000))
    client.post(FORM, a_form(message="kept"))
    inquiry = Inquiry.objects.earliest("received_at")
    tokens = [inquiry.sealed, *inquiry.entries.values_list("sealed", flat=True)]
    pieces = [token[at : at + 40].encode() for token in tokens for at in range(0, len(token) - 40, 997)]
    kept = Inquiry.objects.latest("received_at")
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    parameters = {name: connection.settings_dict[setting] or None for name, setting in names.items()}
    with psycopg.connect(**parameters) as backup:
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        backup.execute(f"SELECT count(*) FROM inquiries_{reads}").fetchone()
        retention.delete(Inquiry.objects.filter(pk=inquiry.pk))
        assert retention.sweep() is (reads == "safe")
    assert retention.sweep() is True
    raw = on_disk(Inquiry, Entry, Event)
    assert not any(piece in raw for piece in pieces)
    assert Inquiry.objects.get().words == kept.words
    assert kept.entries.count() == 1
