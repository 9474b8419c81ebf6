"""What is well with the site and what is not, as apps offer it."""

import errno
import sqlite3

import pytest
from django.db import OperationalError

from newsroom.conditions import database, machine
from newsroom.conditions.conditions import Condition, Weight, examine
from newsroom.outbox import clock
from newsroom.outbox.conditions import writing
from newsroom.storage.filecache import LockedFileCache


def failing():
    raise OperationalError("password=secret")


def test_a_check_that_raises_is_a_problem_that_quotes_nothing():
    (found,) = examine([("mail", failing)])
    assert (found.name, found.weight, found.is_well) == ("mail", Weight.FAILING, False)
    assert "OperationalError" in found.problem and "secret" not in found.problem


def test_a_database_that_is_away_is_one_problem_not_one_of_each_check():
    away = Condition("database", "It is away.")
    found = list(
        examine([("disk", lambda: Condition("disk")), ("database", lambda: away), ("mail", failing)])
    )
    assert [(one.name, one.is_well) for one in found] == [("disk", True), ("database", False)]


def test_a_disk_that_refuses_the_sites_user_is_not_called_full(tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path

    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(machine, "_try_to_write", refuse)
    found = machine.disks()
    assert "Permission denied" in found.problem
    assert f"Let the site’s user write to {tmp_path}" in found.advice and "larger" not in found.advice


def test_a_cache_of_files_that_keeps_nothing_is_no_matter_of_redis(tmp_path, settings, monkeypatch):
    settings.CACHES = {
        "default": {"BACKEND": "newsroom.storage.filecache.LockedFileCache", "LOCATION": str(tmp_path)}
    }
    monkeypatch.setattr(LockedFileCache, "set", lambda *_args: None)
    found = machine.shared_cache()
    assert "keeps nothing" in found.problem
    assert "disk" in found.advice and "Redis" not in found.advice


def refusing(code):
    def refuse():
        error = OperationalError("a row's value")
        error.__cause__ = sqlite3.OperationalError()
        error.__cause__.sqlite_errorname = code
        raise error

    return refuse


@pytest.mark.django_db
def test_a_database_that_is_not_there_is_told_once(monkeypatch, tmp_path):
    monkeypatch.setattr(clock, "may_purge", refusing("SQLITE_CANTOPEN"))
    monkeypatch.setattr(database, "sqlite_file", lambda: tmp_path / "none.sqlite3")
    away = Condition("database", "There is none.", "Look at DATA_DIR.")
    assert [one.problem for one in examine([("database", lambda: away), ("writing", writing)])] == [
        "There is none."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("SQLITE_FULL", "Make room"),
        ("SQLITE_BUSY", "End what holds it"),
        ("SQLITE_READONLY_DIRECTORY", "own DATA_DIR"),
        ("25006", "takes writes"),
    ],
)
def test_a_database_that_can_only_be_read_is_told_with_its_cause(monkeypatch, code, told):
    monkeypatch.setattr(clock, "may_purge", refusing(code))
    (found,) = examine([("writing", writing)])
    assert "can be read and not written" in found.problem and "value" not in found.problem
    assert told in found.advice
