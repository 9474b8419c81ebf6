"""Boxes that call readers to a campaign."""

import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import taken
from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.othersites.addresses import LinkField
from newsroom.pagecache import deadlines

from .slugs import unique_name


class CalloutQuerySet(NotedQuerySet["Callout"]):
    """Callouts in their order."""

    def get_by_natural_key(self, title: str) -> "Callout":
        return self.get(title=title)

    def active(self) -> Self:
        """Return the callouts that are to be shown now."""
        now = timezone.now()
        deadlines.holds_until_next("callouts", now, _next_change)
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=now), Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        )


def _next_change(now: datetime.datetime) -> datetime.datetime | None:
    return deadlines.next_of(Callout.objects.all(), now, "starts_at", "ends_at")


class Callout(TellsChanges, Noted):
    """A box with a title, a text and one link, shown for a time."""

    class Placement(models.TextChoices):
        EVERYWHERE = "everywhere", _("every page")
        HOME = "home", _("home page only")
        ARTICLES = "articles", _("articles only")

    title = models.CharField(_("title"), max_length=100)
    text = models.CharField(_("text"), max_length=300, blank=True)
    link = LinkField(
        _("link"),
        max_length=300,
        validators=[RegexValidator(r"\A(/(?!/)|https?://)[^\s\\]*\Z", _("Start with / or https://."))],
    )
    label = models.CharField(_("label of the link"), max_length=60, help_text=_("Say where it leads."))
    placement = models.CharField(_("where"), max_length=12, choices=Placement, default=Placement.EVERYWHERE)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: no end."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = CalloutQuerySet.as_manager()

    class Meta:
        verbose_name = _("callout")
        verbose_name_plural = _("callouts")
        ordering = ["order", "pk"]
        constraints = [
            unique_name("callout", "title"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                name="callout_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, ...]:
        return (self.title,)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the ledger of erasures notes where it ends."""
        with transaction.atomic():
            stored = None if self._state.adding else Callout.objects.filter(pk=self.pk).first()
            if stored is not None:
                taken.note_callout(stored, self)
            super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must come after the start.")})
