"""The file of a resource: put in, replaced under the same address, and taken away for good."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.resources import documentstore
from newsroom.storage.rows import StandingRow

FILE_FIELDS = [
    "storage_key", "file_extension", "file_type", "file_size", "file_pages", "file_text", "file_since",
    "former_file_since",
]  # fmt: skip


class ResourceFile(StandingRow):
    """What a row knows of its file. The file itself goes when nothing names it any more."""

    storage_key = models.CharField(max_length=32, blank=True, editable=False)
    file_extension = models.CharField(_("format"), max_length=8, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_size = models.PositiveBigIntegerField(_("size in bytes"), null=True, editable=False)
    file_pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    file_text = models.TextField(blank=True, editable=False)  # for search
    file_since = models.DateTimeField(_("file since"), null=True, editable=False)
    former_file_since = models.DateTimeField(_("former file since"), null=True, editable=False)
    _file_changed = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the file that was replaced is deleted with the commit.

        Who changed other things only must not bring back a file that somebody else replaced meanwhile.
        """
        with transaction.atomic():
            rows = type(self).objects.select_for_update()
            stored = (
                rows.filter(pk=self.pk).values_list("storage_key", flat=True).first() if self.pk else None
            )
            if stored is not None and not self._file_changed and stored != self.storage_key:
                self.refresh_from_db(fields=FILE_FIELDS)
            super().save(*args, **kwargs)
            if stored and stored != self.storage_key:
                documentstore.remove_after_commit(stored)
        self._file_changed = False

    def delete(self, *args: Any, **kwargs: Any):
        """Delete the row, and its file once that is committed."""
        key = self.storage_key
        deleted = super().delete(*args, **kwargs)
        documentstore.remove_after_commit(key)
        return deleted

    @property
    def has_file(self):
        """Tell whether there is a file to download."""
        return bool(self.storage_key)

    @property
    def file_label(self):
        """Return the format of the file as people call it: PDF."""
        return self.file_extension.upper()

    def put_file(self, kept) -> None:
        """Put a kept document in the place of the one before; the caller saves.

        Readers are told of the version before only where they can have had it.
        """
        was_public = self.first_published_at and self.first_published_at <= timezone.now()
        self.former_file_since = self.file_since if self.has_file and was_public else None
        self.storage_key = kept.key
        self.file_extension, self.file_type = kept.extension, kept.content_type
        self.file_size, self.file_pages, self.file_text = kept.size, kept.pages, kept.text
        self.file_since = timezone.now()
        self._file_changed = True

    def drop_file(self) -> None:
        """Have no file any more; the caller saves."""
        self.storage_key = self.file_extension = self.file_type = self.file_text = ""
        self.file_size = self.file_pages = self.file_since = self.former_file_since = None
        self._file_changed = True


def remove_unowned_files(model):
    """Remove the files that no row names, as refused forms and crashes leave them; return their number."""
    return documentstore.remove_unowned(
        model.objects.exclude(storage_key="").values_list("storage_key", flat=True)
    )
