"""The ledger: one row for each reader of each issue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """A part of an issue's ledger, whose counters one sender at a time writes."""

    issue = models.ForeignKey("newsletter.Issue", on_delete=models.CASCADE, related_name="batches")
    size = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    deferred = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    uncertain = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")

    def __str__(self):
        return f"{self.issue_id}/{self.pk}"


class Delivery(models.Model):
    """One message to one reader, and how far it has come."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("delivered to the mail server")
        DEFERRED = "deferred", _("deferred")
        BOUNCED = "bounced", _("bounced")
        CANCELLED = "cancelled", _("cancelled")

    issue = models.ForeignKey("newsletter.Issue", on_delete=models.CASCADE, related_name="deliveries")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        "newsletter.Subscriber", on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_uncertain = models.BooleanField(default=False)
    answer = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscriber"], name="one_delivery_a_reader_and_issue")
        ]

    def __str__(self):
        return f"{self.issue_id}: {self.get_state_display()}"
