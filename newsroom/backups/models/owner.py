"""The name under which this site keeps its backups."""

from django.db import models

from newsroom.storage.rows import StandingRow


class Owner(StandingRow):
    """The site, as it names the folder of its backups: it keeps the name when its address changes."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=200)  # SITE_URL, as it was last
    ledger_key = models.CharField(max_length=64, blank=True)  # hexadecimal; "": see erasures/key.py

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
