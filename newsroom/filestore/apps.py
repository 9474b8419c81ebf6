from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from newsroom.conditions.conditions import Check
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen


class FilestoreConfig(AppConfig):
    """Where pictures and documents lie."""

    name = "newsroom.filestore"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete what could not be deleted at once, and to say that this machine runs."""
        from newsroom.outbox.worker import Job

        from . import machines, removing

        yield Job("removals", removing.EVERY, removing.try_again, runs_while_paused=True)
        yield Job("machine", machines.EVERY, machines.beat, runs_while_paused=True)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache what is to be deleted: it is served no more."""
        from .models import Removal

        yield Removal, ()

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor and monitoring the state of the store, of what leaves it, and of the machines."""
        from . import identity, machines, removing

        yield "files", identity.condition
        yield "removals", removing.condition
        yield "machines", machines.condition

    def remote_conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor and the watch whether the bucket is private."""
        from . import identity

        yield "bucket", identity.privacy
