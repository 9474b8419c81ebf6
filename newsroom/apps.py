from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.http import HttpRequest

    from newsroom.conditions.conditions import Check
    from newsroom.editing.notices import Notice
    from newsroom.outbox.worker import Job


class NewsroomConfig(AppConfig):
    """The project itself: accounts, the admin, the demo and the processes."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete expired counters of throttles and sessions: on a quiet site nothing else does."""
        from newsroom.guard import counters
        from newsroom.outbox.worker import Job
        from newsroom.signin import sessions

        yield Job("throttles", 3600, counters.sweep)
        yield Job("sessions", sessions.FORGET_EVERY, sessions.forget_expired)

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor, monitoring and the first page what of this machine and its database can be wrong."""
        import newsroom
        from newsroom.conditions import ages, database, machine

        yield "disk", machine.disks
        yield "cache", machine.shared_cache
        yield "time zone", machine.time_zone
        made = date.fromisoformat(newsroom.__date__)
        yield "updates", lambda: ages.updates(newsroom.__version__, made)
        yield "database", database.answers

    def remote_conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer what visitors and mail servers see of the site from outside."""
        from newsroom.conditions import certificate, dnsentries

        yield certificate.NAME, certificate.certificate
        yield dnsentries.NAME, dnsentries.entries

    def mails(self) -> "Iterator[tuple[str, Callable[..., EmailMessage | None]]]":
        """Offer the outbox the mail to staff."""
        from newsroom import mail

        for kind in ("invitation", "password_reset", "password_wanted", "help_changed"):
            yield kind, getattr(mail, kind)

    def notices(self) -> "Iterator[Callable[[HttpRequest], Notice | None]]":
        """Offer the admin's first page what the operator has to do."""
        from newsroom import clockpage, securitytxt

        yield from (securitytxt.nobody_is_named, clockpage.notice)

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from newsroom import roles
        from newsroom.signin import sessions

        pre_save.connect(sessions.end_on_change, sender=User, dispatch_uid="newsroom.signin.sessions")
        post_migrate.connect(roles.sync_after_migrate, dispatch_uid="newsroom.roles")
