"""News articles."""

import datetime
import uuid
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.checks import holding
from articles.dates import PartialDate, PartialDateField
from newsroom.othersites.addresses import WebAddressField
from newsroom.richtext.fields import RichTextField

from .address import address_of
from .publishing import Publishable, PublishableQuerySet
from .slugs import SlugField, unique_slug
from .subjects import HasSubjects

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from newsroom.pictures.models import Image


CARD = ("title", "slug", "dek", "language", "display_date", "published_at", "lead_picture")


class ArticleQuerySet(PublishableQuerySet["Article"]):
    """Articles, newest publication first."""

    def get_by_natural_key(self, key: str) -> "Article":
        return self.get(uuid=key)

    def for_cards(self) -> Self:
        """Return the articles with the columns that cards() in articles/lists/cards.py reads."""
        return self.only(*CARD)

    def displayed_in(self, year: int, month: int | None = None) -> Self:
        """Return the articles whose displayed date lies in the year, or in one of its months, the latest first."""
        first, after = (
            (f"{year:04}-{month:02}", f"{year:04}-{month + 1:02}")
            if month
            else (f"{year:04}", f"{year + 1:04}")
        )
        found = self.filter(display_date__gte=first, display_date__lt=after)
        return found.order_by("-display_date", "-published_at", "-pk")


class Article(HasSubjects, Publishable):
    """A piece of news, with the source it goes back to."""

    class SourceRelation(models.TextChoices):
        ADAPTED = "adapted", _("Adapted from")
        REPRINTED = "reprinted", _("Reprinted with permission from")
        SUMMARY = "summary", _("Summary of")

    NEEDED = ("body_html",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    slug = SlugField(_("slug"), help_text=_("The end of the address. It fills itself from the title."))
    dek = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One sentence under the title; lists and feeds show it too."),
    )
    body_html = RichTextField(_("text"), blank=True)
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
    is_filed_by_date = models.BooleanField(
        _("archive mode"),
        default=False,
        db_default=False,
        help_text=_(
            "For an old piece that is put on the site now: it takes its place by its displayed date, and stands first "
            "neither on the home page nor in lists, feeds and the newsletter."
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

    # What articles/lists/related.py adds to its rows: how many subjects it shares.
    shared: int
    # What the form was sent with: why it is published although something was found, and its text before it was cleaned.
    publication_reason = ""
    sent_html = ""
    sent_notes: tuple[str, ...] | None = None  # the corrections in that form
    corrections: Any  # a manager of rows of articles/corrections/, which uses this module

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_article", "Can publish and unpublish articles")]
        indexes = [
            # With the last change, which the sitemap asks of all.
            models.Index(fields=["state", "-published_at", "-id", "updated_at"], name="article_newest"),
            models.Index(fields=["slug", "state", "published_at"], name="article_by_slug"),
            models.Index(fields=["state", "-display_date", "-published_at", "-id"], name="article_by_date"),
            models.Index(fields=["language", "state", "-published_at", "-id"], name="article_by_language"),
            models.Index(fields=["-published_at", "-id"], name="article_by_publication"),  # the admin's list
        ]
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
                condition=~Q(state="published")
                | Q(source_relation="")
                | ~Q(source_title="", source_publication=""),
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
        if self.state == self.State.PUBLISHED and (moment := self.filed_at):
            self.published_at = moment
            if kwargs.get("update_fields"):
                kwargs["update_fields"] = {*kwargs["update_fields"], "published_at"}
        if self.state == self.State.PUBLISHED and self.published_at and not self.display_date:
            self.display_date = PartialDate.from_date(timezone.localdate(self.published_at))
            if kwargs.get("update_fields"):
                kwargs["update_fields"] = {*kwargs["update_fields"], "display_date"}
        super().save(*args, **kwargs)

    @property
    def filed_at(self) -> datetime.datetime | None:
        """Return the time of publication that archive mode gives it: noon of the first day of its displayed date.

        None where archive mode is off, or the displayed date has not passed.
        """
        if not (self.is_filed_by_date and self.display_date):
            return None
        moment = timezone.make_aware(
            datetime.datetime.combine(self.display_date.first_day, datetime.time(12))
        )
        return moment if moment < timezone.now() else None

    def pictures_by_field(self) -> "dict[str, list[Image]]":
        """Return the pictures that each field shows, by the field's name."""
        return super().pictures_by_field() | {
            "lead_picture": [self.lead_picture] if self.lead_picture else []
        }

    def problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what a draft may lack and visitors need: sentences by field name."""
        found = super().problems()
        if self.is_filed_by_date and not self.display_date:
            found["display_date"] = [_("Archive mode needs the date under which it is filed.")]
        if self.filed_at and self.published_at and self.published_at > timezone.now():
            found["published_at"] = [
                _("Archive mode puts it on the site at once. Take off archive mode, or the time.")
            ]
        told = self.source_relation or self.source_date or self.source_url
        if told and not (self.source_title or self.source_publication):
            found["source_title"] = [_("Name the source: its title, its publication, or both.")]
        return found

    def text_problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what the checks found that keeps it from being public: sentences by field name."""
        return holding.problems(self, reason=self.publication_reason, sent_html=self.sent_html)

    def publish(self) -> None:
        """Make it public; a missing displayed date becomes the day of publication."""
        super().publish()
        self.published_at = self.filed_at or self.published_at
        if not self.display_date:
            self.display_date = PartialDate.from_date(timezone.localdate(self.published_at))

    @property
    def byline_names(self) -> list[str]:
        """Return the names of the bylines, in order."""
        return [name.strip() for name in self.bylines.splitlines() if name.strip()]
