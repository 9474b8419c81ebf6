"""The readers of the newsletter, and the addresses that must get none."""

import datetime
import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from newsletter.readers import addresses, erasures
from newsroom.backups.noted import Noted, NotesDeletion
from newsroom.storage.rows import StandingRow

from .leftover import PersonalModel, PersonalQuerySet

DAYS_PENDING = 14  # after which a sign-up that nobody confirmed is deleted
MAILS = 3  # sent to one address on request until the count starts anew
ENTERED = ("state", "state_changed_at")
DOUBTS, DOUBTS_AMONG = 3, 5  # so many doubtful bounces among so many issues: the mailbox counts as gone


class SubscriberQuerySet(NotesDeletion, PersonalQuerySet["Subscriber"]):
    """Readers in all their states."""

    def get_by_natural_key(self, key: str) -> "Subscriber":
        """Return the reader with this key of an address."""
        return self.get(address_key=key)

    def confirmed(self) -> Self:
        """Return the readers who have confirmed (double opt-in)."""
        return self.filter(state=Subscriber.State.CONFIRMED)

    def receiving(self) -> Self:
        """Return the confirmed readers who do not pause today: the audience of an issue that starts now."""
        return self.confirmed().filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=timezone.localdate())
        )


class Subscriber(Noted, PersonalModel):
    """A mail address, the interests of its owner, and whether the owner has confirmed it."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("undeliverable")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.CharField(_("mail address"), max_length=254, help_text=_("As its owner wrote it."))
    address_key = models.CharField(max_length=254, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    state_changed_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    countries = models.ManyToManyField(
        "articles.Country", verbose_name=_("countries"), blank=True, related_name="+"
    )
    topics = models.ManyToManyField("articles.Topic", verbose_name=_("topics"), blank=True, related_name="+")
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    created_at = models.DateTimeField(_("signed up"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    came_by = models.ForeignKey(
        "newsletter.Import",
        verbose_name=_("imported with"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    mails_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "id"], name="subscriber_by_state")]
        permissions = [("erase_subscriber", "Can erase subscribers")]

    def __str__(self) -> str:
        """Return a name without the address, since Django's admin log would keep it after an erasure."""
        return _now("Subscriber %(number)s") % {"number": self.pk}

    def natural_key(self) -> tuple[str, ...]:
        return (self.address_key,)

    @property
    def mailbox(self) -> str:
        """Return the address as mail servers take it."""
        return addresses.mailbox(self.address)

    @property
    def is_confirmed(self) -> bool:
        """Return whether the reader has confirmed and not left since."""
        return self.state == self.State.CONFIRMED

    @property
    def is_paused(self) -> bool:
        """Return whether the reader pauses today."""
        return self.paused_until is not None and self.paused_until > timezone.localdate()

    def confirm(self) -> None:
        """Send the newsletter from now on, and lift a suppression of the address.

        Raises DoesNotExist where the reader was erased meanwhile.
        """
        with self.changing(*ENTERED, "confirmed_at", "paused_until", "mails_sent", "mailed_at"):
            Suppression.objects.of(self.address_key).delete()
            erasures.note(self.address_key, erasures.CONFIRMED)
            if not self.is_confirmed:
                self._enter(self.State.CONFIRMED)
                self.confirmed_at, self.paused_until = self.state_changed_at, None
                self.mails_sent, self.mailed_at = 0, None

    def unsubscribe(self) -> bool:
        """Send no more newsletters, those in the queue included; return whether the reader was subscribed or pending.

        Raises DoesNotExist where the reader was erased meanwhile.
        """
        with self.changing(*ENTERED, "mails_sent", "mailed_at"):
            if self.state not in {self.State.PENDING, self.State.CONFIRMED}:
                return False
            self._enter(self.State.UNSUBSCRIBED)
            erasures.note(self.address_key, erasures.UNSUBSCRIBED)
            self.mails_sent, self.mailed_at = 0, None
        return True

    def pause_until(self, day: datetime.date | None) -> None:
        """Send nothing before that day, or send again (None); raises DoesNotExist where the reader was erased."""
        with self.changing("paused_until"):
            self.paused_until = day
            erasures.note_pause(self.address_key, day)

    def suppress(self, reason: str) -> None:
        """Suppress an address that does not exist or whose owner complained, until its owner confirms anew.

        Whoever has unsubscribed stays unsubscribed: only an undeliverable reader can come back after a mistake.
        """
        with transaction.atomic():
            Suppression.add(self.address_key, reason)
            had_left = type(self).objects.filter(pk=self.pk, state=self.State.UNSUBSCRIBED).exists()
            bounced = reason == Suppression.Reason.BOUNCED and not had_left
            self._enter(self.State.BOUNCED if bounced else self.State.UNSUBSCRIBED)
            # A reader who was erased meanwhile has no row, and stays suppressed.
            type(self).objects.filter(pk=self.pk).update(**{name: getattr(self, name) for name in ENTERED})

    def restore(self) -> None:
        """Mark an undeliverable reader as confirmed again, where the state has not changed since."""
        with transaction.atomic():
            bounced = type(self).objects.filter(pk=self.pk, state=self.State.BOUNCED)
            if bounced.update(state=self.State.CONFIRMED, state_changed_at=timezone.now()):
                erasures.note(self.address_key, erasures.CONFIRMED)

    def is_in_doubt(self) -> bool:
        """Return whether DOUBTS of the last DOUBTS_AMONG issues since the reader confirmed were doubtful."""
        tried = self.deliveries.filter(state__in=["sent", "bounced", "failed"])
        if self.confirmed_at:
            tried = tried.exclude(first_tried_at__lt=self.confirmed_at)
        last = tried.order_by("-issue_id").values_list("is_doubtful", flat=True)[:DOUBTS_AMONG]
        return sum(last) >= DOUBTS

    def erase(self, reason: str | None = None) -> None:
        """Delete this reader but for a keyed hash, so that no import brings the address back."""
        with transaction.atomic():
            Suppression.add(self.address_key, reason or Suppression.Reason.ERASED)
            self.delete()

    def _enter(self, state: str) -> None:
        self.state, self.state_changed_at = state, timezone.now()

    def set_address(self, address: str) -> None:
        """Set a cleaned address and its key; the caller saves."""
        self.address, self.address_key = address, addresses.key_of(address)

    def may_be_mailed(self) -> bool:
        """Return whether a mail that somebody requests may be sent to this address now.

        At least an hour lies between two mails, and at most MAILS are sent until the count starts anew.
        """
        if self.mailed_at is None:
            return True
        sent = 0 if self._mail_count_has_expired() else self.mails_sent
        return sent < MAILS and timezone.now() - self.mailed_at >= timedelta(hours=1)

    def count_mail(self) -> None:
        """Count a requested mail that is sent now; the caller saves."""
        if self._mail_count_has_expired():
            self.mails_sent = 0
        self.mails_sent += 1
        self.mailed_at = timezone.now()

    def _mail_count_has_expired(self) -> bool:
        """Return whether the next mail is counted as the first one again.

        It is a day after the last mail to a confirmed reader, and DAYS_PENDING days after one to anybody else.
        """
        if self.mailed_at is None:
            return True
        return timezone.now() - self.mailed_at >= timedelta(days=1 if self.is_confirmed else DAYS_PENDING)


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Suppressed addresses."""

    def of(self, key: str) -> Self:
        """Return the suppressions of the address with this key."""
        return self.filter(address_hash__in=addresses.hashes_of(key))


class Suppression(StandingRow):
    """The keyed hash of an address that gets no mail until its owner confirms it anew."""

    class Reason(models.TextChoices):
        ERASED = "erased", _("erased at the reader's wish")
        UNSUBSCRIBED = "left", _("unsubscribed long ago")
        BOUNCED = "bounced", _("no such mailbox")
        COMPLAINED = "complained", _("reported as spam")

    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.get_reason_display()

    @classmethod
    def add(cls, key: str, reason: str) -> None:
        """Suppress the address with this key; a later reason replaces an earlier one."""
        current = addresses.hashes_of(key)[0]
        with transaction.atomic():
            cls.objects.update_or_create(
                address_hash=current, defaults={"reason": reason, "created_at": timezone.now()}
            )
            erasures.note(key, reason, suppressed=current)
