"""What the desk stores beside inquiries: settings, canned answers, figures and the key of the receipts."""

import datetime
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.pagecache import deadlines

from .sealed import SealedModel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SATURDAY = 5


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """Return the day that many working days (Monday to Friday) later."""
    while count > 0:
        day += datetime.timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def _days(
    label: "StrOrPromise", default: int, most: int, help_text: "StrOrPromise" = "", least: int = 1
) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        help_text=help_text,
    )


class DeskSettings(TellsChanges):
    """What officers promise, and how long inquiries are kept; there is one row."""

    # What a new site begins with: the form stays closed until somebody has filled in its blanks.
    OUTLINE = (
        "Only our inquiry officers read this. We must tell others only if [[what your law or your rules make you "
        "report]]; when it is safe we tell you first."
    )

    answer_days = _days(
        _("answer within (working days)"), 5, 60, _("The form promises it, and the desk counts by it.")
    )
    confidence_limits = models.TextField(
        _("limits of confidence"),
        max_length=600,
        blank=True,
        help_text=_(
            "Who reads a message, and when you have to tell others: your law or your rules may make you. The form "
            "shows it, and takes no message before it is written and its [[blanks]] are filled in."
        ),
    )
    away_notice = models.TextField(
        _("away notice"),
        max_length=400,
        blank=True,
        help_text=_(
            "Stands above the form until the day below: nobody reads until then, and whom to ask instead."
        ),
    )
    away_until = models.DateField(_("away until"), null=True, blank=True)
    keep_closed_days = _days(_("delete closed inquiries after (days)"), 90, 365)
    silent_days = _days(
        _("close what is silent after (days)"),
        30,
        180,
        _("Counted from our last answer. They are told a week before."),
        8,
    )
    keep_spam_days = _days(_("delete spam after (days)"), 30, 90)
    keep_at_most_days = _days(
        _("delete everything after (days)"),
        365,
        365,
        _("Whatever its state, unread too; officers are told then."),
    )
    backup_days = _days(
        _("backups are kept for (days)"),
        30,
        365,
        _("The form tells it to those who write. It has to be true: see how your backups are rotated."),
        0,
    )

    class Meta:
        verbose_name = _("settings of the desk")
        verbose_name_plural = _("settings of the desk")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_desk_settings")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def load(cls) -> "DeskSettings":
        """Return the settings, with defaults where nobody has saved any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def is_away(self) -> bool:
        """Return whether the away notice is shown today."""
        return bool(self.away_notice and self.away_until and deadlines.today() < self.away_until)

    def due_day(self) -> datetime.date:
        """Return the day until which an inquiry that comes now is to be answered."""
        today = deadlines.today()
        start = max(today, self.away_until) if self.is_away and self.away_until else today
        return working_days_after(start, self.answer_days)


class CannedAnswer(Noted):
    """A text for questions that come again and again, with blanks such as [[name]]."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    text = models.TextField(
        _("text"),
        max_length=10_000,
        help_text=_(
            "[[name]], [[reference]] and [[officer]] fill themselves. Any other blank, such as [[hotline]], "
            "has to be filled in before the answer can be sent."
        ),
    )

    objects = NotedQuerySet["CannedAnswer"].as_manager()

    class Meta:
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")
        default_permissions = ()
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class MonthlyFigures(SealedModel):
    """How many inquiries came in a month, by kind and country; counted on receipt and linked to no inquiry."""

    EMPTY = MappingProxyType({"counts": {}})  # "kind country" to a number

    month = models.DateField(unique=True)  # its first day

    class Meta(SealedModel.Meta):
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @classmethod
    def count(cls, day: datetime.date, kind: str, country: str) -> None:
        """Add one inquiry to the month of that day; call it inside a transaction."""
        month = day.replace(day=1)
        MonthlyFigures.objects.bulk_create([MonthlyFigures(month=month)], ignore_conflicts=True)
        row = MonthlyFigures.objects.select_for_update().get(month=month)
        name = f"{kind} {country}"
        row.seal(counts={**row.words["counts"], name: row.words["counts"].get(name, 0) + 1})
        row.save(update_fields=["sealed"])


class Safe(SealedModel):
    """One row with the key of the receipts, and counters that tell whether freed pages hold deleted rows."""

    EMPTY = MappingProxyType({"receipt_key": ""})

    deletions = models.BigIntegerField(default=0)  # transactions that have deleted inquiries
    swept = models.BigIntegerField(default=0)  # of them, those whose rows are out of the files too

    class Meta(SealedModel.Meta):
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_safe")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def receipt_key(cls) -> bytes:
        """Return the key with which receipts are made and looked up, made on first use; raises Unreadable."""
        safe = Safe.objects.filter(pk=1).exclude(sealed="").first()
        if safe is None:
            with transaction.atomic():
                Safe.objects.bulk_create([Safe(pk=1)], ignore_conflicts=True)
                safe = Safe.objects.select_for_update().get(pk=1)
                if not safe.sealed:  # another process may have been first
                    safe.seal(receipt_key=secrets.token_hex(32))
                    safe.save(update_fields=["sealed"])
        return bytes.fromhex(safe.words["receipt_key"])

    @classmethod
    def note_leftovers(cls) -> None:
        """Note that rows were deleted whose bytes the database's files may still hold; needs no INQUIRY_KEYS."""
        Safe.objects.bulk_create([Safe(pk=1)], ignore_conflicts=True)
        Safe.objects.update(deletions=models.F("deletions") + 1)

    @property
    def has_leftovers(self) -> bool:
        """Return whether the database's files may still hold bytes of deleted rows."""
        return self.deletions != self.swept
