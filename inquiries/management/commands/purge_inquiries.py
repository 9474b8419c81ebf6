"""`manage.py purge_inquiries`: delete what has had its time, now."""

from django.core.management.base import BaseCommand, CommandError

from inquiries import retention
from newsroom.outbox import clock


class Command(BaseCommand):
    help = (
        "Delete inquiries whose time is over, out of the database's files too. The worker does it by itself."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not clock.may_purge():
            raise CommandError(
                "The clock has jumped ahead, so everything looks old. Set it right, or run confirm_clock if it is."
            )
        retention.warn_the_silent()
        retention.close_the_silent()
        self.stdout.write(f"Deleted: {retention.purge()} inquiries.")
        if not retention.sweep():
            raise CommandError(
                "The database's files are in use, so traces can be left in them: run it again."
            )
        self.stdout.write("Nothing of what was deleted is left in the database's files.")
