"""What was done with backups, and how it went."""

from django.db import models
from django.utils import timezone

from newsroom.storage.rows import StandingRow


class BackupRun(StandingRow):
    """A backup that was made, looked at or put back, or the attempt."""

    class Kind(models.TextChoices):
        BACKUP = "backup", "backup"
        VERIFY = "verify", "verified"
        RESTORE = "restore", "put back"

    kind = models.CharField(max_length=7, choices=Kind)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    ok = models.BooleanField()
    elsewhere = models.BooleanField(default=False)  # to or from another place than BACKUP_TO
    name = models.CharField(max_length=80, blank=True)
    size = models.BigIntegerField(default=0)  # bytes
    words = models.CharField(max_length=500)

    class Meta:
        verbose_name = "run of a backup"
        verbose_name_plural = "runs of backups"
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
