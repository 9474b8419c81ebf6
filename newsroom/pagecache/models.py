"""The content version, and the marks that raise it once a transaction on PostgreSQL."""

from django.db import models

from newsroom.storage.rows import StandingRow


class ContentVersion(StandingRow):
    """The one row whose number is another one after every change that visitors can see.

    The number is about the time of the change, in milliseconds since 1970: a backup that is put back never
    brings the number of other content.
    """

    number = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


class ContentMark(StandingRow):
    """A transaction of PostgreSQL that has changed what visitors see, and is not committed yet."""

    transaction = models.BigIntegerField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.transaction)
