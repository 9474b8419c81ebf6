"""The ledger of erasures is kept as long as a backup is that an erasure has to be done again on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.backups import ledger, naming
from newsroom.backups.erasures import pruning
from newsroom.backups.keeping import owner
from newsroom.backups.models import Erasure

pytestmark = pytest.mark.django_db(transaction=True)


def months_of(folder):
    return sorted(path.name[:7] for path in folder.glob("*.jsonl"))


@pytest.fixture
def months(settings, tmp_path):
    """Return the folder of a ledger with one file for each of the last twenty months."""
    settings.BACKUP_TO = str(tmp_path)
    folder = tmp_path / owner.name_for(settings.SITE_URL) / "erasures"
    folder.mkdir(parents=True)
    for number in range(20):
        day = timezone.now() - timedelta(days=30 * number)
        (folder / f"{day:%Y-%m}-0123456789ab.jsonl").touch()
    return folder


def test_it_goes_back_to_a_month_before_the_oldest_backup(months):
    oldest = timezone.now() - timedelta(days=90)
    for made_at in (timezone.now(), oldest):
        (months.parent / naming.name_of(made_at)).touch()
    pruning.prune()
    assert months_of(months)[0] == f"{oldest - timedelta(days=31):%Y-%m}"


def test_without_a_backup_it_goes_back_more_than_a_year(months):
    pruning.prune()
    assert months_of(months)[0] == f"{timezone.now() - timedelta(days=400):%Y-%m}"


def test_rows_stay_until_they_have_been_in_the_ledger_for_weeks(months):
    for name in ("ann", "bob", "cid"):
        ledger.note("reader", name)
    first, second, _third = Erasure.objects.order_by("pk")
    Erasure.objects.filter(pk=first.pk).update(written_at=timezone.now() - timedelta(days=36))
    Erasure.objects.filter(pk=second.pk).update(written_at=None, at=timezone.now() - timedelta(days=99))
    pruning.prune()
    assert first not in Erasure.objects.all() and Erasure.objects.count() == 2
