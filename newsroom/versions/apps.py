from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_delete

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from newsroom.backups.erasures.redoing import Redo
    from newsroom.editing.inhand import InHand
    from newsroom.editing.sections import Section
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.moments import Moment
    from newsroom.pagecache.public import Seen
    from newsroom.pictures.models import Image
    from newsroom.pictures.uses import Use


class VersionsConfig(AppConfig):
    """The versions of everything that editors write."""

    name = "newsroom.versions"
    verbose_name = "Versions"

    def at_its_time(self) -> "Iterator[Moment]":
        """Offer newsroom.pagecache to publish changes at the time that was set."""
        from .workingcopies import scheduling

        yield scheduling.is_any_due, scheduling.publish_due

    def first_page(self) -> "Iterator[Callable[[HttpRequest], list[Section]]]":
        """Offer the admin's first page what is in review, and what changes wait."""
        from .review import sections

        yield sections.sections

    def picture_uses(self) -> "Iterator[Callable[[Image], list[Use]]]":
        """Offer newsroom.pictures the changes that wait and show a picture."""
        from .workingcopies import waitingpictures

        yield waitingpictures.uses

    def in_hand(self) -> "Iterator[InHand]":
        """Offer whoever closes an account the pieces that stand in its name."""
        from .workingcopies import handover

        yield handover.Pieces()

    def ready(self) -> None:
        """Let the versions of a piece, and the links that share it, go with it, whichever code deletes it."""
        from .recording import forget
        from .sharing import models as sharing

        post_delete.connect(forget, dispatch_uid="forget_versions")
        post_delete.connect(sharing.forget, dispatch_uid="forget_share_links")

    def put_back(self) -> Iterator[Callable[[], str]]:
        """Offer a backup that is put back to end every share link, and every time that is set for changes."""
        from .sharing.models import end_all
        from .workingcopies.scheduling import unschedule_all

        yield end_all
        yield unschedule_all

    def rows_that_stay_gone(self) -> "Iterator[type[Model]]":
        """Offer upgrades share links: one that was ended is in no copy that is put back."""
        from .sharing.models import ShareLink

        yield ShareLink

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to publish what is due, and to delete what has had its time: versions, the trash, links."""
        from newsroom.outbox.worker import Job

        from . import retention, sweeping
        from .sharing.models import tidy
        from .trash import leaving
        from .workingcopies import scheduling

        yield Job(
            "changes at their time", 1, scheduling.publish_due
        )  # where no web process runs on this machine
        yield Job("ended share links", 3600, tidy)
        yield Job("versions", retention.EVERY, retention.prune)
        yield Job("trash", leaving.EVERY, leaving.empty)
        yield Job("words that are gone", sweeping.EVERY, sweeping.sweep)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache the addresses that answer 410."""
        from .models import GoneAddress

        yield GoneAddress, ()

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back what went to the trash since, came back from it, or is gone for good."""
        from . import recording
        from .purging import purging
        from .trash import leaving, putting

        yield purging.PURGED, purging.redo
        yield recording.FORGOTTEN, leaving.redo_forgetting  # before moves: what is gone does not come back
        yield putting.MOVED, leaving.redo_moves

    def put_back_last(self) -> "Iterator[Callable[[], str]]":
        """Offer a backup that is put back to let its trash lie there for a while again."""
        from .trash import leaving

        yield leaving.give_time

    def sweeps(self) -> "Iterator[Callable[[], bool]]":
        """Offer a backup that is put back to take what was deleted out of the files."""
        from . import sweeping

        yield sweeping.sweep
