"""`manage.py worker`: runs the periodic jobs, such as sending mail."""

from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from newsroom.backups import presence
from newsroom.backups.refused import Refused
from newsroom.conditions import database
from newsroom.faults import writers
from newsroom.filestore import machines
from newsroom.logs import logs
from newsroom.outbox import worker
from newsroom.server.processes import end_with_parent


class Command(BaseCommand):
    help = "Run the periodic jobs until SIGTERM. `manage.py serve` starts it too."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parent", type=int, help="end when this process has ended")

    def handle(self, *args: Any, parent: int | None, **options: Any) -> None:
        logs.tell_what_nobody_catches()
        writers.never_make_a_database()  # what looks into it first would, where the file has gone
        if parent:
            end_with_parent(parent)
        else:
            with suppress(DatabaseError):  # while it is away, jobs say so
                if lacking := database.lack():
                    raise CommandError(lacking)
                machines.enter()
        try:
            with suppress(DatabaseError):  # without a database it waits for one
                presence.require_settled()
            if parent:  # which says that the site serves
                worker.run_forever()
            else:
                with presence.serving():
                    worker.run_forever()
        except Refused as error:
            raise CommandError(str(error)) from None
