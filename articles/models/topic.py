"""Topics: themes that articles share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.backups.telling import TellsChanges
from newsroom.richtext.fields import RichTextField
from newsroom.search.searchable import Searchable, SearchableQuerySet

from .address import Addressed, address_of
from .slugs import SlugField, unique_name, unique_slug


class TopicQuerySet(SearchableQuerySet["Topic"]):
    """Topics by name."""

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Return the name and the address of each topic."""
        found = self.values_list("name", "slug")
        return tuple((name, address_of("articles:topic", slug)) for name, slug in found)

    def get_by_natural_key(self, slug: str) -> "Topic":
        return self.get(slug=slug)


class Topic(TellsChanges, Addressed, Searchable):
    """A theme that articles share."""

    name = models.CharField(_("name"), max_length=80)
    slug = SlugField(_("slug"), help_text=_("The end of its address: /topics/prevention/."))
    intro_html = RichTextField(_("introduction"), blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [unique_slug("topic"), unique_name("topic")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("articles:topic", self.slug)

    def natural_key(self) -> tuple[str, ...]:
        return (self.slug,)
