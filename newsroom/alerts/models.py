"""The record of changes to what people in danger rely on."""

from django.db import models
from django.utils import timezone

from newsroom.storage.rows import StandingRow


class Alert(StandingRow):
    """The changes of one save, as telling.Change; the row is kept as a record."""

    changed_by = models.CharField(max_length=310)
    changed_at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField()

    class Meta:
        verbose_name = "alert"
        verbose_name_plural = "alerts"

    def __str__(self) -> str:
        return ", ".join(change["what"] for change in self.changes)
