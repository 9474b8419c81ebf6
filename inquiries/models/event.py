"""The log of the desk: it points to inquiries and dies with them."""

from types import MappingProxyType

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .inquiry import Inquiry
from .sealed import SealedModel


class Event(SealedModel):
    """Who read or changed an inquiry, and when; deleted together with the inquiry."""

    class Action(models.TextChoices):
        READ = "read", _("read it")
        ANSWERED = "answered", _("answered")
        ASKED_BACK = "asked-back", _("asked back")
        NOTED = "noted", _("wrote a note")
        ASSIGNED = "assigned", _("changed the officer")
        HANDED_OVER = "handed-over", _("handed over the inquiries of a colleague who has left, unread")
        REFERRAL = "referral", _("changed the referral checklist")
        CLOSED = "closed", _("closed it")
        REOPENED = "reopened", _("reopened it")
        SPAM = "spam", _("marked it as spam")
        NOT_SPAM = "not-spam", _("took it out of spam")
        EXPORTED = "exported", _("exported it")
        EXPORTED_PERIOD = "exported-period", _("exported a period")
        SEARCHED = "searched", _("searched")
        SETTINGS = "settings", _("changed the settings of the desk")
        DELETED_UNREAD = "deleted-unread", _("an inquiry was deleted before anybody had read it")

    EMPTY = MappingProxyType({"deed": ""})

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, null=True, related_name="events")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(SealedModel.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def log(cls, action: str, officer: User | None, inquiry: Inquiry | None = None) -> None:
        """Store an action of an officer, on an inquiry or at the desk as a whole."""
        event = cls(officer=officer, inquiry=inquiry)
        event.seal(deed=action)
        event.save(force_insert=True)

    @property
    def action_label(self) -> str:
        """Return the action as the log shows it."""
        return str(self.Action(self.words["deed"]).label)
