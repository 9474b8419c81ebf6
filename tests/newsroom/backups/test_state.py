"""What the list of conditions says of backups."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.backups import state
from newsroom.backups.keeping import stores
from newsroom.backups.models import BackupRun
from newsroom.conditions.conditions import Weight, checks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.BACKUP_TO, settings.BACKUP_BUCKET = str(tmp_path / "backups"), None


def ran(kind, hours=0, ok=True, **values):
    at = timezone.now() - timedelta(hours=hours)
    return BackupRun.objects.create(
        **{"kind": kind, "ok": ok, "words": "The disk is full.", "at": at, "size": 10} | values
    )


def test_it_says_that_no_backups_are_made(settings):
    settings.BACKUP_TO = ""
    assert state.backup().weight == Weight.UNREADY and "BACKUP_TO" in state.backup().advice
    assert state.verified().is_well and state.room().is_well


def test_it_waits_for_the_first_one():
    assert state.backup().weight == Weight.UNREADY and "yet" in state.backup().problem


@pytest.mark.parametrize(("hours", "is_well"), [(1, True), (35, True), (37, False)])
def test_it_says_when_the_last_one_is_late(hours, is_well):
    ran("backup", hours)
    ran("backup", elsewhere=True)  # one that went elsewhere is not the nightly one
    assert state.backup().is_well is is_well


def test_it_says_why_the_last_one_failed_until_one_goes_well():
    ran("backup", 20)
    ran("backup", 1, ok=False)
    assert state.backup().weight == Weight.FAILING and "The disk is full." in state.backup().problem
    ran("backup")
    assert state.backup().is_well


@pytest.mark.parametrize(
    ("verified", "is_well"), [(None, False), ((24, True), True), ((240, True), False), ((1, False), False)]
)
def test_it_says_when_none_was_restored_into_scratch_for_long(verified, is_well):
    ran("backup", 240)
    if verified:
        ran("verify", verified[0], ok=verified[1])
    assert state.verified().is_well is is_well


def test_it_says_when_the_next_one_does_not_fit(monkeypatch):
    ran("backup", size=state.LEAST_FREE)
    monkeypatch.setattr(stores.Folder, "free", lambda self: 2 * state.LEAST_FREE - 1)
    assert "537 MB" in state.room().problem
    monkeypatch.setattr(stores.Folder, "free", lambda self: 2 * state.LEAST_FREE)
    assert state.room().is_well


def test_they_are_offered_to_doctor_and_monitoring():
    assert {"backup", "backup restores", "backup disk"} <= {name for name, _check in checks()}
