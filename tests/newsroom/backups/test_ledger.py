"""The ledger of erasures: written beside the backups, by many at once, and read in spite of what a crash leaves."""

import multiprocessing
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.backups import ledger
from newsroom.backups.erasures import key as ledgerkey
from newsroom.backups.erasures import lines as ledgerlines
from newsroom.backups.erasures import places as ledgerplaces
from newsroom.backups.keeping import owner
from newsroom.backups.models import Erasure, Owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_TO = str(tmp_path / "backups")
    settings.BACKUP_PASSPHRASE = "correct horse battery staple"
    return tmp_path / "backups" / owner.name_for(settings.SITE_URL) / "erasures"


def an_hour_ago():
    return timezone.now() - timedelta(hours=1)


def test_it_stands_beside_the_backups_as_soon_as_the_erasure_is_committed(folder):
    ledger.note("reader", "ann@example.org", state="erased")
    (file,) = folder.glob("*.jsonl")
    assert "ann" not in file.read_text() and "erased" in file.read_text()
    assert Erasure.objects.latest("pk").written_at is not None
    (entry,) = ledger.read(an_hour_ago()).entries
    assert (entry.kind, entry.details) == ("reader", {"state": "erased"})
    assert entry.subject == ledgerkey.keyed("ann@example.org")


def test_it_holds_nothing_of_a_transaction_that_is_rolled_back(folder):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.note("reader", "ann@example.org")
        raise ZeroDivisionError
    assert not Erasure.objects.exists() and not list(folder.glob("*"))


def test_what_could_not_be_written_is_written_later_and_said_meanwhile(folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")  # as a full disk or a share that is gone would
    ledger.note("reader", "ann@example.org")
    Erasure.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert "1 erasure is not in the ledger" in ledger.condition().problem
    folder.unlink()
    assert ledger.write_pending() == 1
    assert ledger.condition().is_well and len(ledger.read(an_hour_ago()).entries) == 1


def test_a_cut_line_and_a_forged_one_are_left_out(folder):
    ledger.note("reader", "ann@example.org")
    (file,) = folder.glob("*.jsonl")
    whole = file.read_text()
    file.write_text(whole + whole.replace("reader", "robber") + whole[:40])  # cut: no end of line
    ledger.note("reader", "bob@example.org")
    reading = ledger.read(an_hour_ago())
    assert [entry.kind for entry in reading.entries] == ["reader", "reader"] and reading.unreadable == 2


def test_an_entry_that_was_written_twice_counts_once(folder):
    ledger.note("reader", "ann@example.org")
    Erasure.objects.update(written_at=None)
    ledger.write_pending()
    assert len(ledger.read(an_hour_ago()).entries) == 1


def _write(folder, name, count):
    from newsroom.backups.erasures.places import FolderPlace

    for number in range(count):
        FolderPlace(folder).append([f"{name} {number} {'x' * 500}\n"])


def test_many_processes_write_at_once_and_no_line_is_lost(tmp_path):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(tmp_path, name, 40)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    lines = list(ledgerplaces.FolderPlace(tmp_path).lines(an_hour_ago()))
    assert sorted(line.split()[0] for line in lines) == sorted("abcd" * 40)
    assert {len(line.split()[2]) for line in lines} == {500}


def test_its_key_comes_from_the_key_of_the_backups(settings, tmp_path):
    settings.BACKUP_PASSPHRASE = settings.BACKUP_KEY_FILE = ""
    by_secret_key = ledgerkey.keyed("ann@example.org")
    assert ledgerkey.comes_from_secret_key()
    settings.BACKUP_PASSPHRASE = "correct horse battery staple"
    by_passphrase = ledgerkey.keyed("ann@example.org")
    identity = tmp_path / "identity"
    identity.write_text("# created: today\nAGE-SECRET-KEY-1QQQQ\n")
    settings.BACKUP_KEY_FILE = str(identity)
    by_identity = ledgerkey.keyed("ann@example.org")
    assert len({by_secret_key, by_passphrase, by_identity}) == 3 and not ledgerkey.comes_from_secret_key()
    settings.SECRET_KEY = "that of another machine"
    assert ledgerkey.keyed("ann@example.org") == by_identity


def test_a_line_under_another_key_can_not_be_read(folder, settings):
    ledger.note("reader", "ann@example.org")
    settings.BACKUP_PASSPHRASE = "another"
    reading = ledger.read(an_hour_ago())
    assert reading.entries == [] and reading.unreadable == 1


def test_its_key_stays_when_those_of_the_backups_change(folder, settings, tmp_path):
    ledger.keep_up()
    ledger.note("reader", "ann@example.org")
    settings.BACKUP_PASSPHRASE, settings.BACKUP_KEY_FILE = "", str(tmp_path / "key")
    (tmp_path / "key").write_text("AGE-SECRET-KEY-1QQQQ\n")
    ledger.note("reader", "bob@example.org")
    reading = ledger.read(an_hour_ago())
    assert reading.unreadable == 0 and reading.reaches_back_to(timezone.now())
    assert {entry.subject for entry in reading.entries} == {
        ledgerkey.keyed(name) for name in ("ann@example.org", "bob@example.org")
    }


def test_each_site_has_its_own_and_reads_the_one_from_before_there_were_sites(folder, settings):
    former = ledgerplaces.FolderPlace(folder.parent.parent)
    former.append([ledgerlines.line_of(Erasure(kind="reader", subject="old", details={}), ledgerkey.keyed)])
    ledger.mark_complete(former, an_hour_ago())
    ledger.keep_up()
    ledger.note("reader", "ann@example.org")
    reading = ledger.read(an_hour_ago())
    assert [entry.subject for entry in reading.entries] == ["old", ledgerkey.keyed("ann@example.org")]
    assert reading.reaches_back_to(an_hour_ago())  # the mark of the former one still counts
    Owner.objects.update(name="another-site")
    ledger.note("reader", "bob@example.org")
    assert [entry.subject for entry in ledger.read(an_hour_ago()).entries][1:] == [
        ledgerkey.keyed("bob@example.org")
    ]


def test_a_ledger_that_is_gone_is_not_an_empty_one(folder):
    with pytest.raises(ledger.Missing):
        ledger.read(an_hour_ago())


def test_an_entry_survives_the_way_through_its_line():
    row = Erasure(kind="reader", subject="0" * 64, details={"state": "erased"})
    entry = ledgerlines.entry_in(ledgerlines.line_of(row, ledgerkey.keyed), ledgerkey.keyed)
    assert (entry.uid, entry.at, entry.details) == (row.uid.hex, row.at, row.details)


def test_in_a_bucket_each_write_is_an_object_old_months_go_and_one_that_hangs_holds_nobody(monkeypatch):
    from newsroom.configuration.serviceurls import backup_bucket
    from tests.bucketserver import BucketServer

    server = BucketServer().start()
    try:
        place = ledgerplaces.BucketPlace(backup_bucket(server.make("backups").replace("?", "/of-our-site?")))
        with pytest.raises(FileNotFoundError):
            list(place.lines(an_hour_ago()))
        place.begin()
        place.begin()
        assert list(place.lines(an_hour_ago())) == [] and len(server.names("backups")) == 1
        place.append(["one\n", "two\n"])
        place.append(["three\n"])
        place.mark("complete\n")
        assert sorted(place.lines(an_hour_ago())) == ["one", "three", "two"]
        assert place.marks() == ["complete\n"] and len(server.names("backups")) == 4
        assert all(name.startswith("of-our-site/erasures/") for name in server.names("backups"))
        assert list(place.lines(timezone.now() + timedelta(days=40))) == []
        assert place.prune(timezone.now()) == 0
        assert place.prune(timezone.now() + timedelta(days=40)) == 3 and place.marks() == ["complete\n"]
        monkeypatch.setattr(ledgerplaces, "PATIENCE", 0.3)
        hurried = ledgerplaces.BucketPlace(backup_bucket(server.url("backups")))
        server.freeze()
        began = time.monotonic()
        with pytest.raises(OSError, match="the bucket can't be used"):
            hurried.append(["five\n"])
        assert time.monotonic() - began < 10  # boto3 alone would wait for five minutes
    finally:
        server.stop()
    with pytest.raises(OSError, match="the bucket can't be used"):
        place.append(["four\n"])
