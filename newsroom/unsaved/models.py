"""What a person has typed into a form and not saved."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.storage.rows import StandingRow


class UnsavedText(StandingRow):
    """What one person has typed about one piece and not saved: it is no version, and in no history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=100)  # its label, such as 'articles.article', or the name of a form
    object_key = models.CharField(max_length=100)  # of a piece that is not stored yet 'new-' and a UUID
    content = models.TextField()  # JSON, in readable words, so that a name can be searched in it
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        default_permissions = ()  # whoever typed it sees it, nobody else
        constraints = [
            models.UniqueConstraint(fields=["user", "model", "object_key"], name="one_unsaved_text_a_person")
        ]
        indexes = [models.Index(fields=["model", "object_key"], name="unsaved_text_of_object")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_key}, {self.saved_at:%Y-%m-%d %H:%M}"
