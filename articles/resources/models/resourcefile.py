"""The file of a resource: added, replaced at the same address, and deleted."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import taken
from articles.resources import documentstore
from newsroom.storage.rows import StandingRow

FILE_FIELDS = [
    "storage_key", "file_extension", "file_type", "file_size", "file_pages", "file_text", "file_since",
    "former_file_since",
]  # fmt: skip


class ResourceFile(StandingRow):
    """What a row knows of its file, which is deleted with the row or when another replaces it."""

    storage_key = models.CharField(max_length=32, blank=True, editable=False)
    file_extension = models.CharField(_("format"), max_length=8, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_size = models.PositiveBigIntegerField(_("size in bytes"), null=True, editable=False)
    file_pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    file_text = models.TextField(blank=True, editable=False)  # for search
    file_since = models.DateTimeField(_("file since"), null=True, editable=False)
    former_file_since = models.DateTimeField(_("former file since"), null=True, editable=False)
    _file_changed = False

    if TYPE_CHECKING:  # of Publishable, which the model that has files is as well
        first_published_at: datetime.datetime | None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a file that was replaced is deleted once that is committed.

        A save that changes other fields alone keeps the file that somebody else has stored meanwhile.
        """
        with transaction.atomic():
            rows = type(self)._default_manager.select_for_update()
            stored = (
                rows.filter(pk=self.pk).values_list("storage_key", flat=True).first() if self.pk else None
            )
            if stored is not None and not self._file_changed and stored != self.storage_key:
                self.refresh_from_db(fields=FILE_FIELDS)
            super().save(*args, **kwargs)
            if stored and stored != self.storage_key:
                taken.note_file(stored)
                documentstore.remove_after_commit(stored)
        self._file_changed = False

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and its file once that is committed."""
        key = self.storage_key
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            documentstore.remove_after_commit(key)
        return deleted

    @property
    def has_file(self) -> bool:
        """Return whether there is a file to download."""
        return bool(self.storage_key)

    @property
    def file_label(self) -> str:
        """Return the format of the file as people call it: PDF."""
        return self.file_extension.upper()

    def put_file(self, kept: documentstore.Kept) -> None:
        """Set a stored document as the file; the caller saves.

        The date of the former file is kept only if readers could have downloaded it.
        """
        was_public = self.first_published_at and self.first_published_at <= timezone.now()
        self.former_file_since = self.file_since if self.has_file and was_public else None
        self.storage_key = kept.key
        self.file_extension, self.file_type = kept.extension, kept.content_type
        self.file_size, self.file_pages, self.file_text = kept.size, kept.pages, kept.text
        self.file_since = timezone.now()
        self._file_changed = True

    def drop_file(self) -> None:
        """Remove the file; the caller saves."""
        self.storage_key = self.file_extension = self.file_type = self.file_text = ""
        self.file_size = self.file_pages = self.file_since = self.former_file_since = None
        self._file_changed = True


def stored_folders(model: type[ResourceFile]) -> Iterator[tuple[str, str]]:
    """Yield storage and folder of every file that a row names, the newest first."""
    for key in (
        model._default_manager.exclude(storage_key="").order_by("-pk").values_list("storage_key", flat=True)
    ):
        yield "documents", key


def remove_unowned_files(model: type[ResourceFile]) -> int:
    """Remove the files that no row names, which refused forms and crashes leave; return their number."""
    return documentstore.remove_unowned(
        model._default_manager.exclude(storage_key="").values_list("storage_key", flat=True)
    )
