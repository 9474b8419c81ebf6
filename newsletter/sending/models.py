"""The queue of an issue: one delivery for each of its readers, in batches, and domains that refuse our mail."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.outbox.models import Leased
from newsroom.storage.rows import StandingRow


class Dispatch(Leased):
    """When an issue's audience was fixed, and how far its deliveries are enqueued."""

    issue = models.OneToOneField("newsletter.Issue", on_delete=models.CASCADE, related_name="dispatch")
    fixed_at = models.DateTimeField(default=timezone.now)
    last_id = models.BigIntegerField()  # of the subscribers at that time
    reached_id = models.BigIntegerField(default=0)  # of the last subscriber that is enqueued
    is_complete = models.BooleanField(default=False)
    without = models.JSONField(
        default=list
    )  # articles withdrawn before it was resumed: no reason to pause again

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")

    def __str__(self) -> str:
        return str(self.issue_id)


class Batch(Leased):
    """A part of an issue's deliveries, with counters that only the sender with the lease writes.

    It is due while messages of it wait, and never again (None) once all are settled.
    """

    issue = models.ForeignKey("newsletter.Issue", on_delete=models.CASCADE, related_name="batches")
    size = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    deferred = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    uncertain = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)  # bounced after it was sent: not written by senders
    began_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")

    def __str__(self) -> str:
        return f"{self.issue_id}/{self.pk}"


class Delivery(StandingRow):
    """One message to one reader, and its state."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("delivered to the mail server")
        DEFERRED = "deferred", _("deferred")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", _("given up")
        CANCELLED = "cancelled", _("cancelled")

    issue = models.ForeignKey(
        "newsletter.Issue", on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        "newsletter.Subscriber", on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(null=True, blank=True)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_uncertain = models.BooleanField(default=False)
    is_returned = models.BooleanField(default=False)  # bounced after it was sent
    # By the answer or the bounce the mailbox may be gone: see Subscriber.is_in_doubt().
    is_doubtful = models.BooleanField(default=False, db_default=False)
    answer = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["issue", "subscriber"], name="one_delivery_a_reader_and_issue")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.get_state_display()}"


class SeenEvent(StandingRow):
    """The digest of what a provider signed, so that nobody posts it a second time."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("event that was taken up")
        verbose_name_plural = _("events that were taken up")

    def __str__(self) -> str:
        return self.digest[:12]


class DomainPauseQuerySet(models.QuerySet["DomainPause"]):
    """Pauses of domains, past ones included."""

    def current(self) -> Self:
        """Return the pauses that are not over."""
        return self.filter(until__gt=timezone.now())


class DomainPause(StandingRow):
    """A domain that refused too much of our mail, and gets none until a certain time."""

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    answer = models.CharField(_("answer of its server"), max_length=12, blank=True)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    answered = models.PositiveIntegerField(_("of"), default=0)
    # Since when it reported mailboxes as unknown whose readers waves.restore_readers() has not restored yet.
    wave_since = models.DateTimeField(null=True, editable=False)

    objects = DomainPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("paused domain")
        verbose_name_plural = _("paused domains")
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.domain


class DomainTally(StandingRow):
    """Counters of the answers of a domain's servers, for a day from their first refusal."""

    domain = models.CharField(max_length=253, unique=True)
    since = models.DateTimeField(default=timezone.now)
    answered = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of a domain")
        verbose_name_plural = _("tallies of domains")
        default_permissions = ()

    def __str__(self) -> str:
        return self.domain
