from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from newsroom.backups.erasures.redoing import Redo
    from newsroom.editing.notices import Counted
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen


class PicturesConfig(AppConfig):
    """The library of pictures."""

    name = "newsroom.pictures"
    verbose_name = _("Pictures")

    def amounts(self) -> Iterator[tuple[str, str]]:
        """Offer `restore` what to count, as words and table."""
        yield "pictures", "pictures_image"

    def trashed(self) -> "Iterator[type[Model]]":
        """Offer newsroom.versions the pictures, which can be put back for a while after they were deleted."""
        from .models import Image

        yield Image

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker the job that deletes what a crash left behind."""
        from newsroom.outbox.worker import Job

        from .orphans import remove_orphans

        yield Job("orphaned pictures", 300, remove_orphans)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache the pictures, which visitors see with their words."""
        from .models import Image

        yield Image, ()

    def stored_folders(self) -> "Iterator[Callable[[], Iterator[tuple[str, str]]]]":
        """Offer newsroom.filestore the folders that pictures have there."""
        from .orphans import stored_folders

        yield stored_folders

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back what has become of pictures since."""
        from . import putback, retouched

        yield retouched.WITHDRAWN, putback.redo_withdrawals
        yield retouched.CHANGED, putback.redo_changes
        yield retouched.HIDDEN, putback.redo_hiding
        yield retouched.ENDS, putback.redo_endings

    def notices(self) -> "Iterator[Callable[[HttpRequest], Counted | None]]":
        """Offer the admin's first page the notices about pictures."""
        from . import duties

        yield from (
            duties.consents_over,
            duties.consents_ending,
            duties.consents_missing,
            duties.words_missing,
        )
