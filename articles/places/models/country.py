"""Countries that the site reports on."""

from typing import TYPE_CHECKING, NamedTuple

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.address import Addressed, address_of
from articles.models.publishing import Publishable, read_at
from articles.models.slugs import SlugField, unique_name, unique_slug
from newsroom.backups.telling import TellsChanges
from newsroom.richtext.fields import RichTextField
from newsroom.search.searchable import Searchable, SearchableQuerySet

if TYPE_CHECKING:
    from .hotline import Hotline


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
        now = read_at(self.model._meta.get_field("articles").related_model)
        public = models.Q(articles__state=Publishable.State.PUBLISHED, articles__published_at__lte=now)
        counted = self.annotate(article_count=models.Count("articles", filter=public)).order_by("name")
        return tuple(
            ListedCountry(iso_code, name, address_of("articles:country", slug), number)
            for iso_code, name, slug, number in counted.values_list(
                "iso_code", "name", "slug", "article_count"
            )
        )

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
