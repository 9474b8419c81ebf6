from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_migrate,
    post_save,
    pre_migrate,
    pre_save,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from newsroom.backups.erasures.redoing import Redo
    from newsroom.editing.notices import Notice
    from newsroom.outbox.worker import Job


class SignInConfig(AppConfig):
    """Who signs in, by which factors, and the log of it."""

    name = "newsroom.signin"
    verbose_name = "Signing in"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete what has expired."""
        from newsroom.outbox.worker import Job
        from newsroom.signin import sessions
        from newsroom.signin.events import FORGET_EVERY, forget_old

        yield Job("sessions", sessions.FORGET_EVERY, sessions.forget_expired, runs_while_paused=True)
        yield Job("log of signing in", FORGET_EVERY, forget_old)

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back to take away again the factors that were lost since."""
        from newsroom.signin.secondfactor import factors

        yield factors.LOST, factors.redo

    def notices(self) -> "Iterator[Callable[[HttpRequest], Notice | None]]":
        """Offer the admin's first page what somebody has to do for a second factor."""
        from newsroom.signin.secondfactor import requirement

        yield from (requirement.notice, requirement.codes_notice)

    def ready(self) -> None:
        """Log what happens to accounts, guard the log, and let the session know since when it runs."""
        from django.contrib.auth.models import User

        from newsroom.signin import appendonly, rights, sessions

        told = "newsroom.signin.rights"
        pre_save.connect(sessions.end_on_change, sender=User, dispatch_uid="newsroom.signin.sessions")
        pre_save.connect(rights.before_account_save, sender=User, dispatch_uid=told)
        post_save.connect(rights.after_account_save, sender=User, dispatch_uid=told)
        post_delete.connect(rights.after_deletion, sender=User, dispatch_uid=told)
        m2m_changed.connect(rights.after_group_change, sender=User.groups.through, dispatch_uid=told)
        m2m_changed.connect(
            rights.after_permission_change, sender=User.user_permissions.through, dispatch_uid=told
        )
        user_logged_in.connect(sessions.begin, dispatch_uid="newsroom.signin.sessions")
        pre_migrate.connect(appendonly.before_migrate, sender=self, dispatch_uid="newsroom.signin.appendonly")
        post_migrate.connect(appendonly.after_migrate, sender=self, dispatch_uid="newsroom.signin.appendonly")
