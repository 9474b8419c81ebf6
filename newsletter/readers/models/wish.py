"""What readers have asked for and the worker has not done yet."""

import uuid

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.readers import erasures
from newsroom.backups.noted import Noted, NotesDeletion

from .leftover import Leftover, PersonalModel, PersonalQuerySet
from .subscriber import Subscriber, Suppression


class WishQuerySet(PersonalQuerySet["Wish"]):
    """Wishes of readers."""


class Wish(PersonalModel):
    """What somebody typed into a form, stored for the seconds until the worker handles it.

    The website stores it without looking up the address, so that neither its answer nor the time it takes tells whether
    the address is known.
    """

    class Kind(models.TextChoices):
        SIGN_UP = "sign-up", _("sign up")
        LINK = "link", _("link to one's own page")

    kind = models.CharField(max_length=8, choices=Kind)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    countries = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, db_index=True)  # None: at once

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")

    def __str__(self) -> str:
        return self.get_kind_display()


class AddressChangeQuerySet(NotesDeletion, PersonalQuerySet["AddressChange"]):
    """Changes of address that wait for an agreement."""


class AddressChange(Noted, PersonalModel):
    """A reader's new address, until both mailboxes have agreed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscriber = models.OneToOneField(
        "newsletter.Subscriber", on_delete=models.CASCADE, related_name="address_change"
    )
    address = models.CharField(max_length=254)
    address_key = models.CharField(max_length=254)
    old_agreed_at = models.DateTimeField(null=True, blank=True)
    new_agreed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self) -> str:
        return str(self.subscriber)

    def agree(self, side: str) -> bool:
        """Note that one mailbox, 'old' or 'new', has agreed; once both have, the reader gets the new address.

        Return False where the change is deleted, or where somebody has left: the reader or the new address's owner.
        """
        with transaction.atomic():
            # The reader is locked first, as by every form of the reader's own page: no deadlock.
            Subscriber.objects.select_for_update().filter(pk=self.subscriber_id).first()
            change = type(self).objects.select_for_update().filter(pk=self.pk).first()
            if change is None:
                return False
            if change._has_somebody_left():
                change.delete()
                return False
            setattr(change, f"{side}_agreed_at", getattr(change, f"{side}_agreed_at") or timezone.now())
            change.save(update_fields=[f"{side}_agreed_at"])
            if change.old_agreed_at and change.new_agreed_at:
                change._carry_out()
        return True

    def _has_somebody_left(self) -> bool:
        """Return whether the reader, or the owner of the new address, has left since the change was asked for."""
        left = Q(state__in=[Subscriber.State.UNSUBSCRIBED, Subscriber.State.BOUNCED])
        whose = Q(pk=self.subscriber_id) | Q(address_key=self.address_key)
        if Subscriber.objects.filter(left & whose, state_changed_at__gt=self.created_at).exists():
            return True
        return Suppression.objects.of(self.address_key).filter(created_at__gt=self.created_at).exists()

    def _carry_out(self) -> None:
        """Give the reader the new address; a reader who had it before is the same person and is deleted."""
        reader = self.subscriber
        Suppression.objects.of(self.address_key).delete()
        Subscriber.objects.filter(address_key=self.address_key).exclude(pk=reader.pk).delete()
        erasures.note(reader.address_key, erasures.MOVED)
        erasures.note(self.address_key, erasures.CONFIRMED)  # its suppression is lifted
        reader.set_address(self.address)
        reader.save(update_fields=["address", "address_key"])
        # The doubts were about the former mailbox.
        reader.deliveries.filter(is_doubtful=True).update(is_doubtful=False)
        Leftover.note(Subscriber)
        self.delete()
