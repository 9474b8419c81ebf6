from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from .worker import Job


class OutboxConfig(AppConfig):
    """Mail that leaves later, and the worker that sends it."""

    name = "newsroom.outbox"
    verbose_name = "Outbox"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to send mail, to forget what could not leave, and to watch the clock."""
        from . import clock, sending, troubles
        from .worker import Job

        yield Job("mail", sending.EVERY, sending.send_due)
        yield Job("mails that did not leave", troubles.FORGET_EVERY, troubles.forget_lost)
        yield Job("clock", clock.EVERY, clock.may_purge)

    def notices(self) -> Iterator[Callable]:
        """Offer the admin's first page what keeps mail back."""
        from . import troubles

        yield from (troubles.server_notice, troubles.lost_notice)
