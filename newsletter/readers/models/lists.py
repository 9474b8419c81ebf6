"""Imported and exported lists of readers: who did it, when, how many readers, and with what consent."""

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.storage.rows import StandingRow

from .leftover import PersonalModel, PersonalQuerySet


class Import(Noted):
    """An imported list: read, shown, approved by a person, and only then added to the readers."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        WAITING = "waiting", _("waiting for your decision")
        IMPORTING = "importing", _("being imported")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("could not be read")

    consent = models.TextField(
        _("how these people agreed"),
        max_length=2000,
        validators=[MinLengthValidator(20)],
        help_text=_("When, where and to what: kept as evidence, and asked for in a complaint."),
    )
    told = models.CharField(
        _("what its readers are told"),
        max_length=200,
        default="",
        validators=[MinLengthValidator(20)],
        help_text=_(
            "Stands at the end of every newsletter to them, such as: You signed up on paper at our conference in "
            "May 2019."
        ),
    )
    file_name = models.CharField(_("file"), max_length=200, editable=False)
    content = models.BinaryField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING, editable=False)
    refusal = models.CharField(max_length=300, blank=True, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    lines = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_by_name = models.CharField(_("by"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = NotedQuerySet["Import"].as_manager()

    class Meta:
        verbose_name = _("imported list")
        verbose_name_plural = _("imported lists")
        ordering = ["-created_at", "-pk"]
        permissions = [("import_list", "Can import lists of subscribers")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def progress(self) -> int:
        """Return how much of the reading or importing is done, in percent."""
        if self.state == self.State.READING:
            part, whole = self.lines, self.total
        else:
            part, whole = self.done, int(self.counts.get(ImportRow.Fate.NEW, 0))
        return min(100 * part // whole, 100) if whole else 0


class ImportRowQuerySet(PersonalQuerySet["ImportRow"]):
    """Lines of lists."""


class ImportRow(PersonalModel):
    """One line of a list, and what happens with it; addresses are deleted when the import is over."""

    class Fate(models.TextChoices):
        NEW = "new", _("will be added")
        ADDED = "added", _("added")
        KNOWN = "known", _("skipped: known already, subscribed or not")
        TWICE = "twice", _("skipped: stands in the list twice")
        SUPPRESSED = "suppressed", _("skipped: must not get mail")
        OPTED_OUT = "opted_out", _("skipped: by the list itself not subscribed, or in doubt")
        WRONG = "wrong", _("can’t be used")

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    address = models.CharField(_("mail address"), max_length=254, blank=True)
    address_key = models.CharField(max_length=254, blank=True)
    countries = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    paused_until = models.DateField(null=True)
    fate = models.CharField(_("what happens"), max_length=10, choices=Fate)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a list")
        verbose_name_plural = _("lines of a list")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="one_row_a_line")]
        indexes = [
            models.Index(fields=["source", "fate", "line"], name="import_row_by_fate"),
            models.Index(fields=["source", "address_key"], name="import_row_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.line}"


class Export(StandingRow):
    """An export of the list of readers."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    created_by_name = models.CharField(_("by"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    readers = models.PositiveIntegerField(_("readers"), editable=False)

    class Meta:
        verbose_name = _("exported list")
        verbose_name_plural = _("exported lists")
        ordering = ["-created_at", "-pk"]
        permissions = [("export_list", "Can export lists of subscribers")]

    def __str__(self) -> str:
        return str(timezone.localdate(self.created_at))
