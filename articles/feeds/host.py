"""The host name in the ids of feed entries: the first that the site had, whatever it is called today."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, models, transaction

from newsroom.storage.rows import StandingRow

CACHED = "feeds:host"


class FeedHost(StandingRow):
    """One row with a host name; the ids that reader programs have seen hold it for ever (RFC 4151)."""

    host = models.CharField(max_length=255)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_host_of_feeds")]

    def __str__(self) -> str:
        return self.host

    @classmethod
    def load(cls) -> str:
        """Return the host name for ids; the present one is kept once a feed is asked for under it."""
        known = cache.get(CACHED)
        if known:
            return str(known)
        kept = cls.objects.filter(pk=1).values_list("host", flat=True).first()
        kept = kept or cls._keep(urlsplit(settings.SITE_URL).hostname or "localhost")
        cache.set(CACHED, kept)
        return kept

    @classmethod
    def forget(cls) -> None:
        """Forget the host name: a demo becomes a site of another one."""
        cls.objects.all().delete()
        cache.delete(CACHED)

    @classmethod
    def _keep(cls, host: str) -> str:
        try:
            with transaction.atomic():
                return cls.objects.get_or_create(pk=1, defaults={"host": host})[0].host
        except DatabaseError:  # nobody can write now: a later answer keeps it
            return host
