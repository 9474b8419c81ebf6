"""Which pictures of people lack the consent of whom they show."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

ENDS_SOON = datetime.timedelta(days=30)  # before a consent ends, editors are told


class ConsentQuerySet[Picture: models.Model](models.QuerySet[Picture]):
    """Pictures by what is noted of consent."""

    def available(self) -> Self:
        """Return the pictures that have files."""
        raise NotImplementedError

    def without_consent(self) -> Self:
        """Return the available pictures of people whose consent is not noted, or only in part."""
        noted = ~Q(consent_reference="") & ~Q(consent_uses="")
        noted &= Q(consent_date__isnull=False, consent_expires__isnull=False)
        return self.available().filter(~noted, shows_recognisable_person=True)

    def with_expired_consent(self) -> Self:
        """Return the available pictures of people whose consent is over."""
        return self.available().filter(
            shows_recognisable_person=True, consent_expires__lt=timezone.localdate()
        )

    def with_ending_consent(self) -> Self:
        """Return the available pictures of people whose consent ends today or within ENDS_SOON."""
        today = timezone.localdate()
        return self.available().filter(
            shows_recognisable_person=True, consent_expires__range=(today, today + ENDS_SOON)
        )
