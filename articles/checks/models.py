"""The style list that editors keep, and the findings that somebody has let through with a reason."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow

LONGEST_REASON = 500


class StyleWord(StandingRow):
    """Words that this newsroom has better ones for."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    words = models.CharField(
        _("words"),
        max_length=200,
        help_text=_(
            "Several ways, with commas between them. Case makes no difference; a plural s is found too."
        ),
    )
    instead = models.CharField(_("better"), max_length=200)
    why = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Shown to whoever wrote the words.")
    )

    class Meta:
        verbose_name = _("words of the style list")
        verbose_name_plural = _("style list")
        ordering = ["language", "words"]
        constraints = [
            models.UniqueConstraint(fields=["language", "words"], name="style_word_once_in_a_language")
        ]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Refuse commas alone."""
        if not self.words.replace(",", "").strip():
            raise ValidationError({"words": _("Write at least one word.")})


class Acceptance(StandingRow):
    """A finding that somebody lets through: who, when, and why. Of what was found it holds a digest alone."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="acceptances")
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("accepted finding")
        verbose_name_plural = _("accepted findings")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "digest"], name="finding_accepted_once"),
        ]

    def __str__(self) -> str:
        return self.kind
