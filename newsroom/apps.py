import gc
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_delete, pre_save

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.http import HttpRequest

    from newsroom.backups.erasures.redoing import Redo
    from newsroom.conditions.conditions import Check
    from newsroom.editing.notices import Counted, Notice
    from newsroom.outbox.worker import Job


class NewsroomConfig(AppConfig):
    """The project itself: accounts, the admin, the demo and the processes."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete what has expired, and to count what SQLite plans with."""
        from newsroom.guard import counters
        from newsroom.outbox.worker import Job
        from newsroom.storage import planning
        from newsroom.upgrading import copies

        yield Job("copy of the last upgrade", 3600, copies.forget_old, runs_while_paused=True)
        yield Job("what SQLite knows of its tables", planning.EVERY, planning.refresh, runs_while_paused=True)
        yield Job("throttles", 3600, counters.sweep, runs_while_paused=True)

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back who was shut out since, or has fewer rights."""
        from newsroom.accounts import accountledger

        yield accountledger.ACCOUNT, accountledger.redo

    def put_back(self) -> Iterator[Callable[[], str]]:
        """Offer a backup that is put back to end all sessions."""
        from newsroom.accounts import accountledger

        yield accountledger.end_all_sessions

    def put_back_last(self) -> Iterator[Callable[[], str]]:
        """Offer the report on a backup that is put back whether an administrator can sign in."""
        from newsroom.accounts import accountledger

        yield accountledger.tell_who_can_sign_in

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor, monitoring and the first page what of this machine and its database can be wrong."""
        import newsroom
        from newsroom import variables
        from newsroom.conditions import ages, database, machine
        from newsroom.upgrading import journal

        yield "disk", machine.disks
        yield "cache", machine.shared_cache
        yield "time zone", machine.time_zone
        yield "variables", variables.condition
        made = date.fromisoformat(newsroom.__date__)
        yield "updates", lambda: ages.updates(newsroom.__version__, made)
        yield "upgrade", journal.condition
        yield "database", database.answers

    def remote_conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer what visitors and mail servers see of the site from outside."""
        from newsroom.conditions import certificate, dnsentries

        yield certificate.NAME, certificate.certificate
        yield dnsentries.NAME, dnsentries.entries

    def mails(self) -> "Iterator[tuple[str, Callable[..., EmailMessage | None]]]":
        """Offer the outbox the mail to staff."""
        from newsroom import mail, reviewmail

        for kind in (
            "invitation",
            "password_reset",
            "password_wanted",
            "help_changed",
            "changes_not_published",
            "account_notice",
        ):
            yield kind, getattr(mail, kind)
        yield "review_asked", reviewmail.asked
        yield "review_answered", reviewmail.answered

    def notices(self) -> "Iterator[Callable[[HttpRequest], Notice | Counted | None]]":
        """Offer the admin's first page what the operator has to do."""
        from newsroom import securitytxt
        from newsroom.accounts import handingover
        from newsroom.adminpages import clockpage, resumepage

        yield from (resumepage.notice, securitytxt.nobody_is_named, clockpage.notice, handingover.notice)

    def pages_for_links(self) -> Iterator[str]:
        """Offer newsroom.richtext the name of the admin's view that finds our own pages by title."""
        yield "admin:find_pages"

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from newsroom.accounts import accountledger, roles
        from newsroom.conditions import reports
        from newsroom.faults import outages

        noting = "newsroom.accounts.accountledger"
        post_save.connect(accountledger.after_account_save, sender=User, dispatch_uid=noting)
        pre_save.connect(accountledger.before_account_save, sender=User, dispatch_uid=noting)
        pre_delete.connect(accountledger.before_deletion, sender=User, dispatch_uid=noting)
        for relation in (User.groups.through, User.user_permissions.through):
            m2m_changed.connect(accountledger.after_group_change, sender=relation, dispatch_uid=noting)

        if reports.has_told not in outages.tell_of:
            outages.tell_of.append(reports.has_told)
        post_migrate.connect(roles.sync_after_migrate, dispatch_uid="newsroom.accounts.roles")
        gc.enable()  # manage.py and newsroom/server/processes.py load the site without
