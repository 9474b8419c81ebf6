"""Which languages the officers read and write: the form offers no others."""

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
        """Return the codes of an officer's languages; the site's language until they have chosen some."""
        return cls.of_all([officer])

    @classmethod
    def of_all(cls, officers: Iterable[User]) -> list[str]:
        """Return the codes of the languages of several officers; one may stand there more than once."""
        officers = list(officers)
        chosen = {row.officer_id: row.codes for row in cls.objects.filter(officer__in=officers)}
        return [code for officer in officers for code in chosen.get(officer.pk, [settings.LANGUAGE_CODE])]

    @classmethod
    def tick(cls, officer: User, codes: Iterable[str]) -> None:
        """Store the languages that an officer has ticked."""
        cls.objects.update_or_create(officer=officer, defaults={"codes": sorted(codes)})
