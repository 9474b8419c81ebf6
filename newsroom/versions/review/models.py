"""Where a piece stands between its writer and the Editors, what they wrote each other, and who wants mail about it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow

LONGEST = 2000  # letters of a remark


class OfPieces[M: models.Model](models.QuerySet[M]):
    """Rows that name a piece by its model and key."""

    def of(self, row: models.Model) -> Self:
        """Return those of a piece."""
        return self.filter(model=row._meta.label_lower, object_id=row.pk)


class Remark(StandingRow):
    """A note to colleagues, or a step of the review with its comment; it goes when its piece is deleted for good."""

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        SUBMITTED = "submitted", _("submitted for review")
        TAKEN_BACK = "taken-back", _("taken back")
        SENT_BACK = "sent-back", _("sent back")
        PUBLISHED = "published", _("published")

    model = models.CharField(max_length=100)  # its label, such as 'articles.article'
    object_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE)
    text = models.TextField(_("text"), max_length=LONGEST, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = OfPieces["Remark"].as_manager()

    class Meta:
        verbose_name = _("note to colleagues")
        verbose_name_plural = _("notes to colleagues")
        ordering = ["-pk"]
        default_permissions = ()  # who may change a piece reads and writes them, nobody else
        indexes = [models.Index(fields=["model", "object_id", "-id"], name="remark_of_object")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class Review(StandingRow):
    """A piece that waits for an Editor, or that one has sent back; a piece without a row is in nobody's hands."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        SENT_BACK = "sent-back", _("sent back")

    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    step = models.ForeignKey(Remark, on_delete=models.SET_NULL, null=True, related_name="+")  # the last one

    objects = OfPieces["Review"].as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["asked_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "asked_at"], name="review_by_state")]
        constraints = [models.UniqueConstraint(fields=["model", "object_id"], name="one_review_a_piece")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}, {self.get_state_display()}"

    @property
    def is_waiting(self) -> bool:
        """Return whether it waits for an Editor."""
        return self.state == self.State.WAITING


class MailWish(StandingRow):
    """Somebody who wants mail about reviews; who does not has no row."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="review_mail"
    )

    class Meta:
        verbose_name = _("wish for mail")
        verbose_name_plural = _("wishes for mail")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)
