"""An inquiry and its thread. In plain letters the database holds states, times, due day and officer;
of what floods sent, for a week, a name of its network that holds for a day and tells nobody which it was.
"""

import uuid
from types import MappingProxyType

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .desk import DeskSettings
from .sealed import SealedModel


class Kind(models.TextChoices):
    """What somebody writes to us about."""

    RESEARCH = "research", _("Research request")
    QUESTION = "question", _("Question")
    HELP = "help", _("I or someone needs help")
    OFFER = "offer", _("Offer of help or resources")
    MEDIA = "media", _("Media")
    CORRECTION = "correction", _("Correction of an article")
    OTHER = "other", _("Something else")


class ReplyBy(models.TextChoices):
    """How the sender hears of an answer."""

    RECEIPT = "receipt", _("Only here, with my receipt: no mail at all")
    NOTICE = "notice", _("Mail me that an answer waits here, and nothing else")
    FULL = "full", _("Mail me the full answer")


class InquiryQuerySet(models.QuerySet):
    """Inquiries by where they stand."""

    def at_work(self):
        """Return what is neither closed nor set aside."""
        return self.exclude(state__in=[Inquiry.State.CLOSED, *Inquiry.SET_ASIDE])

    def spam(self):
        return self.filter(state=Inquiry.State.SPAM)


class Inquiry(SealedModel):
    """What one person asked, and all that followed."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("open")
        WAITING = "waiting", _("waiting for them")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        HELD = "held", _("held back in a flood")
        SPAM = "spam", _("spam")

    SET_ASIDE = (State.HELD, State.SPAM)  # until an officer has looked at it

    EMPTY = MappingProxyType(
        {
            "reference": "",
            "kind": "",
            "country": "",  # ISO 3166-1, two letters
            "language": "",  # of the answer
            "reply_by": ReplyBy.RECEIPT.value,
            "address": "",
            "name": "",
            "organisation": "",
            "about": "",  # the path of an article
            "suspicions": [],  # why it came to the spam state: keys of inquiries.abuse
            "counted": False,  # whether the figures hold it
            "referral": {},  # step of the checklist to when and by whom it was done
            "referred_to": "",
            "is_example": False,  # of the demo
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lookup = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the receipt
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    last_entry_at = models.DateTimeField(default=timezone.now)
    network_group = models.CharField(
        max_length=16, default="", editable=False
    )  # of spam alone: throttle.alias()
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)  # told that it closes by itself
    closed_at = models.DateTimeField(null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = InquiryQuerySet.as_manager()

    class Meta(SealedModel.Meta):
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        permissions = [("export_inquiry", _("Can export inquiries"))]
        indexes = [
            models.Index(fields=["state", "received_at"], name="inquiry_by_state"),
            models.Index(
                fields=["network_group"], condition=~models.Q(network_group=""), name="inquiry_by_network"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="inquiry_closed_has_a_time",
            )
        ]

    def __str__(self):
        return str(self.pk)  # whatever prints a row by itself, such as a log, gets nothing of it

    @property
    def kind_label(self):
        return dict(Kind.choices).get(self.words["kind"], "")

    @property
    def is_urgent(self):
        """Return whether somebody needs help."""
        return self.words["kind"] == Kind.HELP

    @property
    def is_set_aside(self) -> bool:
        """Return whether it is spam or held back, so that nothing happens before an officer looks at it."""
        return self.state in self.SET_ASIDE

    @property
    def is_overdue(self):
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def may_mail(self):
        """Return whether the sender chose to get mail."""
        return self.words["reply_by"] != ReplyBy.RECEIPT and bool(self.words["address"])

    def enter(self, voice, text, *, officer=None, once=None):
        """Write an entry into the thread now, and return it; raises IntegrityError where `once` was used."""
        entry = Entry(inquiry=self, officer=officer, once=once)
        entry.seal(voice=voice, text=text)
        entry.save(force_insert=True)
        if voice != Entry.Voice.NOTE:
            self.last_entry_at, self.warned_at = entry.written_at, None
        return entry

    def hear(self, text, *, once=None):
        """Take in what its sender wrote again: it stands on the desk once more."""
        entry = self.enter(Entry.Voice.VISITOR, text, once=once)
        if not self.is_set_aside:
            if self.state != self.State.NEW:
                self.state = self.State.OPEN
            self.closed_at = None
            self.due_on = self.due_on or DeskSettings.load().due_day()
        self.save()
        return entry

    def answer(self, text, officer, *, asks_back=False, once=None):
        """Write to the sender; it waits for them, or it is answered."""
        entry = self.enter(Entry.Voice.DESK, text, officer=officer, once=once)
        self.state = self.State.WAITING if asks_back else self.State.ANSWERED
        self.due_on = self.closed_at = None
        self.officer = self.officer or officer
        self.save()
        return entry

    def assign(self, officer):
        """Give it to an officer, or to nobody."""
        self.officer = officer
        if officer and self.state == self.State.NEW:
            self.state = self.State.OPEN
        self.save()

    def close(self):
        self.state, self.closed_at, self.due_on = self.State.CLOSED, timezone.now(), None
        self.save()

    def reopen(self):
        """Put it back to work, from closed or from what was set aside."""
        self.state, self.closed_at, self.network_group = self.State.OPEN, None, ""
        self.due_on = DeskSettings.load().due_day()
        self.save()

    def mark_spam(self):
        self.state, self.closed_at, self.due_on = self.State.SPAM, None, None
        self.save()


class Entry(SealedModel):
    """One text of a thread."""

    class Voice(models.TextChoices):
        VISITOR = "visitor", _("They wrote")
        DESK = "desk", _("We answered")
        NOTE = "note", _("Internal note")

    EMPTY = MappingProxyType({"voice": "", "text": ""})

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="entries")
    written_at = models.DateTimeField(default=timezone.now)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    once = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - null: no rival

    class Meta(SealedModel.Meta):
        ordering = ["written_at", "pk"]

    def __str__(self):
        return str(self.pk)

    @property
    def voice_label(self):
        return dict(self.Voice.choices)[self.words["voice"]]


class Event(SealedModel):
    """Who did what, when: each reading and each change. The reference is its inquiry's; it dies with it."""

    class Deed(models.TextChoices):
        READ = "read", _("read it")
        ANSWERED = "answered", _("answered")
        ASKED_BACK = "asked-back", _("asked back")
        NOTED = "noted", _("wrote a note")
        ASSIGNED = "assigned", _("changed the officer")
        REFERRAL = "referral", _("changed the referral checklist")
        CLOSED = "closed", _("closed it")
        REOPENED = "reopened", _("reopened it")
        SPAM = "spam", _("marked it as spam")
        NOT_SPAM = "not-spam", _("took it out of spam")
        EXPORTED = "exported", _("exported it")
        EXPORTED_PERIOD = "exported-period", _("exported a period")
        SEARCHED = "searched", _("searched")
        SETTINGS = "settings", _("changed the settings of the desk")

    EMPTY = MappingProxyType({"deed": ""})

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, null=True, related_name="events")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(SealedModel.Meta):
        ordering = ["-at", "-pk"]

    def __str__(self):
        return str(self.pk)

    @classmethod
    def log(cls, deed, officer, inquiry=None):
        """Write down a deed."""
        event = cls(officer=officer, inquiry=inquiry)
        event.seal(deed=deed)
        event.save()

    @property
    def deed_label(self):
        return dict(self.Deed.choices)[self.words["deed"]]
