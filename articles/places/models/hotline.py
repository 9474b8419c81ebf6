"""Where people find help: numbers and organisations, each shown only while its last check is recent."""

import datetime
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles import taken
from articles.models.slugs import unique_name_within
from articles.places import telephone
from articles.places.hours import Status, WeeklyHours, clock_in, validate_hours, validate_zone
from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.othersites.addresses import WebAddressField
from newsroom.pagecache import deadlines

CHECK_AGAIN_AFTER = datetime.timedelta(days=180)  # visitors are told that the check is old
HIDE_AFTER = datetime.timedelta(days=365)  # visitors no longer see the hotline
# The ways to reach it. A check is of these: when one changes, the hotline has to be verified again.
CONTACTS = ["number_local", "number_international", "text_number", "url"]


class Call(NamedTuple):
    """One number to call, with its tel: link (empty for an example) and whether it is for callers abroad."""

    number: str
    link: str
    abroad: bool


class HotlineQuerySet(NotedQuerySet["Hotline"]):
    """Hotlines in the order in which a person in danger needs them."""

    def get_by_natural_key(self, iso_code: str, name: str) -> "Hotline":
        return self.get(country__iso_code=iso_code, name=name)

    def shown(self, today: datetime.date | None = None) -> Self:
        """Return what visitors may see on a day (default: today); a hotline that was never verified is not shown."""
        today = today or deadlines.today()
        return self.filter(verified_on__gt=today - HIDE_AFTER, verified_on__lte=today)

    def to_verify(self, today: datetime.date | None = None) -> Self:
        """Return what has to be verified on a day (default: today), shown or hidden: all whose check is not FRESH.

        Those that were never verified come first, then the oldest checks.
        """
        today = today or timezone.localdate()
        waiting = Q(verified_on__isnull=True) | Q(verified_on__lte=today - CHECK_AGAIN_AFTER)
        waiting |= Q(verified_on__gt=today)
        return self.filter(waiting).order_by(models.F("verified_on").asc(nulls_first=True), "pk")


class Hotline(TellsChanges, Noted):
    """One way to help in a country: an emergency number, a hotline, or an organisation."""

    class Kind(models.TextChoices):  # their values sort in the order of need
        EMERGENCY = "emergency", _("emergency number")
        HOTLINE = "hotline", _("hotline")
        ORGANISATION = "organisation", _("organisation")

    class Cost(models.TextChoices):
        UNKNOWN = "", _("not known")
        FREE = "free", _("free call")
        PAID = "paid", _("costs as much as any call")

    class YesNo(models.TextChoices):
        UNKNOWN = "", _("not known")
        YES = "yes", _("yes")
        NO = "no", _("no")

    class Check(models.TextChoices):
        NEVER = "never", _("never verified: not shown")
        HIDDEN = "hidden", format_lazy(_("not verified for {days} days: not shown"), days=HIDE_AFTER.days)
        DUE = "due", _("verify again")
        FRESH = "fresh", _("verified")

    country = models.ForeignKey(
        "articles.Country", verbose_name=_("country"), on_delete=models.CASCADE, related_name="hotlines"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.HOTLINE)
    name = models.CharField(_("name"), max_length=120, help_text=_("As people there know it."))
    operator = models.CharField(
        _("operator"), max_length=160, blank=True, help_text=_("Who answers: a ministry, an organisation.")
    )
    number_local = models.CharField(
        _("number inside the country"),
        max_length=40,
        blank=True,
        validators=[telephone.validate_number],
        help_text=_("As it is dialled there: 1300, or 021 123 456."),
    )
    number_international = models.CharField(
        _("number from abroad"),
        max_length=40,
        blank=True,
        validators=[telephone.validate_number, telephone.validate_international],
        help_text=_("With + and the country code. Empty if it can't be called from abroad."),
    )
    text_number = models.CharField(
        _("number for texts"), max_length=40, blank=True, validators=[telephone.validate_number]
    )
    url = WebAddressField(_("web address"), blank=True)
    hours = models.CharField(
        _("hours"),
        max_length=200,
        blank=True,
        validators=[validate_hours],
        help_text=_("Mon-Fri 08:00-17:00; Sat 22:00-04:00. Day and night: 24/7. Empty if not known."),
    )
    time_zone = models.CharField(
        _("time zone of the hours"),
        max_length=40,
        blank=True,
        validators=[validate_zone],
        help_text=_("Visitors see whether somebody answers now by the clock of this zone."),
    )
    languages = models.CharField(
        _("languages"), max_length=200, blank=True, help_text=_("Lao, Thai, English")
    )
    cost = models.CharField(_("cost of a call"), max_length=4, choices=Cost, blank=True)
    run_by_police = models.CharField(
        _("run by the police"),
        max_length=3,
        choices=YesNo,
        blank=True,
        help_text=_("Some callers have reason to fear the police: tell them before they call."),
    )
    confidential = models.CharField(_("confidential"), max_length=3, choices=YesNo, blank=True)
    without_papers = models.CharField(
        _("for callers without papers"),
        max_length=300,
        blank=True,
        help_text=_("What a caller without papers should know: is their status asked for, or passed on?"),
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("What else helps: press 2 for English.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    verified_by = models.CharField(_("verified by"), max_length=120, blank=True, editable=False)
    verified_on = models.DateField(_("verified on"), null=True, editable=False)

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["country", "kind", "order", "pk"]
        constraints = [
            unique_name_within("hotline", "country"),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True, verified_by="")
                | (Q(verified_on__isnull=False) & ~Q(verified_by="")),
                name="hotline_verified_by_somebody_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a changed number or address has to be verified again."""
        with transaction.atomic():
            self._note_changed_contacts(kwargs)
            super().save(*args, **kwargs)

    def _note_changed_contacts(self, kwargs: dict[str, Any]) -> None:
        """Take back the check of other numbers, and note in the ledger of erasures that the former ones are over."""
        stored = Hotline.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.contacts != self.contacts:
            taken.note_hotline(stored)
            self.verified_by, self.verified_on = "", None
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "verified_by", "verified_on"}

    def get_absolute_url(self) -> str:
        """Return the path of its country's page, at the section on help."""
        return f"{self.country.get_absolute_url()}#help"

    def natural_key(self) -> tuple[str, ...]:
        return (self.country.iso_code if self.country_id else "", self.name)

    # Django reads it from the function itself, where mypy knows no attributes.
    natural_key.dependencies = ["articles.country"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        if not any(self.contacts):
            raise ValidationError(_("Give a number or a web address."))
        if self.kind != self.Kind.ORGANISATION and not any(self.contacts[:3]):
            raise ValidationError({"number_local": _("Give a number.")})
        if self.weekly_hours:
            self.hours = str(self.weekly_hours)
            if not self.time_zone and not self.weekly_hours.are_always:
                raise ValidationError({"time_zone": _("Hours need their time zone.")})

    @property
    def contacts(self) -> tuple[str, ...]:
        """Return its numbers and its web address, in the order of CONTACTS; empty where there is none."""
        return tuple(getattr(self, name) for name in CONTACTS)

    @property
    def contacts_changed(self) -> bool:
        """Return whether a number or the address differs from the stored one."""
        stored = Hotline.objects.filter(pk=self.pk).values_list(*CONTACTS).first() if self.pk else None
        return stored is not None and stored != self.contacts

    @property
    def numbers(self) -> str:
        """Return its numbers and its web address as one line of text."""
        return ", ".join(contact for contact in self.contacts if contact)

    def verify(self, by: str, on: datetime.date) -> None:
        """Record who checked it and on which day; the caller saves."""
        self.verified_by, self.verified_on = by, on

    def check_state(self, today: datetime.date | None = None) -> Check:
        """Return how good the last check is on a day (default: today)."""
        today = today or deadlines.today()
        if self.verified_on is None or self.verified_on > today:
            return self.Check.NEVER
        age = today - self.verified_on
        if age >= HIDE_AFTER:
            return self.Check.HIDDEN
        return self.Check.DUE if age >= CHECK_AGAIN_AFTER else self.Check.FRESH

    @property
    def is_check_old(self) -> bool:
        """Return whether visitors see it with a note that its last check is old: the state DUE alone."""
        return self.check_state() == self.Check.DUE

    @property
    def weekly_hours(self) -> WeeklyHours | None:
        """Return the hours, or None where they are unknown or unreadable."""
        try:
            return WeeklyHours.parse(self.hours)
        except ValueError:
            return None

    @property
    def time_zone_place(self) -> str:
        """Return the place that names the time zone: 'Vientiane' of Asia/Vientiane."""
        return self.time_zone.rpartition("/")[2].replace("_", " ")

    def status(self, now: datetime.datetime) -> Status | None:
        """Return whether somebody answers at a moment, or None where that is uncertain."""
        today = timezone.localtime(now).date()
        if not self.weekly_hours or self.check_state(today) != self.Check.FRESH:
            return None
        here = clock_in(self.time_zone, now)
        if here is None:
            return self.weekly_hours.at(now) if self.weekly_hours.are_always else None
        return self.weekly_hours.at(here)

    @property
    def is_example(self) -> bool:
        """Return whether its numbers are examples, which nobody can dial."""
        return any(contact.startswith(telephone.EXAMPLE) for contact in self.contacts)

    @property
    def calls(self) -> list[Call]:
        """Return its numbers to call, the local one first."""
        pairs = [(self.number_local, False), (self.number_international, True)]
        return [Call(number, telephone.tel(number), abroad) for number, abroad in pairs if number]

    @property
    def text_link(self) -> str:
        """Return the sms: link of its number for texts; empty for an example."""
        return telephone.sms(self.text_number)
