"""Countries that the site reports on."""

from typing import TYPE_CHECKING, Self

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.address import Addressed
from articles.models.publishing import Publishable, read_at
from articles.models.slugs import SlugField, unique_name, unique_slug
from newsroom.richtext.fields import RichTextField
from newsroom.search.searchable import Searchable, SearchableQuerySet

if TYPE_CHECKING:
    from .hotline import Hotline


class CountryQuerySet(SearchableQuerySet["Country"]):
    """Countries by name."""

    def with_article_counts(self) -> Self:
        """Return the countries by name, each with article_count: the number of public articles about it."""
        now = read_at(self.model._meta.get_field("articles").related_model)
        public = models.Q(articles__state=Publishable.State.PUBLISHED, articles__published_at__lte=now)
        return self.annotate(article_count=models.Count("articles", filter=public)).order_by("name")

    def get_by_natural_key(self, iso_code: str) -> "Country":
        return self.get(iso_code=iso_code)


class Country(Addressed, Searchable):
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

    # What querysets add to their rows: with_article_counts() here, with_help() in gethelp.py.
    article_count: int
    shown_hotlines: "list[Hotline]"

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]
        constraints = [unique_slug("country"), unique_name("country")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:country", args=[self.slug])

    def natural_key(self) -> tuple[str, ...]:
        return (self.iso_code,)
