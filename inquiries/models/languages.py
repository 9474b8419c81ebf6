"""Which languages the officers read and write: the form offers no other."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from newsroom.storage.rows import StandingRow


class OfficerLanguages(StandingRow):
    """The languages that one officer has ticked for themselves."""

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inquiry_languages"
    )
    codes = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.officer_id)

    @classmethod
    def of(cls, officer: User) -> list[str]:
        """Return the codes of an officer's languages; that of the desk itself until they have ticked any."""
        return cls.of_all([officer])

    @classmethod
    def of_all(cls, officers: Iterable[User]) -> list[str]:
        """Return the codes of all that some officers read."""
        officers = list(officers)
        ticked = {row.officer_id: row.codes for row in cls.objects.filter(officer__in=officers)}
        return [code for one in officers for code in ticked.get(one.pk, [settings.LANGUAGE_CODE])]

    @classmethod
    def tick(cls, officer: User, codes: Iterable[str]) -> None:
        """Keep what an officer has ticked."""
        cls.objects.update_or_create(officer=officer, defaults={"codes": sorted(codes)})
