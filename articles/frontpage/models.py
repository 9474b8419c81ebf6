"""What editors choose for the home page: its first stories, and pieces of the archive that may return."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article, ArticleQuerySet
from newsroom.storage.rows import StandingRow


class FrontStoryQuerySet(models.QuerySet["FrontStory"]):
    """Stories of the home page by their number."""

    def get_by_natural_key(self, article: str | None) -> "FrontStory":
        return self.get(article__uuid=article)

    def current(self) -> Self:
        """Return the stories whose last day has not passed, of articles that are public now."""
        day = timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day),
            Exists(Article.objects.published().filter(pk=OuterRef("article"))),
        )


class FrontStory(StandingRow):
    """An article that an editor puts on the home page, before those that its date brings."""

    article = models.OneToOneField(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="front_story"
    )
    order = models.PositiveSmallIntegerField(
        _("number"),
        default=1,
        help_text=_("The lowest is the lead; the next four stand below it, in this order."),
    )
    until = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("After this day its place goes to the next. Empty: until somebody takes it off."),
    )

    objects = FrontStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story of the home page")
        verbose_name_plural = _("stories of the home page")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.article)

    def natural_key(self) -> tuple[str | None]:
        return (str(self.article.uuid) if self.article_id else None,)


class ReturningPieceQuerySet(models.QuerySet["ReturningPiece"]):
    """Pieces that may return."""

    def get_by_natural_key(self, article: str | None) -> "ReturningPiece":
        return self.get(article__uuid=article)


class ReturningPiece(StandingRow):
    """An article that is fit to be shown again in its month of later years."""

    article = models.OneToOneField(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="returning"
    )
    note = models.CharField(
        _("editor’s note"),
        max_length=300,
        blank=True,
        help_text=_(
            "What has changed since, such as offices, figures or names; it stands on the article too."
        ),
    )

    objects = ReturningPieceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece from the archive")
        verbose_name_plural = _("pieces from the archive")
        ordering = ["article__display_date", "pk"]

    def __str__(self) -> str:
        return str(self.article)

    def natural_key(self) -> tuple[str | None]:
        return (str(self.article.uuid) if self.article_id else None,)


def returning_in(year: int, month: int) -> ArticleQuerySet:
    """Return the public articles of this month in earlier years that may return, each with its `note`."""
    pieces = ReturningPiece.objects.order_by()
    fit = Article.objects.published().filter(
        pk__in=pieces.values("article"), display_date__lt=f"{year:04}"
    )  # by their few keys
    return (
        fit.annotate(month=Substr("display_date", 6, 2), note=F("returning__note"))
        .filter(month=f"{month:02}")
        .order_by()
    )
