"""What publishing would make of a row in memory, for its preview: the page is rendered, and all of it is undone."""

import uuid

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from articles.dates import PartialDate
from articles.models.address import Addressed
from articles.models.article import Article
from articles.models.callout import Callout
from articles.models.publishing import Publishable
from articles.resources.models.resource import Resource


def piece_as_public(piece: Publishable) -> list[str]:
    """Make a piece public now, whatever its pictures lack; return that in sentences.

    Raises ValidationError for a resource that leads nowhere.
    """
    missing = piece.problems()
    if isinstance(piece, Resource) and "link" in missing:
        raise ValidationError(missing["link"])
    if isinstance(piece, Article) and "source_title" in missing:
        piece.source_relation = ""  # the table takes none without a name
    labels = {field.name: capfirst(str(field.verbose_name)) for field in piece._meta.concrete_fields}
    lacks = [f"{labels[name]}: {one}" for name, found in missing.items() for one in found]
    lacks += [str(one) for found in piece.picture_problems().values() for one in found]
    now = timezone.now()
    planned = piece.published_at or now
    piece.state, piece.published_at = piece.State.PUBLISHED, min(planned, now)
    piece.first_published_at = piece.first_published_at or piece.published_at
    piece.expires_at = None
    if isinstance(piece, Article) and not piece.display_date:
        piece.display_date = PartialDate.from_date(timezone.localdate(planned))
    _give_address(piece)
    return lacks


def subject_as_public(subject: Addressed) -> list[str]:
    """Give a country or a topic an address where it has none yet; nothing else keeps it from its page."""
    _give_address(subject)
    return []


def _give_address(row: Addressed) -> None:
    if not getattr(row, row.ADDRESS):
        setattr(row, row.ADDRESS, f"preview-{uuid.uuid4().hex}")


def callout_as_shown(callout: Callout) -> list[str]:
    """Let a callout be shown now."""
    now = timezone.now()
    callout.starts_at = callout.starts_at and min(callout.starts_at, now)
    callout.ends_at = callout.ends_at if callout.ends_at and callout.ends_at > now else None
    return []


def page_with(callout: Callout) -> str:
    """Return the address of a page that shows a callout: the home page, or the latest article."""
    if callout.placement == Callout.Placement.ARTICLES:
        latest = Article.objects.published().only("slug").first()
        return latest.get_absolute_url() if latest else reverse("articles:home")
    return reverse("articles:home")
