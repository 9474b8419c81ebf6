from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from newsroom.conditions.conditions import Check
    from newsroom.outbox.worker import Job


class BackupsConfig(AppConfig):
    """Backups, and the ledger of what was erased since they were made."""

    name = "newsroom.backups"
    verbose_name = _("Backups")

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to make backups, and to write into the ledger what could not be written at once."""
        from newsroom.outbox.worker import Job

        from . import ledger, nightly

        yield Job("backups", nightly.EVERY, nightly.run, runs_while_paused=True)

        yield Job("ledger of erasures", ledger.EVERY, ledger.write_pending, runs_while_paused=True)

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer the list of conditions how old the backups are, and whether the ledger is written."""
        from . import ledger, state

        yield from (
            ("backup", state.backup),
            ("backup restores", state.verified),
            ("backup disk", state.room),
        )
        yield "ledger", ledger.condition
