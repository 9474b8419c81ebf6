"""News articles."""

import uuid
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.expressions import CombinedExpression
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.dates import PartialDate, PartialDateField
from articles.links.models import Link
from newsroom.othersites.addresses import WebAddressField
from newsroom.richtext.fields import RichTextField

from .address import address_of
from .publishing import Publishable, PublishableQuerySet
from .slugs import SlugField, unique_slug

if TYPE_CHECKING:
    from articles.resources.models.resource import Resource
    from newsroom.pictures.models import Image


def _subjects_of(piece: "Article | Resource") -> tuple[Q, Q]:
    """Return two conditions: to share a topic with a piece, and to share a country with it."""
    return Q(topics__in=piece.topics.all()), Q(countries__in=piece.countries.all())


def _shared(topics: Q, countries: Q) -> CombinedExpression:
    """Return an expression that counts the topics and countries that meet these conditions."""
    return Count("topics", filter=topics, distinct=True) + Count("countries", filter=countries, distinct=True)


CARD = ("title", "slug", "dek", "language", "display_date", "published_at", "lead_picture")


class ArticleQuerySet(PublishableQuerySet["Article"]):
    """Articles, newest publication first."""

    def get_by_natural_key(self, key: str) -> "Article":
        return self.get(uuid=key)

    def for_cards(self) -> Self:
        """Return the articles with the columns that cards() in articles/cards.py reads."""
        return self.only(*CARD)

    def displayed_in(self, year: int, month: int | None = None) -> Self:
        """Return the articles whose displayed date lies in the year, or in one of its months."""
        return self.filter(display_date__startswith=f"{year:04}-{month:02}" if month else f"{year:04}")

    def sharing(self, piece: "Resource") -> Self:
        """Return the public articles that share subjects with a resource and its language, most shared first."""
        topics, countries = _subjects_of(piece)
        return (
            self.published()
            .filter(topics | countries, language=piece.language)
            .annotate(shared=_shared(topics, countries))
            .order_by("-shared", "-published_at")
            .for_cards()
        )

    def knowing_archives(self) -> Self:
        """Return the articles with the archived copies of all dead links, so that a page needs no further query."""
        return self.annotate(archive_lines=Link.objects.all_archives())

    def beside(self, article: "Article") -> Self:
        """Return the public versions of an article in other languages, then what shares subjects, most shared first."""
        original = article.translation_of_id or article.pk
        versions = Q(pk=original) | Q(translation_of=original)
        topics, countries = _subjects_of(article)
        return (
            self.published()
            .exclude(pk=article.pk)
            .filter(versions | Q(topics | countries, language=article.language))
            .annotate(
                is_version=models.Case(models.When(versions, then=True), default=False),
                shared=_shared(topics, countries),
            )
            .order_by("-is_version", "-shared", "-published_at")
            .only(*CARD, "translation_of")
        )


class Article(Publishable):
    """A piece of news, with the source it goes back to."""

    class SourceRelation(models.TextChoices):
        ADAPTED = "adapted", _("Adapted from")
        REPRINTED = "reprinted", _("Reprinted with permission from")
        SUMMARY = "summary", _("Summary of")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    slug = SlugField(_("slug"), help_text=_("The end of the address. It fills itself from the title."))
    dek = models.CharField(
        _("dek"),
        max_length=300,
        blank=True,
        help_text=_("One sentence under the title; lists and feeds show it too."),
    )
    body_html = RichTextField(_("text"))
    bylines = models.TextField(
        _("bylines"), max_length=500, blank=True, help_text=_("Who wrote it: one name a line.")
    )
    dateline = models.CharField(
        _("dateline"), max_length=80, blank=True, help_text=_("The place it is reported from: VIENTIANE.")
    )
    display_date = PartialDateField(
        _("displayed date"),
        blank=True,
        db_index=True,
        help_text=_(
            "As precise as you know it: 2006, August 2006 or 5 August 2006. "
            "The archive goes by it. Empty: the day of publication."
        ),
    )
    countries = models.ManyToManyField(
        "articles.Country", verbose_name=_("countries"), blank=True, related_name="articles"
    )
    topics = models.ManyToManyField(
        "articles.Topic", verbose_name=_("topics"), blank=True, related_name="articles"
    )
    lead_picture = models.ForeignKey(
        "pictures.Image",
        verbose_name=_("lead picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    source_relation = models.CharField(
        _("relation to the source"), max_length=10, choices=SourceRelation, blank=True
    )
    source_title = models.CharField(_("title of the source"), max_length=250, blank=True)
    source_publication = models.CharField(
        _("publication"), max_length=150, blank=True, help_text=_("Where it appeared: Vientiane Times.")
    )
    source_date = PartialDateField(_("date of the source"), blank=True)
    source_url = WebAddressField(_("link to the source"), max_length=500, blank=True)
    content_note = models.CharField(
        _("content note"),
        max_length=300,
        blank=True,
        help_text=_("Shown above the text where it may distress: 'This article describes violence.'"),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    translation_of = models.ForeignKey(
        "self",
        verbose_name=_("translation of"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    # What the querysets above add to their rows.
    archive_lines: str | None
    is_version: bool
    shared: int

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_article", "Can publish and unpublish articles")]
        indexes = [models.Index(fields=["state", "-published_at", "-id"], name="article_newest_first")]
        constraints = [
            *Publishable.Meta.constraints,
            unique_slug("article"),
            models.CheckConstraint(condition=~Q(slug__regex=r"^[0-9]*$"), name="article_slug_not_digits"),
            models.CheckConstraint(
                condition=Q(translation_of__isnull=True) | ~Q(translation_of=models.F("id")),
                name="article_not_its_own_translation",
                violation_error_message=_("An article can't be a translation of itself."),
            ),
            models.CheckConstraint(
                condition=Q(source_relation="") | ~Q(source_title="", source_publication=""),
                name="article_source_is_named",
                violation_error_message=_("Name the source: its title, its publication, or both."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    def get_absolute_url(self) -> str:
        return address_of("articles:article", self.slug)

    @property
    def shown_date(self) -> PartialDate:
        """Return the date that pages show of a public article: the displayed one, or the day of publication."""
        return self.display_date or PartialDate.from_date(timezone.localdate(self.published_at))

    @property
    def source_label(self) -> str:
        """Return the label before the source's name, such as 'Adapted from'; empty where no source is given."""
        if not (self.source_relation or self.source_title or self.source_publication or self.source_url):
            return ""
        return self.get_source_relation_display() if self.source_relation else gettext("Source")

    @property
    def source_name(self) -> str:
        """Return the title of the source, else its publication, else the host of its link."""
        host = urlsplit(self.source_url).hostname if self.source_url else ""
        return self.source_title or self.source_publication or (host or "").removeprefix("www.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a published article without a displayed date gets the day of its publication."""
        if self.state == self.State.PUBLISHED and self.published_at and not self.display_date:
            self.display_date = PartialDate.from_date(timezone.localdate(self.published_at))
            if kwargs.get("update_fields"):
                kwargs["update_fields"] = {*kwargs["update_fields"], "display_date"}
        super().save(*args, **kwargs)

    def pictures_by_field(self) -> "dict[str, list[Image]]":
        """Return the pictures that each field shows, by the field's name."""
        return super().pictures_by_field() | {
            "lead_picture": [self.lead_picture] if self.lead_picture else []
        }

    def publish(self) -> None:
        """Make it public; a missing displayed date becomes the day of publication."""
        super().publish()
        if not self.display_date:
            self.display_date = PartialDate.from_date(timezone.localdate(self.published_at))

    @property
    def archives(self) -> dict[str, str]:
        """Return the archived copies of all dead links by address; the row must come from knowing_archives()."""
        lines = (self.archive_lines or "").split("\n")
        return dict(zip(lines[::2], lines[1::2], strict=False))

    @property
    def byline_names(self) -> list[str]:
        """Return the names of the bylines, in order."""
        return [name.strip() for name in self.bylines.splitlines() if name.strip()]
