"""What of mail, worker and clock can be wrong."""

import datetime as dt
import time
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.conditions import database
from newsroom.conditions.conditions import Condition, Weight
from newsroom.othersites import clocks

from . import clock, heartbeat, mailproof, ntp, pausing
from .models import LostMail, Mail, Trouble

LONGEST_WAIT = dt.timedelta(minutes=15)  # of a mail that is due, until somebody tries to send it
SKEW = 30  # seconds between the clock of this machine and that of the database


def moment(seconds: float) -> str:
    """Return seconds since 1970 as a day and time in the site's time zone."""
    return date_format(timezone.localtime(dt.datetime.fromtimestamp(seconds, dt.UTC)), "j M, H:i")


def worker() -> Condition:
    """Return whether a worker gives signs of life on every machine that has one, and whether its job goes on."""
    signs = list(heartbeat.signs())
    if not signs:
        return Condition(
            "worker",
            _("None runs: no mail leaves, and nothing is published to readers of the newsletter."),
            _(
                "Start it: `systemctl start newsroom`, or `manage.py serve`, which has one; `manage.py worker` is one."
            ),
        )
    for sign in signs:
        values = {"machine": sign.machine, "job": sign.job, "since": moment(time.time() - sign.age)}
        if sign.is_late:
            return Condition(
                "worker",
                _("The one of %(machine)s has given no sign of life since %(since)s.") % values,
                _(
                    "`manage.py serve` starts it again by itself; see whether that runs, and what the log says."
                ),
            )
        if sign.is_stuck:
            values["since"] = moment(time.time() - sign.still)
            return Condition(
                "worker",
                _("The one of %(machine)s hangs in the job “%(job)s” since %(since)s.") % values,
                _("After an hour `manage.py serve` starts it anew; restarting it now loses nothing."),
            )
    return Condition("worker", note=", ".join(_told(sign) for sign in signs))


def _told(sign: heartbeat.Sign) -> str:
    values = {"machine": sign.machine, "age": round(sign.age)}
    return _("%(machine)s, seen %(age)s s ago") % values


def server() -> Condition:
    """Return whether the mail server takes mail, as the last attempt showed."""
    trouble = Trouble.objects.first()
    if trouble is not None:
        if trouble.kind == Trouble.Cause.SIGN_IN:
            said = _("No mail has left since %(since)s: the server refuses our sign-in (%(words)s).")
        else:
            said = _("No mail has left since %(since)s: the server can’t be reached (%(words)s).")
        return Condition(
            "mail",
            said % {"since": moment(trouble.since.timestamp()), "words": trouble.words},
            _(
                "Mend EMAIL_URL and restart; `manage.py doctor --mail you@example.org` tries it. No mail is lost."
            ),
        )
    last = mailproof.last()
    if last is None:
        return Condition(
            "mail",
            _("None has left this machine yet by the present EMAIL_URL."),
            _("Try it: `manage.py doctor --mail you@example.org`."),
            Weight.UNREADY,
        )
    return Condition("mail", note=_("the last one was taken %(when)s") % {"when": moment(last)})


def waiting() -> Condition:
    """Return whether mail that is due waits for long without an attempt."""
    found = Mail.objects.filter(attempts=0, due_at__lt=timezone.now() - LONGEST_WAIT).aggregate(
        first=Min("due_at")
    )
    number = Mail.objects.count()
    if found["first"] is None or pausing.is_paused():
        text = ngettext("%(count)s mail", "%(count)s mails", number)
        return Condition("waiting mail", note=text % {"count": number})
    return Condition(
        "waiting mail",
        _("A mail was due on %(since)s, and nobody has tried to send it.")
        % {"since": moment(found["first"].timestamp())},
        _("See whether the worker runs, and in which job it is."),
    )


def lost() -> Condition:
    """Return whether mails were given up and nobody has dealt with them."""
    number = LostMail.objects.count()
    if not number:
        return Condition("lost mail")
    text = ngettext(
        "%(count)s mail was given up after two weeks, and waits for somebody to look at it.",
        "%(count)s mails were given up after two weeks, and wait for somebody to look at them.",
        number,
    )
    return Condition(
        "lost mail",
        text % {"count": number},
        _(
            "See which in the admin, mend the address, and have them sent again. After 90 days they are deleted."
        ),
        Weight.UNREADY,
        page="admin:outbox_lostmail_changelist",
    )


def writing() -> Condition:
    """Return whether the database can be written, by writing the time that the next look at the clock compares."""
    try:
        clock.may_purge()
    except (DatabaseError, InterfaceError) as error:
        file, code = database.sqlite_file(), database.code_of(error)
        if file is not None and not file.exists():
            raise  # the condition of the database tells it
        for beginnings, problem, advice in _unwritten():
            if code.startswith(beginnings):
                return Condition("writing", problem, advice)
        raise
    return Condition("writing")


def _unwritten() -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield how the database's codes begin, what that means, and what to do."""
    yield (
        ("SQLITE_FULL", "53100"),
        _("Its disk is full: the database can be read and not written."),
        _("Make room on the disk of the database. Nothing has to be restarted."),
    )
    yield (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03"),
        _("Something has held its lock for long: the database can be read and not written."),
        _("End what holds it, such as a command or a copy that hangs. Nothing has to be restarted."),
    )
    yield (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN"),
        _("The site’s user may not write its file: the database can be read and not written."),
        _("Let that user own DATA_DIR and all in it, and see whether the disk is mounted read-only."),
    )
    yield (
        ("25006",),
        _("It is a replica, or set to be read only: the database can be read and not written."),
        _("Let DATABASE_URL name the server that takes writes."),
    )


def clock_is_right() -> Condition:
    """Return whether the clock has jumped, differs from the database's, or is kept by nobody."""
    stopped = clock.stopped()
    if stopped is not None:
        return Condition(
            "clock",
            _("It has jumped ahead since %(since)s, so nothing is deleted by its age.")
            % {"since": moment(stopped.seen_at.timestamp())},
            _("Set it right, or confirm it on the first page of the admin or by `manage.py confirm_clock`."),
            page="admin:clock",
        )
    if difference := _difference():
        return Condition(
            "clock",
            _("It differs from that of the database by %(seconds)s seconds.") % {"seconds": difference},
            _("Let both machines keep the time by NTP: `timedatectl set-ntp true`."),
        )
    by_others = clocks.ahead()
    if by_others is not None and abs(by_others) > SKEW:
        return Condition(
            "clock",
            _("It differs from that of other sites by %(seconds)s seconds.")
            % {"seconds": round(abs(by_others))},
            _("Let this machine keep the time by NTP: `timedatectl set-ntp true`."),
        )
    if ntp.is_synchronised() is False:
        return Condition(
            "clock",
            _("Nobody keeps it right: this machine is not synchronised by NTP."),
            _("Run `timedatectl set-ntp true`, or install chrony."),
            Weight.UNREADY,
        )
    return Condition("clock")


def _difference() -> int:
    """Return the seconds between the clocks of this machine and of the database's, or 0 where they may be the same."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        seconds = float(cursor.fetchone()[0])
    difference = round(time.time() - seconds)
    return difference if abs(difference) > SKEW else 0
