"""What an officer has typed on the page of an inquiry and not sent: sealed like the rest of it, and gone with it."""

from types import MappingProxyType

from django.conf import settings
from django.db import models
from django.utils import timezone

from .inquiry import Inquiry
from .sealed import SealedModel


class UnsavedAnswer(SealedModel):
    """The answer, note and checklist that one officer is writing."""

    EMPTY = MappingProxyType({"content": "[]"})

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["user", "inquiry"], name="one_unsaved_answer_an_officer")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def content(self) -> str:
        """Return the texts as newsroom/unsaved/texts.py stores them; raises Unreadable."""
        text: str = self.words["content"]
        return text

    @content.setter
    def content(self, text: str) -> None:
        self.seal(content=text)
