"""Which mail about which object waits to leave."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Leased(models.Model):
    """A row that one sender at a time works on, for as long as its lease runs."""

    due_at = models.DateTimeField(null=True, db_index=True, default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


class Mail(Leased):
    """A mail to one person: its kind, and the key of the object that it is about."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    recipient = models.TextField(blank=True, editable=False)  # encrypted; empty: looked up when it is sent
    attempts = models.PositiveSmallIntegerField(default=0)
    wanted_at = models.DateTimeField(default=timezone.now)  # when it was to leave first

    class Meta:
        verbose_name = "mail"
        verbose_name_plural = "mails"

    def __str__(self):
        return f"{self.kind} {self.key}"

    @property
    def token(self):
        """Return what its Message-ID is made of: the same at every attempt, and not to be guessed."""
        value = f"{self.pk}:{self.kind}:{self.key}:{self.wanted_at.timestamp()}"
        return salted_hmac("newsroom.outbox", value, algorithm="sha256").hexdigest()[:32]
