from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from newsroom.conditions.conditions import Check
    from newsroom.outbox.worker import Job

    from .erasures.redoing import Redo
    from .resuming.matters import Matter


class BackupsConfig(AppConfig):
    """Backups, and the ledger of what was erased since they were made."""

    name = "newsroom.backups"
    verbose_name = _("Backups")

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to make backups, and to write into the ledger what could not be written at once."""
        from newsroom.outbox.worker import Job

        from . import ledger, nightly, pruning
        from .erasures import pruning as ledger_pruning

        yield Job("backups", nightly.EVERY, nightly.run, runs_while_paused=True)

        yield Job("ledger of erasures", ledger.EVERY, ledger.keep_up, runs_while_paused=True)
        yield Job("parts of backups", pruning.EVERY, pruning.prune_parts)
        yield Job("pruning of the ledger", ledger_pruning.EVERY, ledger_pruning.prune)

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer the list of conditions how old the backups are, whether the ledger is written, and the pause."""
        from . import ledger, state
        from .resuming import matters

        yield from (
            ("backup", state.backup),
            ("backup restores", state.verified),
            ("backup disk", state.room),
        )
        yield "ledger", ledger.condition
        yield "paused", matters.condition

    def remote_conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor and the watch whether all that lies where backups go is somebody's."""
        from . import state

        yield "backup place", state.place

    def frame(self) -> "Iterator[tuple[str, Callable[[HttpRequest], bool]]]":
        """Offer pages that announce a mail whether it has to wait."""
        from newsroom.outbox import pausing

        yield "mail_waits", lambda request: pausing.is_paused()

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer the report on a backup that is put back which texts are as before a change again."""
        from . import telling

        yield telling.CHANGED, telling.tell

    def matters(self) -> "Iterator[Matter]":
        """Offer the question what becomes of mail that waited in a backup."""
        from .resuming import oldmail

        yield oldmail.matter()
