"""What the database knows of the store of files: its id, what is still to be deleted in it, and who uses it."""

from django.db import models

from newsroom.storage.rows import StandingRow


class Store(StandingRow):
    """The one store that holds this site's files, by the id that lies in it too."""

    token = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.token


class Removal(StandingRow):
    """A folder whose files are to be deleted; the row goes once they are."""

    storage = models.CharField(max_length=20)  # the alias in STORAGES
    folder = models.CharField(max_length=120)
    since = models.DateTimeField(auto_now_add=True)
    is_held = models.BooleanField(default=False)  # it lies there, unserved, and can be taken back

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.storage}: {self.folder}"


class Machine(StandingRow):
    """A machine that runs the site on this database, as it last said itself."""

    name = models.CharField(max_length=32, unique=True)  # random, and kept in its DATA_DIR
    shares_cache = models.BooleanField()
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
