"""`manage.py rotate_inquiry_keys`: everything under the first key, so that the others can be destroyed."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from inquiries import rotation


class Command(BaseCommand):
    help = (
        "Encrypt all inquiries anew under the first of INQUIRY_KEYS. Put the new key first, restart the site, "
        "run this, take the old key away, restart again. It can be stopped and started again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = rotation.count()
        unreadable = 0
        for outcome in tqdm(rotation.rotate(), total=total, unit="row", file=sys.stderr, disable=None):
            unreadable += outcome is rotation.Outcome.UNREADABLE
        if unreadable:
            raise CommandError(
                f"{unreadable} of {total} rows can't be read with INQUIRY_KEYS and were left as they are. "
                "Add the key that they are under, and run it again. Destroy no key yet."
            )
        if not rotation.is_finished():
            raise CommandError("A process still writes under an old key: restart the site and run it again.")
        self.stdout.write(
            f"{total} rows are under the first key. Take the other keys out of INQUIRY_KEYS, restart the site, and "
            "destroy them: older backups can't be read without them."
        )
