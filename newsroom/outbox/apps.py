from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models import Model

if TYPE_CHECKING:
    from django.http import HttpRequest

    from newsroom.conditions.conditions import Check
    from newsroom.editing.notices import Counted, Notice

    from .worker import Job


class OutboxConfig(AppConfig):
    """Mail that is sent later, and the worker that sends it."""

    name = "newsroom.outbox"
    verbose_name = "Outbox"

    def rows_that_stay_gone(self) -> "Iterator[type[Model]]":
        """Offer upgrades mail: what has left is not sent again from a copy."""
        from .models import Mail

        yield Mail

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to send mail, to delete old lost mail, and to watch the clock."""
        from . import clock, sending, troubles
        from .worker import Job

        yield Job("mail", sending.EVERY, sending.send_due)
        yield Job("mails that did not leave", troubles.FORGET_EVERY, troubles.forget_lost)
        yield Job("clock", clock.EVERY, clock.may_purge, runs_while_paused=True)

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor, monitoring and the first page what of mail, worker and clock can be wrong."""
        from . import conditions

        yield "writing", conditions.writing
        yield "worker", conditions.worker
        yield "mail", conditions.server
        yield "waiting mail", conditions.waiting
        yield "lost mail", conditions.lost
        yield "clock", conditions.clock_is_right

    def notices(self) -> "Iterator[Callable[[HttpRequest], Counted | Notice | None]]":
        """Offer the admin's first page what holds mail back."""
        from . import troubles

        yield from (troubles.server_notice, troubles.lost_notice)
