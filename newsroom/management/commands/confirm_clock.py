"""`manage.py confirm_clock`: confirms the server's time after its clock has jumped ahead."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from newsroom.outbox import clock


class Command(BaseCommand):
    help = "Say that the server's clock is right: the worker then deletes again what is old by it."

    def handle(self, *args: object, **options: object) -> None:
        clock.confirm()
        self.stdout.write(f"Confirmed: it is {timezone.now():%Y-%m-%d %H:%M} UTC.")
