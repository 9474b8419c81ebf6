"""What a country's page states: key facts with their sources, laws and ratifications with their dates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.dates import PartialDateField
from articles.models.slugs import unique_name_within
from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.backups.telling import TellsChanges
from newsroom.othersites.addresses import WebAddressField


class FactQuerySet(NotedQuerySet["Fact"]):
    """Facts in their order."""

    def get_by_natural_key(self, iso_code: str, label: str) -> "Fact":
        return self.get(country__iso_code=iso_code, label=label)


class Fact(TellsChanges, Noted):
    """One key fact about a country, always with its source."""

    country = models.ForeignKey(
        "articles.Country", verbose_name=_("country"), on_delete=models.CASCADE, related_name="facts"
    )
    label = models.CharField(_("fact"), max_length=80, help_text=_("Population, Capital, Neighbours"))
    value = models.CharField(_("value"), max_length=200)
    source = models.CharField(_("source"), max_length=160, help_text=_("Who says so, by name and title."))
    source_url = WebAddressField(_("address of the source"), blank=True)
    as_of = PartialDateField(_("as of"), help_text=_("The day, month or year that the source speaks of."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("key fact")
        verbose_name_plural = _("key facts")
        ordering = ["order", "pk"]
        constraints = [unique_name_within("fact", "country", "label")]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str, ...]:
        return (self.country.iso_code if self.country_id else "", self.label)

    # Django reads it from the function itself, where mypy knows no attributes.
    natural_key.dependencies = ["articles.country"]  # type: ignore[attr-defined]


class LawQuerySet(NotedQuerySet["Law"]):
    """Laws, the latest first."""

    def get_by_natural_key(self, iso_code: str, title: str) -> "Law":
        return self.get(country__iso_code=iso_code, title=title)


class Law(TellsChanges, Noted):
    """A treaty or a national law of a country, with the date of a step such as its ratification."""

    class Kind(models.TextChoices):
        TREATY = "treaty", _("treaty")
        NATIONAL = "national", _("national law")

    class Step(models.TextChoices):
        RATIFIED = "ratified", _("ratified")
        ACCEDED = "acceded", _("acceded")
        ACCEPTED = "accepted", _("accepted")
        SUCCEEDED = "succeeded", _("succeeded")
        SIGNED = "signed", _("signed, not ratified")
        PASSED = "passed", _("passed")
        IN_FORCE = "in-force", _("in force")

    country = models.ForeignKey(
        "articles.Country", verbose_name=_("country"), on_delete=models.CASCADE, related_name="laws"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TREATY)
    title = models.CharField(_("title"), max_length=200)
    step = models.CharField(_("step"), max_length=9, choices=Step, default=Step.RATIFIED)
    date = PartialDateField(_("date"), help_text=_("As precise as you know it: 2003, or 26 September 2003."))
    url = WebAddressField(_("web address"), help_text=_("Where a reader can look the date up."))

    objects = LawQuerySet.as_manager()

    class Meta:
        verbose_name = _("law or ratification")
        verbose_name_plural = _("laws and ratifications")
        ordering = ["-kind", "-date", "pk"]
        constraints = [unique_name_within("law", "country", "title")]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, ...]:
        return (self.country.iso_code if self.country_id else "", self.title)

    # Django reads it from the function itself, where mypy knows no attributes.
    natural_key.dependencies = ["articles.country"]  # type: ignore[attr-defined]
