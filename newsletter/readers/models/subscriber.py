"""Who gets the newsletter, and whom no import may bring back."""

import datetime
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from newsletter.readers import addresses
from newsroom.storage.rows import StandingRow

from .leftover import PersonalModel, PersonalQuerySet

DAYS_PENDING = 14  # after which a sign-up that nobody confirmed is deleted
MAILS = 3  # to one address for one sign-up
ENTERED = ("state", "state_changed_at")
DOUBTS, DOUBTS_AMONG = (
    3,
    5,
)  # returns that leave the mailbox in doubt, among so many issues: then it counts as gone


class SubscriberQuerySet(PersonalQuerySet):
    """Readers in all their states."""

    def get_by_natural_key(self, key: str):
        return self.get(address_key=key)

    def confirmed(self):
        """Return those who asked for the newsletter and said so twice."""
        return self.filter(state=Subscriber.State.CONFIRMED)

    def receiving(self):
        """Return the confirmed who have not paused: the audience of an issue that starts now."""
        return self.confirmed().filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=timezone.localdate())
        )


class Subscriber(PersonalModel):
    """A mail address, what its owner wants to read, and whether the owner has confirmed it."""

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
        """Name no address: what Django's admin log keeps would outlive an erasure."""
        return _now("Subscriber %(number)s") % {"number": self.pk}

    def natural_key(self) -> tuple[str, ...]:
        return (self.address_key,)

    @property
    def mailbox(self):
        """Return the address as mail servers take it."""
        return addresses.mailbox(self.address)

    @property
    def is_confirmed(self):
        return self.state == self.State.CONFIRMED

    @property
    def is_paused(self):
        return self.paused_until is not None and self.paused_until > timezone.localdate()

    def confirm(self) -> None:
        """Do what the owner of the mailbox said: send the newsletter, whatever stood against it before.

        Raises DoesNotExist where the reader was erased meanwhile, and then brings nobody back.
        """
        with self.changing(*ENTERED, "confirmed_at", "paused_until", "mails_sent", "mailed_at"):
            Suppression.objects.of(self.address_key).delete()
            if not self.is_confirmed:
                self._enter(self.State.CONFIRMED)
                self.confirmed_at, self.paused_until = self.state_changed_at, None
                self.mails_sent, self.mailed_at = 0, None

    def unsubscribe(self) -> bool:
        """Send no more newsletters, those that wait included; return whether any would have come.

        Raises DoesNotExist where the reader was erased meanwhile.
        """
        with self.changing(*ENTERED, "mails_sent", "mailed_at"):
            if self.state not in {self.State.PENDING, self.State.CONFIRMED}:
                return False
            self._enter(self.State.UNSUBSCRIBED)
            self.mails_sent, self.mailed_at = 0, None
        return True

    def pause_until(self, day: datetime.date | None) -> None:
        """Send nothing before that day; None: send again. Raises DoesNotExist where the reader was erased."""
        with self.changing("paused_until"):
            self.paused_until = day

    def suppress(self, reason: str) -> None:
        """Send nothing more to a mailbox that does not exist, or that reported us, until its owner confirms anew.

        Who has unsubscribed stays so: from undeliverable one may come back where that was a mistake.
        """
        with transaction.atomic():
            Suppression.add(self.address_key, reason)
            had_left = type(self).objects.filter(pk=self.pk, state=self.State.UNSUBSCRIBED).exists()
            bounced = reason == Suppression.Reason.BOUNCED and not had_left
            self._enter(self.State.BOUNCED if bounced else self.State.UNSUBSCRIBED)
            # One that was erased meanwhile has no row to write, and stays suppressed.
            type(self).objects.filter(pk=self.pk).update(**{name: getattr(self, name) for name in ENTERED})

    def come_back(self) -> None:
        """Take it back that the mailbox is undeliverable, where nothing has happened to the reader since."""
        type(self).objects.filter(pk=self.pk, state=self.State.BOUNCED).update(
            state=self.State.CONFIRMED, state_changed_at=timezone.now()
        )

    def is_in_doubt(self) -> bool:
        """Return whether three of the last five issues, since the reader confirmed, say that the mailbox is gone."""
        tried = self.deliveries.filter(state__in=["sent", "bounced", "failed"])
        if self.confirmed_at:
            tried = tried.exclude(first_tried_at__lt=self.confirmed_at)
        last = tried.order_by("-issue_id").values_list("is_doubtful", flat=True)[:DOUBTS_AMONG]
        return sum(last) >= DOUBTS

    def erase(self, reason: str | None = None) -> None:
        """Forget this reader but for a keyed hash, so that no import brings the address back."""
        with transaction.atomic():
            Suppression.add(self.address_key, reason or Suppression.Reason.ERASED)
            self.delete()

    def _enter(self, state: str) -> None:
        self.state, self.state_changed_at = state, timezone.now()

    def set_address(self, address: str) -> None:
        """Take a cleaned address."""
        self.address, self.address_key = address, addresses.key_of(address)

    def may_be_mailed(self):
        """Return whether a mail of ours may go there on request: one an hour, three for one sign-up.

        Who is confirmed may ask for three links a day.
        """
        now = timezone.now()
        if self.mailed_at is None:
            return True
        over = timedelta(days=1 if self.is_confirmed else DAYS_PENDING)
        sent = 0 if now - self.mailed_at >= over else self.mails_sent
        return sent < MAILS and now - self.mailed_at >= timedelta(hours=1)

    def count_mail(self) -> None:
        """Count a mail that goes there on request now."""
        now = timezone.now()
        over = timedelta(days=1 if self.is_confirmed else DAYS_PENDING)
        if self.mailed_at is None or now - self.mailed_at >= over:
            self.mails_sent = 0
        self.mails_sent += 1
        self.mailed_at = now


class SuppressionQuerySet(models.QuerySet):
    """Addresses that get nothing."""

    def of(self, key: str):
        """Return the suppression of an address, known by its key."""
        return self.filter(address_hash__in=addresses.hashes_of(key))


class Suppression(StandingRow):
    """A keyed hash of an address that must get nothing until its owner confirms it anew."""

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
        cls.objects.update_or_create(
            address_hash=current, defaults={"reason": reason, "created_at": timezone.now()}
        )
