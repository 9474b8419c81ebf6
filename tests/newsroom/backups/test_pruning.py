"""Which backups stay: some days, weeks and months, and never none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsroom.backups import naming, parts, pruning, state
from newsroom.backups.keeping import own, owner, stores
from newsroom.backups.models import BackupRun
from newsroom.backups.nightly import backup_is_due

NOW = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)  # a Saturday


def nights(*ages):
    return [naming.name_of(NOW - timedelta(days=age)) for age in ages]


@pytest.mark.parametrize(
    ("there", "keep", "stay"),
    [
        (range(7), (7, 4, 3), range(7)),
        (range(400), (7, 0, 0), range(7)),
        # The newest of each week: today, and the Sundays before; the newest of each month.
        (range(400), (1, 4, 0), [0, 6, 13, 20]),
        (range(400), (1, 0, 3), [0, 28, 59]),
        (range(400), (7, 4, 3), [0, 1, 2, 3, 4, 5, 6, 13, 20, 28, 59]),
        # Where nights are missing, what is there counts.
        ([40, 90, 91, 200], (7, 4, 3), [40, 90, 91, 200]),
        ([40, 90, 91, 200], (2, 0, 0), [40, 90]),
        ([], (7, 4, 3), []),
    ],
)
def test_it_keeps_the_newest_of_days_weeks_and_months(there, keep, stay):
    assert pruning.kept(nights(*there), keep) == set(nights(*stay))


def test_it_keeps_one_a_day_the_newest():
    twice = [naming.name_of(NOW), naming.name_of(NOW - timedelta(hours=1))]
    assert pruning.kept(twice, (7, 4, 3)) == {twice[0]}


def test_it_never_deletes_the_newest_good_one_for_bad_ones():
    names = nights(*range(10))
    bad = frozenset(nights(0, 1, 2))
    assert pruning.kept(names, (1, 0, 0), bad) == set(nights(3))
    assert pruning.kept(names[:1], (1, 0, 0), frozenset(names)) == set(nights(0))


def test_it_deletes_the_inquiries_of_a_backup_by_their_own_age(monkeypatch):
    one = parts.Part("inquiries", ("t",), lambda: timedelta(days=5))
    monkeypatch.setattr(pruning, "all_parts", lambda: [one])
    names = nights(0, 4, 5, 6)
    beside = [naming.part_of(name, "inquiries") for name in names]
    due = pruning.due_parts([*names, *beside], set(names), NOW)
    assert due == [naming.part_of(name, "inquiries") for name in nights(5, 6)]
    # Those whose backup goes, go with it.
    assert naming.part_of(names[0], "inquiries") in pruning.due_parts([*names, *beside], set(names[1:]), NOW)


@pytest.mark.django_db
def test_inquiries_go_in_time_though_no_backup_is_made_any_more(monkeypatch, settings, tmp_path):
    one = parts.Part("inquiries", ("t",), lambda: timedelta(days=5))
    monkeypatch.setattr(pruning, "all_parts", lambda: [one])
    settings.BACKUP_TO = str(tmp_path)
    folder = tmp_path / owner.name()
    folder.mkdir()
    now = timezone.now()
    hours = {hour: naming.name_of(now - timedelta(hours=hour)) for hour in (1, 118, 120)}
    for name in hours.values():
        (folder / naming.part_of(name, "inquiries")).touch()
    (folder / hours[120]).touch()
    pruning.prune_parts()
    stay = {naming.part_of(hours[hour], "inquiries") for hour in (1, 118)}
    assert {path.name for path in folder.iterdir()} == stay | {hours[120]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "ok", "now", "is_due"),
    [
        ((28, 2, 31), True, (28, 23, 0), False),
        ((28, 2, 31), True, (29, 2, 29), False),
        ((28, 2, 31), True, (29, 2, 30), True),
        ((27, 14, 0), True, (28, 9, 0), True),  # it was off at night
        ((28, 2, 31), False, (28, 3, 0), False),
        ((28, 2, 31), False, (28, 3, 32), True),
    ],
)
def test_it_makes_one_a_night_and_one_that_failed_again_after_an_hour(last, ok, now, is_due):
    def at(day, hour, minute):
        return datetime(2026, 11, day, hour, minute, tzinfo=UTC)

    assert backup_is_due(at(*now))
    BackupRun.objects.create(kind="backup", ok=ok, at=at(*last), words="")
    assert backup_is_due(at(*now)) is is_due


@pytest.mark.django_db
def test_it_keeps_each_of_the_last_day_whatever_else_was_made_that_day(settings, tmp_path):
    settings.BACKUP_KEEP = (1, 0, 0)
    now = timezone.now()
    made = [naming.name_of(now - timedelta(hours=hours)) for hours in (0, 1, 2, 50, 51)]
    for name in made:
        (tmp_path / name).touch()
    assert pruning.prune(stores.Folder(tmp_path)) == [made[4], made[3]]


@pytest.mark.django_db
def test_of_two_sites_in_one_place_each_prunes_its_own_and_says_what_lies_beside(settings, tmp_path):
    settings.BACKUP_TO, settings.BACKUP_KEEP = str(tmp_path), (1, 0, 0)
    now = timezone.now()
    old, older, oldest = (naming.name_of(now - timedelta(days=days)) for days in (10, 20, 30))
    BackupRun.objects.create(kind="backup", ok=True, name=oldest, words="")  # before sites had folders
    places = [owner.name(), "other.example.org"]
    for place in places:
        (tmp_path / place).mkdir()
        for name in (old, older):
            (tmp_path / place / name).touch()
    for name in (older, oldest, naming.part_of(oldest, "inquiries")):
        (tmp_path / name).touch()
    gone = pruning.prune(own.store())
    assert sorted(gone) == sorted([older, oldest, naming.part_of(oldest, "inquiries")])
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("newsroom-*")}
    assert left == {
        f"{places[0]}/{old}", f"other.example.org/{old}", f"other.example.org/{older}", older,
    }  # fmt: skip
    told = " ".join(own.beside(own.Own(own.root())))
    assert "other.example.org" in told and "1 file lies there" in told
    condition = state.place()
    assert condition.problem == told and places[0] in condition.advice
    (tmp_path / older).unlink()
    assert state.place().is_well and "other.example.org" in state.place().note


@pytest.mark.django_db
def test_a_site_keeps_the_name_of_its_backups_and_a_copy_elsewhere_gets_its_own(settings):
    settings.SITE_URL = "https://news.example.org"
    owner.note()
    settings.SITE_URL = "https://new.example.org:8443"
    assert owner.is_a_copy()
    owner.note()  # the address has changed
    assert owner.name() == "news.example.org" and not owner.part_from_its_origin()
    settings.SITE_URL = "http://trial.example.org:8001"
    told = owner.part_from_its_origin()  # a backup was put back
    assert "https://new.example.org:8443" in told and owner.name() == "trial.example.org-8001"
    assert not owner.is_a_copy()
