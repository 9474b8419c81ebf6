"""Encryption at rest: what lies in the tables, and the keys."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from inquiries import rotation
from inquiries.models import Entry, Event, Inquiry, MonthlyFigures, Safe
from newsroom.configuration import environment
from newsroom.guard import encryption
from tests.servers import clean_environment, manage

from .conftest import DESK, MAILBOX

KEY, OTHER = environment.new_encryption_key(), environment.new_encryption_key()


@pytest.mark.django_db
def test_the_tables_hold_states_times_due_day_and_officer_and_else_only_hashes_and_tokens(desk, inquiry):
    desk.get(f"{DESK}{inquiry.pk}/")
    plain = {
        Inquiry: {"id", "lookup", "state", "received_at", "last_entry_at", "due_on", "warned_at", "closed_at", "officer_id",
                  "network_group", "sealed"},  # the group stands with spam alone: test_floods
        Entry: {"id", "inquiry_id", "written_at", "officer_id", "once", "sealed"},
        Event: {"id", "inquiry_id", "officer_id", "at", "sealed"},
        MonthlyFigures: {"id", "month", "sealed"},
        Safe: {"id", "deletions", "swept", "sealed"},
    }  # fmt: skip
    for model, columns in plain.items():
        assert {field.attname for field in model._meta.fields} == columns
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT sealed FROM {model._meta.db_table}")
            tokens = [row[0] for row in cursor.fetchall()]
        assert tokens
        assert all(token.startswith("gAAAA") for token in tokens)


@pytest.mark.django_db
def test_the_length_of_a_token_does_not_tell_what_was_chosen(ask):
    ask(kind="help", help_seen="1", message="a", country="")
    ask(kind="question", message="b", country="LA")
    assert len({len(inquiry.sealed) for inquiry in Inquiry.objects.all()}) == 1


@pytest.mark.django_db
def test_the_same_words_never_give_the_same_token(inquiry):
    before = inquiry.sealed
    inquiry.seal()
    assert inquiry.sealed != before


@pytest.mark.django_db
def test_a_row_refuses_words_that_it_does_not_know(inquiry):
    with pytest.raises(TypeError):
        inquiry.seal(colour="blue")


def test_a_wrong_key_or_a_changed_token_is_an_error_and_never_text(settings):
    settings.INQUIRY_KEYS = [KEY]
    token = encryption.encrypt("ສະບາຍດີ")
    assert encryption.decrypt(token) == "ສະບາຍດີ"
    for wrong in [token[:-2] + "AA", "", "plain", "ສ"]:
        with pytest.raises(encryption.Unreadable):
            encryption.decrypt(wrong)
    settings.INQUIRY_KEYS = [OTHER]
    with pytest.raises(encryption.Unreadable):
        encryption.decrypt(token)
    settings.INQUIRY_KEYS = [OTHER, KEY]
    assert encryption.decrypt(token) == "ສະບາຍດີ"
    assert not encryption.is_current(token)


@pytest.mark.django_db
def test_rotation_lets_the_old_key_go_and_the_receipt_still_opens(client, inquiry, settings):
    old = settings.INQUIRY_KEYS
    settings.INQUIRY_KEYS = [KEY, *old]
    call_command("rotate_inquiry_keys")
    settings.INQUIRY_KEYS = [KEY]
    assert Inquiry.objects.get().words["kind"] == "question"
    assert client.post(MAILBOX, {"receipt": " ".join(inquiry.receipt)}).status_code == 200
    settings.INQUIRY_KEYS = old
    with pytest.raises(encryption.Unreadable):
        Inquiry.objects.get().words  # noqa: B018


@pytest.mark.django_db
def test_rotation_goes_on_where_it_was_stopped(ask, settings):
    for number in range(4):
        ask(message=f"Message {number}")
    settings.INQUIRY_KEYS = [KEY, *settings.INQUIRY_KEYS]
    first = rotation.rotate()
    assert [next(first) for _ in range(3)] == [rotation.Outcome.ROTATED] * 3
    first.close()
    assert not rotation.is_finished()
    outcomes = list(rotation.rotate())
    assert outcomes.count(rotation.Outcome.CURRENT) == 3
    assert outcomes.count(rotation.Outcome.ROTATED) == rotation.count() - 3
    assert rotation.is_finished()


@pytest.mark.django_db
def test_rotation_overwrites_nothing_that_changed_meanwhile(inquiry, settings):
    settings.INQUIRY_KEYS = [KEY, *settings.INQUIRY_KEYS]
    before = inquiry.sealed
    inquiry.seal(name="Ann")
    inquiry.save()
    assert rotation._rotate(Inquiry, "sealed", inquiry.pk, before) is rotation.Outcome.CHANGED
    inquiry.refresh_from_db()
    assert inquiry.words["name"] == "Ann"


@pytest.mark.django_db
def test_rotation_without_the_old_key_changes_nothing_and_says_so(inquiry, settings):
    settings.INQUIRY_KEYS = [KEY]
    with pytest.raises(CommandError, match="Destroy no key yet"):
        call_command("rotate_inquiry_keys")
    assert Inquiry.objects.get().sealed == inquiry.sealed


def production(tmp_path, **values):
    return clean_environment(
        SECRET_KEY="kite orchard harbour lantern meadow",
        SITE_URL="https://news.example.org",
        EMAIL_URL="smtp://127.0.0.1:2525",
        DATA_DIR=str(tmp_path / "data"),
        **values,
    )


def test_production_refuses_keys_that_lie_in_data_dir(tmp_path):
    inside = tmp_path / "data" / "keys"
    inside.parent.mkdir()
    inside.write_text(KEY)
    done = manage("check", env=production(tmp_path, INQUIRY_KEYS=str(inside)))
    assert done.returncode != 0
    assert "inside DATA_DIR" in done.stderr


@pytest.mark.parametrize(("value", "message"), [
    ("short", "32 bytes"),
    (f"{KEY},{KEY[:-3]}!!=", "32 bytes"),
    ("/nowhere/keys", "can't be read"),
], ids=["short", "a second key cut off", "a file that is not there"])  # fmt: skip
def test_a_value_that_is_no_key_is_told_without_showing_it(tmp_path, monkeypatch, value, message):
    monkeypatch.setenv("INQUIRY_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match=message) as told:
        environment.encryption_keys("INQUIRY_KEYS", tmp_path)
    assert KEY not in str(told.value)


def test_keys_come_from_the_environment_or_from_a_file_of_one_s_own(tmp_path, monkeypatch):
    monkeypatch.setenv("INQUIRY_KEYS", f"{KEY}, {OTHER}")
    assert environment.encryption_keys("INQUIRY_KEYS", tmp_path / "data") == [KEY, OTHER]
    file = tmp_path / "keys"
    file.write_text(f"{OTHER}\n{KEY}\n")
    file.chmod(0o600)
    monkeypatch.setenv("INQUIRY_KEYS", str(file))
    assert environment.encryption_keys("INQUIRY_KEYS", tmp_path / "data") == [OTHER, KEY]
    file.chmod(0o604)
    with pytest.raises(ImproperlyConfigured, match="everybody"):
        environment.encryption_keys("INQUIRY_KEYS", tmp_path / "data")


def test_a_key_of_the_demo_is_none_for_production(tmp_path, monkeypatch):
    made = environment.kept_secret(tmp_path / "secrets" / "inquiry-key", environment.new_encryption_key)
    monkeypatch.setenv("INQUIRY_KEYS", made)
    with pytest.raises(ImproperlyConfigured, match="DATA_DIR"):
        environment.encryption_keys("INQUIRY_KEYS", tmp_path)


def test_the_demo_makes_its_own_key_that_only_its_owner_can_read(settings):
    kept = settings.DATA_DIR / "secrets" / "inquiry-key"
    assert kept.read_text() == settings.INQUIRY_KEYS[0]
    assert kept.stat().st_mode & 0o777 == 0o600
