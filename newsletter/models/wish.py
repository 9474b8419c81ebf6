"""What readers have asked for and we have not done yet."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Wish(models.Model):
    """What somebody typed into a form of ours, kept for the seconds until the worker takes it up.

    The website only writes it down and does not look whether we know the address: so its answer, and the
    time it takes, can't tell.
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

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")

    def __str__(self):
        return self.get_kind_display()


class AddressChange(models.Model):
    """A reader's new address, until both mailboxes have agreed."""

    subscriber = models.OneToOneField(
        "newsletter.Subscriber", on_delete=models.CASCADE, related_name="address_change"
    )
    address = models.CharField(max_length=254)
    address_key = models.CharField(max_length=254)
    old_agreed_at = models.DateTimeField(null=True, blank=True)
    new_agreed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self):
        return str(self.subscriber)
