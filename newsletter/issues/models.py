"""Issues of the newsletter and their entries."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.address import Addressed, address_of
from articles.models.slugs import SlugField, unique_slug
from newsroom.backups.noted import Noted, NotedQuerySet
from newsroom.othersites.addresses import WebAddressField
from newsroom.pagecache import deadlines
from newsroom.richtext.fields import RichTextField
from newsroom.search.searchable import Searchable, SearchableQuerySet


class IssueQuerySet(SearchableQuerySet["Issue"]):
    """Issues, newest first."""

    def get_by_natural_key(self, key: str) -> "Issue":
        """Return the issue with this UUID."""
        return self.get(uuid=key)

    def published(self) -> Self:
        """Return the issues that are being sent or were sent: they stand in the archive."""
        now = timezone.now()
        deadlines.holds_until_next("issues", now, _next_publication)
        return self.filter(published_at__lte=now)


def _next_publication(now: datetime.datetime) -> datetime.datetime | None:
    return deadlines.next_of(Issue.objects.all(), now, "published_at")


class Issue(Addressed, Searchable):
    """One newsletter, sent once to a fixed audience and kept in the archive."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        SENDING = "sending", _("sending")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        INTERESTED = (
            "interested",
            _("readers who chose the countries or topics below, and those who chose nothing"),
        )

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = SlugField(
        _("slug"), help_text=_("The end of its address in the archive: /newsletter/august-2006/.")
    )
    subject = models.CharField(
        _("subject"),
        max_length=150,
        blank=True,
        help_text=_("What the reader sees first. Phones show about 40 characters of it."),
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        help_text=_("The line that mailboxes show behind the subject: 40 to 100 characters that add to it."),
    )
    introduction_html = RichTextField(_("introduction"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.EVERYONE)
    countries = models.ManyToManyField(
        "articles.Country", verbose_name=_("countries"), blank=True, related_name="+"
    )
    topics = models.ManyToManyField("articles.Topic", verbose_name=_("topics"), blank=True, related_name="+")
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("correction of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="corrections",
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    pause_reason = models.CharField(max_length=200, blank=True, editable=False)
    send_at = models.DateTimeField(_("time of sending"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-created_at", "-pk"]
        permissions = [("send_issue", "Can send issues")]
        constraints = [unique_slug("issue")]

    def __str__(self) -> str:
        return self.subject or self.slug

    def get_absolute_url(self) -> str:
        return address_of("newsletter:issue", self.slug)

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    def clean(self) -> None:
        """Refuse a slug whose URL belongs to another page of the newsletter."""
        try:
            match = resolve(f"/newsletter/{self.slug}/")
        except Resolver404:
            return
        if match.view_name not in {"newsletter:issue", "articles:page"}:
            raise ValidationError({"slug": _("The site itself uses this address. Choose another slug.")})

    @property
    def has_been_public(self) -> bool:
        """Return whether readers may know its URL."""
        return self.published_at is not None

    @property
    def public_from(self) -> datetime.datetime | None:
        """Return from when on readers see it: also of one whose sending has a time and has not begun."""
        return self.published_at or (self.send_at if self.state == self.State.SCHEDULED else None)

    @property
    def is_public(self) -> bool:
        """Return whether it stands in the archive."""
        return self.published_at is not None and self.published_at <= timezone.now()


class ItemQuerySet(NotedQuerySet["Item"]):
    """Entries of issues."""

    def get_by_natural_key(self, key: str) -> "Item":
        """Return the entry with this UUID."""
        return self.get(uuid=key)


class Item(Noted):
    """One entry of an issue: an article, or an event with texts of its own."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        EVENT = "event", _("event")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ARTICLE)
    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    group = models.CharField(_("heading above"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    blurb = models.TextField(_("blurb"), max_length=1000, blank=True)
    url = WebAddressField(_("link"), max_length=500, blank=True)
    when = models.CharField(_("when and where"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="article", article__isnull=False) | (Q(kind="event") & ~Q(title="")),
                name="item_is_an_article_or_a_named_event",
                violation_error_message=_("Choose the article, or give the event a title."),
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.article or "")

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)
