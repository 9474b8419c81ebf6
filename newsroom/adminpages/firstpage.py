"""What Administrators read on the admin's first page about the state of the site: the last report of the watch."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.backups.models import BackupRun
from newsroom.conditions import reports
from newsroom.conditions.conditions import Condition, Weight

CODE, CODE_ENDS = mark_safe("<code>"), mark_safe("</code>")


@dataclass(frozen=True)
class Row:
    """A condition that is not well, and the address where it is dealt with, if there is one."""

    condition: Condition
    url: str = ""

    @property
    def is_failing(self) -> bool:
        """Return whether something that has to work does not."""
        return self.condition.weight is Weight.FAILING

    @property
    def said(self) -> SafeString:
        """Return the problem, with commands set as such."""
        return with_commands(self.condition.problem)

    @property
    def advised(self) -> SafeString:
        """Return the advice, with commands set as such."""
        return with_commands(self.condition.advice)


def with_commands(text: str) -> SafeString:
    """Return text as HTML in which what stands between backticks is code."""
    parts = text.split("`")
    return format_html_join(
        "",
        "{}{}{}",
        (("", part, "") if number % 2 == 0 else (CODE, part, CODE_ENDS) for number, part in enumerate(parts)),
    )


@dataclass(frozen=True)
class State:
    """What is not well, the gravest first, and in words when that was looked at."""

    rows: list[Row]
    looked: str


def state_for(user: User | AnonymousUser) -> State | None:
    """Return the state of the site for Administrators; None for others, whom notices tell what concerns them."""
    if not user.has_perms(["auth.add_user", "outbox.view_lostmail"]):
        return None
    last = reports.last()
    if last is None or not last.is_fresh:
        return State([Row(_nobody_looks(last))], "")
    rows = [Row(one, _address(one.page)) for one in last.problems]
    age = round(last.age)
    looked = ngettext("Looked at %(count)s second ago.", "Looked at %(count)s seconds ago.", age) % {
        "count": age
    }
    return State(rows, looked)


def last_backup(state: State | None) -> datetime | None:
    """Return when the last backup that went well was made, for those who read the state of the site."""
    if state is None or not settings.BACKUP_TO:
        return None
    kind = BackupRun.Kind.BACKUP
    runs = BackupRun.objects.filter(kind=kind, ok=True, elsewhere=False)
    return runs.values_list("at", flat=True).first()


def _address(page: str) -> str:
    try:
        return reverse(page) if page else ""
    except NoReverseMatch:  # of another version, whose report is still fresh
        return ""


def _nobody_looks(last: reports.Report | None) -> Condition:
    minutes = round(last.age / 60) if last else 0
    problem = (
        ngettext(
            "Nobody has looked at the site for %(count)s minute.",
            "Nobody has looked at the site for %(count)s minutes.",
            minutes,
        )
        % {"count": minutes}
        if last
        else _("Nobody has looked at the site yet.")
    )
    return Condition(
        "watch", problem, _("`manage.py serve` does, soon after its start; `manage.py doctor` does at once.")
    )
