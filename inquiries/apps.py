"""What the inquiries offer the rooms below them, and the signals of accounts that they listen to."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.mail import EmailMultiAlternatives

    from newsroom.backups.erasures.redoing import Redo
    from newsroom.backups.parts import Part
    from newsroom.conditions.conditions import Check
    from newsroom.editing.inhand import InHand
    from newsroom.editing.notices import Notice
    from newsroom.editing.sections import Section
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen


class InquiriesConfig(AppConfig):
    """The form to ask in confidence, and the desk where officers answer."""

    name = "inquiries"
    verbose_name = _("Inquiry Corner")

    def amounts(self) -> Iterator[tuple[str, str]]:
        """Offer `restore` what to count, as words and table."""
        yield "inquiries", "inquiries_inquiry"

    # Any: inquiries and what is written in their threads are rows of different models.
    def written_since(
        self,
    ) -> "Iterator[tuple[str, Callable[[datetime], QuerySet[Any]], Callable[[Any], str]]]":
        """Offer upgrades what would get lost by going back to a copy."""
        from inquiries.models import Entry, Inquiry

        yield (
            "inquiries received",
            lambda since: Inquiry.objects.filter(received_at__gt=since),
            lambda row: f"{row.received_at:%Y-%m-%d %H:%M}",
        )
        yield (
            "messages of inquiries",
            lambda since: Entry.objects.filter(written_at__gt=since),
            lambda row: f"{row.written_at:%Y-%m-%d %H:%M}",
        )

    def rows_that_stay_gone(self) -> "Iterator[type[Model]]":
        """Offer upgrades inquiries: one that was deleted is in no copy that is put back."""
        from inquiries.models import Inquiry

        yield Inquiry

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker to delete inquiries after their retention period."""
        from inquiries import retention
        from newsroom.outbox.worker import Job

        yield Job("inquiries", retention.EVERY, retention.run)
        yield Job("sweeping of inquiries", retention.EVERY, retention.sweep, runs_while_paused=True)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache what the form says, and what decides whether it is open: who may answer."""
        from django.contrib.auth.models import Group, User

        from inquiries.models import Admission, DeskSettings, OfficerLanguages

        yield DeskSettings, ()
        yield OfficerLanguages, ()
        yield Admission, ("user", "address_digest", "password_digest")
        yield User, ("is_active", "is_staff", "email", "password", "groups")
        yield Group, ("name",)

    def mails(self) -> "Iterator[tuple[str, Callable[..., EmailMultiAlternatives | None]]]":
        """Offer the outbox the mail about inquiries."""
        from inquiries import mail

        return mail.kinds()

    def backup_parts(self) -> "Iterator[Part]":
        """Offer backups to keep inquiries apart, for as long as the form promises."""
        from inquiries import retention

        yield retention.backup_part()

    def erasures(self) -> "Iterator[tuple[str, Redo]]":
        """Offer a backup that is put back which inquiries were deleted since, and to whom the desk was closed."""
        from inquiries import erasures

        yield erasures.INQUIRY, erasures.redo_deletions
        yield erasures.CLOSED, erasures.redo_closing

    def sweeps(self) -> Iterator[Callable[[], bool]]:
        """Offer to take deleted inquiries out of the database's files."""
        from inquiries import retention

        yield retention.sweep

    def notices(self) -> "Iterator[Callable[[HttpRequest], Notice | None]]":
        """Offer the admin's first page what waits at the desk."""
        from inquiries import readiness, unread
        from inquiries.desk import admitting

        yield from (readiness.closed_notice, unread.deletion_notice, admitting.waiting_notice)

    def in_hand(self) -> "Iterator[InHand]":
        """Offer whoever closes an account its open inquiries: how many there are, and no word of one."""
        from inquiries.officers import handover

        yield handover.Inquiries()

    def password_mails(self) -> "Iterator[Callable[[User], bool]]":
        """Offer signing in to leave a mail out where one from here says the same."""
        from inquiries.officers import accountchanges

        yield accountchanges.tells_of_password

    def first_page(self) -> "Iterator[Callable[[HttpRequest], list[Section]]]":
        """Offer the admin's first page the inquiries that wait."""
        from inquiries.desk import firstpage

        yield firstpage.inquiries

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor and the first page whether the form takes messages, and whether its officers hear of them."""
        from inquiries import mail, readiness

        yield "inquiries", readiness.condition
        yield "mail to officers", mail.lost_to_officers

    def frame(self) -> Iterator[tuple[str, Callable[[HttpRequest], bool]]]:
        """Offer every page whether the form takes messages."""
        from inquiries import readiness

        yield "inquiries_are_taken", lambda request: readiness.is_open_for_pages()

    def demo(self) -> Iterator[tuple[Callable[[], None], Callable[[], dict[str, int]]]]:
        """Offer the demo some invented inquiries."""
        from inquiries import demo

        yield demo.load, demo.clear

    def ready(self) -> None:
        from django.contrib.auth import user_logged_in
        from django.contrib.auth.models import User
        from django.db.models.signals import m2m_changed, pre_delete, pre_save

        from inquiries.desk import access
        from inquiries.officers import accountchanges

        user_logged_in.connect(access.start_the_clock, dispatch_uid="inquiries.access")
        m2m_changed.connect(
            accountchanges.on_group_change,
            sender=User.groups.through,
            dispatch_uid="inquiries.officers.accountchanges",
        )
        pre_delete.connect(
            accountchanges.before_deletion, sender=User, dispatch_uid="inquiries.officers.accountchanges"
        )
        pre_save.connect(
            accountchanges.before_account_save, sender=User, dispatch_uid="inquiries.officers.accountchanges"
        )
