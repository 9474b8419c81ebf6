"""Where pictures are shown: each app offers a function that finds its places."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from newsroom.offers import offered

if TYPE_CHECKING:
    from .files import PictureFiles

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Use:
    """One place that shows a picture; public_from is empty for what no visitor sees."""

    title: str
    url: str  # where staff change it
    public_from: datetime | None = None
    row: Model | None = None  # what shows it, where that is a row with a page of its own in the admin

    @property
    def is_public(self) -> bool:
        """Return whether visitors see it now."""
        return self.public_from is not None and self.public_from <= timezone.now()


def uses_of(image: "PictureFiles") -> list[Use]:
    """Return every Use of a picture, as apps find them by `picture_uses` of their config."""
    return [use for find in offered("picture_uses") for use in find(image)]


def use_in(piece: Model) -> Use:
    """Return the Use in a row that staff change in the admin; one without a state is public.

    Its times are `published_at`, or `public_from` where a row says more.
    """
    url = reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_change", args=[piece.pk])
    if not hasattr(piece, "state"):
        return Use(str(piece), url, EPOCH, piece)
    is_hidden = piece.state in {"draft", "withdrawn"} or getattr(piece, "is_gone", False)
    shown_from = getattr(piece, "public_from", None) or getattr(piece, "published_at", None)
    return Use(str(piece), url, None if is_hidden else shown_from, piece)
