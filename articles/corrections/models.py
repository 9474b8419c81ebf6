"""Notes on published articles: what was wrong, what is clearer now, and what has happened since."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.editing.clocks import why_not


class CorrectionQuerySet(NotedQuerySet["Correction"]):
    """Notes, the latest first."""

    def get_by_natural_key(self, key: str) -> "Correction":
        return self.get(uuid=key)

    def public(self) -> "CorrectionQuerySet":
        """Return the notes on articles that visitors can read now."""
        return self.filter(models.Exists(Article.objects.published().filter(pk=models.OuterRef("article"))))


class Correction(TellsChanges, Noted):
    """One dated note on an article that was published."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        NOTE = "note", _("Editor’s note")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        "articles.Article", verbose_name=_("article"), on_delete=models.CASCADE, related_name="corrections"
    )
    kind = models.CharField(
        _("kind"),
        max_length=13,
        choices=Kind,
        default=Kind.CORRECTION,
        help_text=_("A correction says what was wrong; the others say what is clearer or newer now."),
    )
    day = models.DateField(_("day"), default=timezone.localdate)
    text = models.TextField(
        _("what readers are told"),
        max_length=2000,
        help_text=_(
            "Say what stood there and what is right: 'An earlier version gave the year of the law as 2007. It "
            "was passed in 2008.' Name nobody who must not be known."
        ),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections and notes")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["-day", "-id"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day}"

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    # Django reads it from the function itself, where mypy knows no attributes.
    natural_key.dependencies = ["articles.article"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse a day that has not come yet, and one whose year is mistyped."""
        if self.day and self.day > timezone.localdate():
            raise ValidationError({"day": _("This day has not come yet.")})
        if told := why_not(self.day):
            raise ValidationError({"day": told})

    @property
    def anchor(self) -> str:
        """Return the id of the note on the page of its article."""
        return f"correction-{self.pk}"

    @property
    def address(self) -> str:
        """Return where it stands on the page of its article."""
        return f"{self.article.get_absolute_url()}#{self.anchor}"
