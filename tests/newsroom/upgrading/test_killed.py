"""What an upgrade leaves that was killed, or for which there was no room, and what the next one makes of it."""

import shutil
import sqlite3
import sys

import pytest
from django.core.management import CommandError
from django.db import connection

from newsroom import lineage
from newsroom.outbox.models import Mail
from newsroom.upgrading import copies, journal, messages, releases, running
from newsroom.upgrading.backward import Backward
from newsroom.upgrading.forward import Forward
from newsroom.upgrading.journal import Journal
from tests.servers import ROOT
from tests.smalldisk import full, small_disk


@pytest.fixture
def entry(settings, tmp_path):
    """Return the journal of an upgrade that is done."""
    settings.DATA_DIR = tmp_path
    made = Journal(
        before=str(ROOT), after=str(ROOT), link=str(tmp_path / "current"), applied=[], at="2026-01-01"
    )
    made.note(phase=journal.DONE)
    return made


@pytest.mark.django_db
def test_a_copy_that_was_being_put_back_is_put_back_to_the_end_before_anything_is_served(entry):
    lineage.require_own_database()
    entry.note(phase=journal.PUTTING_BACK)
    lineage.require_own_database()  # there is no copy any more, and a backup may be put back
    copies.path().parent.mkdir()
    copies.path().touch()
    with pytest.raises(CommandError, match="upgrade --back"):
        lineage.require_own_database()
    back = Backward(Journal.last(), running.Nothing(), None, stepper=object())
    assert back.weigh() == ("put_back", [])


@pytest.mark.django_db
def test_what_was_erased_before_is_known_though_putting_back_was_killed(entry):
    copies.path().parent.mkdir()
    there = Mail.objects.create(kind="letter", key="1")
    assert copies.what_was_there()["outbox.Mail"] == [str(there.pk)]
    has_left = Mail.objects.create(kind="letter", key="2")  # as it stands in the copy
    kept = copies.what_was_there()
    assert copies.erase_again({"outbox.Mail": kept["outbox.Mail"]}) == 1
    assert list(Mail.objects.all()) == [there] and has_left.key == "2"


def test_one_that_has_not_come_to_its_end_is_told_and_comes_before_another(entry, tmp_path):
    assert journal.condition().is_well
    for phase in (journal.BEGUN, journal.MIGRATED, journal.PUTTING_BACK):
        entry.note(phase=phase)
        assert str(ROOT) in journal.condition().problem, phase
    (tmp_path / "current").symlink_to(ROOT)
    another = Forward(releases.Release(tmp_path), tmp_path / "current", running.Nothing(), [], None)
    with pytest.raises(CommandError, match="once more"):
        another.prepare()
    held = messages.hold(messages.UPGRADE_LOCK)
    assert journal.condition().is_well, "it is under way"
    held.close()


def test_the_journal_of_a_later_version_is_read(entry):
    messages.write(messages.UPGRADE, **messages.read(messages.UPGRADE) | {"colour": "red"})
    assert Journal.last() == entry


@pytest.mark.django_db
def test_a_copy_for_which_there_is_no_room_leaves_nothing_behind(settings, tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(tmp_path / "database"))
        with sqlite3.connect(tmp_path / "database") as database:
            database.execute("CREATE TABLE one (text)")
    with small_disk(1) as folder:
        if folder is None:
            pytest.skip("only root may mount a disk of its own")
        settings.DATA_DIR = folder
        with full(folder), pytest.raises((CommandError, sqlite3.OperationalError)):
            copies.make()
        assert list(copies.path().parent.iterdir()) == []


TRIGGERS = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's file is copied page by page.")
@pytest.mark.django_db(transaction=True)
def test_a_copy_is_put_back_with_its_triggers(entry):
    def triggers():
        with connection.cursor() as cursor:
            cursor.execute(TRIGGERS)
            return cursor.fetchall()

    before = triggers()
    copies.make()
    copies.put_back()
    assert triggers() == before != []


@pytest.mark.parametrize("is_whole", [True, False])
def test_an_environment_that_was_left_half_made_is_begun_anew(tmp_path, is_whole):
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n' if is_whole else "#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ran = []
    releases.install(releases.Release(tmp_path), lambda command, _folder: ran.append(command) or "")
    begun = [command for command in ran if command[1:3] == ["-m", "venv"]]
    assert [command[3:] for command in begun] == ([] if is_whole else [["--clear", str(tmp_path / ".venv")]])
