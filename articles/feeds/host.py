"""The host name in the ids of feed entries: the first that the site had, so that a new domain changes no id."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, models, transaction

from newsroom.storage.rows import StandingRow

CACHED = "feeds:host"


class FeedHost(StandingRow):
    """The only row of its table: the host name that stands in every id that feed readers have seen (RFC 4151)."""

    host = models.CharField(max_length=255)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_host_of_feeds")]

    def __str__(self) -> str:
        return self.host

    @classmethod
    def load(cls) -> str:
        """Return the host name for ids; the first call stores the present one."""
        known = cache.get(CACHED)
        if known:
            return str(known)
        kept = cls.objects.filter(pk=1).values_list("host", flat=True).first()
        kept = kept or cls._keep(urlsplit(settings.SITE_URL).hostname or "localhost")
        cache.set(CACHED, kept)
        return kept

    @classmethod
    def forget(cls) -> None:
        """Delete the stored host name, for a demo that becomes a real site."""
        cls.objects.all().delete()
        cache.delete(CACHED)

    @classmethod
    def _keep(cls, host: str) -> str:
        try:
            with transaction.atomic():
                return cls.objects.get_or_create(pk=1, defaults={"host": host})[0].host
        except DatabaseError:  # the database is read-only at the moment: a later request stores it
            return host
