from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_delete

if TYPE_CHECKING:
    from django.db.models import Model

    from newsroom.outbox.worker import Job


class UnsavedConfig(AppConfig):
    """Texts that were typed and not saved."""

    name = "newsroom.unsaved"
    verbose_name = "Unsaved texts"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete what nobody took up again."""
        from newsroom.outbox.worker import Job

        from . import retention

        yield Job("unsaved texts", retention.EVERY, retention.run)

    def purged(self) -> "Iterator[type[Model]]":
        """Offer a purge of a name what was typed and not saved: it is deleted where it holds the name."""
        from .models import UnsavedText

        yield UnsavedText

    def ready(self) -> None:
        """Let what was typed about a piece go with it, whichever code deletes it."""
        from .retention import forget

        post_delete.connect(forget, dispatch_uid="forget_unsaved_texts")
