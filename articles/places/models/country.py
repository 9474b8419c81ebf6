"""Countries that the site reports on."""

from typing import TYPE_CHECKING, NamedTuple, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.address import Addressed, address_of
from articles.models.numbers import numbers_by
from articles.models.slugs import SlugField, unique_name, unique_slug
from newsroom.backups.telling import TellsChanges
from newsroom.richtext.fields import RichTextField
from newsroom.search.searchable import Searchable, SearchableQuerySet

if TYPE_CHECKING:
    from .hotline import Hotline


FACTS_HOLD = 2  # years, after which somebody looks whether they are true still


class ListedCountry(NamedTuple):
    """What a list shows of a country."""

    iso_code: str
    name: str
    address: str
    article_count: int


class CountryQuerySet(SearchableQuerySet["Country"]):
    """Countries by name."""

    def listed(self) -> "tuple[ListedCountry, ...]":
        """Return what lists show of the countries, by name: the number of public articles about each is counted."""
        numbers = numbers_by(self.model._meta.get_field("articles").related_model, "countries")
        return tuple(
            ListedCountry(iso_code, name, address_of("articles:country", slug), numbers[pk])
            for pk, iso_code, name, slug in self.order_by("name").values_list(
                "pk", "iso_code", "name", "slug"
            )
        )

    def with_old_facts(self) -> Self:
        """Return the countries with a fact whose source speaks of a month more than FACTS_HOLD years ago."""
        today = timezone.localdate()
        year = f"{today.year - FACTS_HOLD:04}"
        in_that_year = models.Q(facts__as_of__gt=year, facts__as_of__lt=f"{year}-{today:%m}")
        return self.filter(models.Q(facts__as_of__lt=year) | in_that_year).distinct()

    def get_by_natural_key(self, iso_code: str) -> "Country":
        return self.get(iso_code=iso_code)


class Country(TellsChanges, Addressed, Searchable):
    """A country that the site reports on."""

    iso_code = models.CharField(
        _("ISO code"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Two capital letters, such as LA."))],
        help_text=_("Two letters, ISO 3166-1: LA for Laos."),
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("The English short name."))
    slug = SlugField(_("slug"), help_text=_("The end of its address: /countries/laos/."))
    intro_html = RichTextField(_("introduction"), blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CountryQuerySet.as_manager()

    # What with_help() in gethelp.py adds to its rows.
    shown_hotlines: "list[Hotline]"

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]
        constraints = [unique_slug("country"), unique_name("country")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("articles:country", self.slug)

    def natural_key(self) -> tuple[str, ...]:
        return (self.iso_code,)
