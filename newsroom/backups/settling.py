"""Between a backup that was put back and a site that may be served: what was erased since is done again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.conditions.commands import here
from newsroom.offers import offered
from newsroom.outbox import pausing
from newsroom.outbox.models import Leased, Mail
from newsroom.storage import securedeletion

from . import ledger, noted
from .erasures import redoing
from .keeping import owner
from .models import PutBack

type Say = Callable[[str], None]
type Ask = Callable[[str], bool]  # returns whether to go on

NO_LEDGER = gettext_lazy(
    "The ledger of erasures can't be read (%(error)s). Whoever was erased, and whatever was deleted or taken from the "
    "site after %(made_at)s is back: readers who left, inquiries, pictures, articles, accounts."
)
LOST = gettext_lazy(
    "The ledger of erasures was lost, and the backup is of %(made_at)s. What it holds is done again; what else was "
    "erased or taken from the site in between is back: readers who left, inquiries, pictures, articles, accounts."
)
SHORT = gettext_lazy(
    "The ledger of erasures is complete since %(since)s only, and the backup is of %(made_at)s. What it holds is done "
    "again; what else was erased or taken from the site in between is back: readers who left, inquiries, pictures, "
    "articles, accounts."
)
UNREADABLE = gettext_lazy(
    "%(count)s lines of the ledger can't be read: they are cut, or were written under another key of the backups. "
    "What they erased is not done again."
)


def begin(made_at: datetime) -> PutBack:
    """Note that a backup of that time is in the database, and pause the worker; nothing may be served yet."""
    pausing.pause()
    last_mail = Mail.objects.aggregate(last=models.Max("pk"))["last"] or 0
    return PutBack.objects.create(made_at=made_at, last_mail_id=last_mail)


def before_replacing() -> None:
    """Write into the ledger what only the database that goes away knows of erasures."""
    with suppress(DatabaseError):  # there is none, or it is damaged
        ledger.write_pending()


def unsettled() -> PutBack | None:
    """Return the backup that was put back and not settled yet."""
    return PutBack.objects.filter(settled_at=None).first()


def lacks_ledger() -> bool:
    """Return whether the last backup was put back without the ledger."""
    return PutBack.objects.values_list("has_ledger", flat=True).first() is False


def settle(say: Say, ask: Ask) -> PutBack | None:
    """Do again what the ledger says since the backup; return what was put back, or None where nothing waits for it.

    It can be interrupted and run again. Raises CommandError where the ledger is missing and `ask` says no.
    """
    put_back = unsettled()
    if put_back is None:
        return None
    pausing.pause()
    for model in Leased.__subclasses__():  # the processes that held them are gone
        model._default_manager.exclude(leased_by="").update(lease_until=None, leased_by="")
    report = _at_every_restore() + _by_the_ledger(put_back, say, ask)
    report += [sentence for after in offered("put_back_last") for sentence in [after()] if sentence]
    _clean_files()
    cache.clear()
    with transaction.atomic():  # until here the ledger was that of where the backup comes from
        report += [sentence for sentence in [owner.part_from_its_origin()] if sentence]
        put_back.report, put_back.settled_at = report, timezone.now()
        put_back.save(update_fields=["report", "settled_at", "has_ledger"])
    for sentence in report:
        say(sentence)
    return put_back


def _at_every_restore() -> list[str]:
    """Do what apps do with every backup that is put back, whatever the ledger says; return sentences."""
    with ledger.silence():
        return [sentence for put_back in offered("put_back") for sentence in [put_back()] if sentence]


def _by_the_ledger(put_back: PutBack, say: Say, ask: Ask) -> list[str]:
    try:
        reading = ledger.read(_since(put_back))
    except ledger.Missing as error:
        told = NO_LEDGER % {"error": error, "made_at": _utc(put_back.made_at)}
        return [_without(put_back, told, say, ask)]
    lacking = []
    if not reading.reaches_back_to(put_back.made_at):
        values = {"made_at": _utc(put_back.made_at), "since": ""}
        if reading.complete_since:
            values["since"] = _utc(reading.complete_since)
        told = (SHORT if reading.complete_since else LOST) % values
        lacking = [_without(put_back, told, say, ask)]
    done, unknown = redoing.redo_all(reading.entries)
    report = [
        what
        if isinstance(what, str)
        else _("Done again, %(kind)s: %(count)s.") % {"kind": kind, "count": what}
        for kind, what in sorted(done.items())
        if what
    ]
    if not report:
        told = _("Nothing had to be done again (%(count)s entries of the ledger).")
        report = [told % {"count": len(reading.entries)}]
    report += lacking
    if reading.unreadable:
        report.append(UNREADABLE % {"count": reading.unreadable})
    report += [_("No app knows how to do again: %(kind)s.") % {"kind": kind} for kind in sorted(unknown)]
    return report


def _without(put_back: PutBack, told: str, say: Say, ask: Ask) -> str:
    """Ask whether to go on without all of the ledger; return what was told. Raises CommandError for a no."""
    say(told)
    if not ask("Go on without it?"):
        raise CommandError(here("Nothing is served before `manage.py restore --continue`."))
    put_back.has_ledger = False
    return told


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M %Z}"


def _since(put_back: PutBack) -> datetime:
    """Return since when the ledger counts: an earlier restore has settled what it says about the time before."""
    settled = PutBack.objects.exclude(settled_at=None).filter(settled_at__lt=put_back.made_at)
    earlier = settled.aggregate(last=models.Max("settled_at"))["last"]
    since = put_back.made_at - ledger.CLOCKS_DIFFER
    return max(since, earlier) if earlier else since


def _clean_files() -> None:
    """Take what was deleted out of the files of the database as well."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for sweep in offered("sweeps"):
        sweep()
    if connection.vendor != "sqlite":
        securedeletion.rewrite([model for model in apps.get_models() if issubclass(model, noted.Noted)])
