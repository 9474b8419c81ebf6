"""An inquiry and its thread.

Unencrypted in the database are states, times, due day and officer, and for a week an alias of the network from which
spam came (see throttle.alias).
"""

import uuid
from types import MappingProxyType
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inquiries.officers.membership import is_member
from newsroom.backups.noted import Noted, NotedQuerySet

from .desk import DeskSettings
from .sealed import SealedModel


class InquiryKind(models.TextChoices):
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

    RECEIPT = "receipt", _("Only here, with my receipt: no email at all")
    NOTICE = "notice", _("Email me that an answer waits here, and nothing else")
    FULL = "full", _("Email me the full answer")


class InquiryQuerySet(NotedQuerySet["Inquiry"]):
    """Inquiries by state."""

    def at_work(self) -> Self:
        """Return what is neither closed nor set aside."""
        return self.exclude(state__in=[Inquiry.State.CLOSED, *Inquiry.SET_ASIDE])

    def spam(self) -> Self:
        """Return what was marked as spam."""
        return self.filter(state=Inquiry.State.SPAM)


class Inquiry(Noted, SealedModel):
    """What one person asked, with the thread that followed."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("open")
        WAITING = "waiting", _("waiting for them")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        HELD = "held", _("held back in a flood")
        SPAM = "spam", _("spam")

    SET_ASIDE = (State.HELD, State.SPAM)  # until an officer has looked at them

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
            "suspicions": [],  # why it came to the spam state: keys of inquiries.floods.abuse
            "counted": False,  # whether the figures hold it
            "receipt_is_kept": False,  # whether its sender has written the receipt down
            "referral": {},  # step of the checklist to when and by whom it was done
            "referred_to": "",
            "handed_over": "",  # since when somebody else answers, as the mailbox says; in ISO 8601
            "is_example": False,  # of the demo
        }
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lookup = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash of the receipt
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    last_entry_at = models.DateTimeField(default=timezone.now)
    # Of spam alone: throttle.alias()
    network_group = models.CharField(max_length=16, default="", editable=False)
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

    def __str__(self) -> str:
        return str(self.pk)  # whatever prints a row by itself, such as a log, gets nothing of it

    @property
    def kind_label(self) -> str:
        """Return the kind in words, '' for an unknown one."""
        return str(dict(InquiryKind.choices).get(self.words["kind"], ""))

    @property
    def answer_language(self) -> str:
        """Return the name of the language of the answer, as the form offers it."""
        code = self.words["language"]
        return dict(settings.LANGUAGES).get(code, code)

    @property
    def is_urgent(self) -> bool:
        """Return whether somebody needs help."""
        return bool(self.words["kind"] == InquiryKind.HELP)

    @property
    def is_set_aside(self) -> bool:
        """Return whether it is spam or held back, and waits for an officer to look at it."""
        return self.state in self.SET_ASIDE

    @property
    def is_overdue(self) -> bool:
        """Return whether the day of the answer is past."""
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def may_mail(self) -> bool:
        """Return whether the sender chose to get mail."""
        return self.words["reply_by"] != ReplyBy.RECEIPT and bool(self.words["address"])

    def enter(
        self, voice: str, text: str, *, officer: User | None = None, once: str | None = None
    ) -> "Entry":
        """Add an entry to the thread and return it; raises IntegrityError where `once` was used before."""
        entry = Entry(inquiry=self, officer=officer, once=once)
        entry.seal(voice=voice, text=text)
        entry.save(force_insert=True)
        if voice != Entry.Voice.NOTE:
            self.last_entry_at, self.warned_at = entry.written_at, None
        return entry

    def hear(self, text: str, *, once: str | None = None) -> "Entry":
        """Add what its sender wrote, and return it: the inquiry is open again."""
        with self.changing("state", "closed_at", "due_on", "last_entry_at", "warned_at"):
            entry = self.enter(Entry.Voice.VISITOR, text, once=once)
            if not self.is_set_aside:
                if self.state != self.State.NEW:
                    self.state = self.State.OPEN
                self.closed_at = None
                self.due_on = self.due_on or DeskSettings.load().due_day()
        return entry

    def answer(
        self,
        text: str,
        officer: User | None,
        *,
        asks_back: bool = False,
        once: str | None = None,
    ) -> "Entry":
        """Add an answer, or a question back to the sender, and return it."""
        with self.changing("state", "closed_at", "due_on", "last_entry_at", "warned_at", "officer"):
            entry = self.enter(Entry.Voice.DESK, text, officer=officer, once=once)
            self.state = self.State.WAITING if asks_back else self.State.ANSWERED
            self.due_on = self.closed_at = None
            if self.officer is None or not is_member(self.officer):
                self.officer = officer
        return entry

    def note(self, text: str, officer: User | None, *, once: str | None = None) -> "Entry":
        """Add a note that only officers read, and return it."""
        with self.changing():
            return self.enter(Entry.Voice.NOTE, text, officer=officer, once=once)

    def assign(self, officer: User | None) -> None:
        """Make an officer responsible for it, or nobody."""
        with self.changing("officer", "state"):
            self.officer = officer
            if officer and self.state == self.State.NEW:
                self.state = self.State.OPEN

    def close(self) -> None:
        """Close it."""
        with self.changing("state", "closed_at", "due_on"):
            self.state, self.closed_at, self.due_on = self.State.CLOSED, timezone.now(), None

    def reopen(self) -> None:
        """Open it again after it was closed or set aside."""
        with self.changing("state", "closed_at", "network_group", "due_on"):
            self.state, self.closed_at, self.network_group = self.State.OPEN, None, ""
            self.due_on = DeskSettings.load().due_day()

    def mark_spam(self) -> None:
        """Set it aside as spam, which is deleted automatically."""
        with self.changing("state", "closed_at", "due_on"):
            self.state, self.closed_at, self.due_on = self.State.SPAM, None, None

    def refer(self, steps: dict[str, list[str]], referred_to: str) -> None:
        """Store the checklist of a referral to another organisation."""
        with self.changing("sealed"):
            self.seal(referral=steps, referred_to=referred_to)


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

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def voice_label(self) -> str:
        """Return in words who wrote it."""
        return str(self.Voice(self.words["voice"]).label)
