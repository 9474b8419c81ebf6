"""The whole content of a site as it was at one time, put back as a restore does."""

import shutil
from pathlib import Path
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from newsroom.backups import ledger, settling
from newsroom.signin import appendonly


class Snapshot:
    """Rows and media of a moment."""

    def __init__(self, folder):
        self.media = Path(settings.MEDIA_ROOT)
        self.kept = folder / f"media-{timezone.now().timestamp()}"
        self.made_at = timezone.now()
        ledger.keep_up()  # as each backup does
        self.rows = connection.creation.serialize_db_to_string()
        if self.media.exists():
            shutil.copytree(self.media, self.kept)

    def put_back(self, ask=lambda question: True):
        """Replace rows and media, and settle; return what settling said."""
        appendonly.drop("default")
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        # It saves relations through the models, which no restore does.
        with ledger.silence(), mock.patch("newsroom.signin.events.note"):
            connection.creation.deserialize_db_from_string(self.rows)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
        appendonly.lay("default")
        shutil.rmtree(self.media, ignore_errors=True)
        if self.kept.exists():
            shutil.copytree(self.kept, self.media)
        settling.begin(self.made_at)
        said = []
        settling.settle(said.append, ask)
        return said
