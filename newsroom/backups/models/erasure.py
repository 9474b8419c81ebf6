"""Erasures that the ledger beside the backups has to hold."""

import uuid

from django.db import models
from django.utils import timezone

from newsroom.storage.rows import StandingRow


class Erasure(StandingRow):
    """What was erased or taken from the public, by a keyed hash; the row goes some weeks after it is in the ledger."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)  # one entry can stand in the ledger twice
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=64)  # keyed hash: see ledger.keyed()
    details = models.JSONField(default=dict)  # no personal data
    at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = "erasure"
        verbose_name_plural = "erasures"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
