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


def test_a_second_machine_with_a_common_cache_starts(settings):
    settings.CACHE_IS_SHARED = True
    other(True)
    machines.enter()
    assert machines.condition().is_well and Machine.objects.count() == 2 and Store.objects.exists()
    machines.leave()
    assert list(Machine.objects.values_list("name", flat=True)) == ["other"]


def test_a_machine_takes_the_place_of_one_that_is_gone_and_starts_beside_itself(settings):
    settings.CACHE_IS_SHARED = False
    other(False, age=1)
    machines.enter()
    machines.enter()
    assert machines.condition().is_well and len(machines.name()) == 32
