"""Machines on one database share what they have to, or the second one does not start."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.models.functions import Now

from newsroom.filestore import machines
from newsroom.filestore.models import Machine, Store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_postgresql(settings, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite serves one machine.")
    settings.MEDIA_ROOT, settings.DATA_DIR, settings.FILES_URL = tmp_path / "media", tmp_path, ""


def other(shares_cache, age=0):
    return Machine.objects.create(
        name="other", shares_cache=shares_cache, seen_at=Now() - age * machines.GONE_AFTER
    )


@pytest.mark.parametrize(("ours", "theirs"), [(False, False), (False, True), (True, False)])
def test_a_second_machine_without_a_common_cache_does_not_start(settings, ours, theirs):
    settings.CACHE_IS_SHARED = ours
    other(theirs)
    with pytest.raises(CommandError, match="CACHE_URL=redis://") as refused:
        machines.enter()
    assert "\n" not in str(refused.value) and not machines.condition().is_well


def test_a_second_machine_with_a_common_cache_starts(settings, tmp_path):
    settings.CACHE_IS_SHARED, settings.FILES_URL = True, f"file://{tmp_path}"
    other(True)
    machines.enter()
    assert machines.condition().is_well and Machine.objects.count() == 2 and Store.objects.exists()
    machines.leave()
    assert list(Machine.objects.values_list("name", flat=True)) == ["other"]


def test_a_machine_takes_the_place_of_one_that_is_gone_and_starts_beside_itself(settings):
    settings.CACHE_IS_SHARED = False
    other(False, age=1)
    Machine.objects.create(name=machines._token(), shares_cache=False, seen_at=Now())  # of a version before
    machines.enter()
    machines.enter()
    assert machines.condition().is_well and len(machines.name()) == 32


@pytest.mark.parametrize(("cache", "told"), [(False, "CACHE_URL=redis://"), (True, "FILES_URL")])
def test_a_clone_with_the_same_data_is_another_machine(settings, monkeypatch, cache, told):
    settings.CACHE_IS_SHARED = cache
    monkeypatch.setattr(machines, "CONTAINER_MARKS", ())
    machines.enter()
    monkeypatch.setattr("socket.gethostname", lambda: "clone")
    with pytest.raises(CommandError, match=told):
        machines.enter()
    assert not machines.condition().is_well


def test_a_container_that_is_made_anew_is_the_same_machine(settings, monkeypatch, tmp_path):
    settings.CACHE_IS_SHARED = False
    monkeypatch.setattr(machines, "CONTAINER_MARKS", (str(tmp_path),))
    machines.enter()
    monkeypatch.setattr("socket.gethostname", lambda: "f3a91c77b2d0")
    machines.enter()
