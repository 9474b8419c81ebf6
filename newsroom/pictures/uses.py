"""Where pictures are shown: whoever shows them registers a way to find its places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from newsroom.richtext.pictures import rows_with
from newsroom.sitesettings.models import SiteSettings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Use:
    """One place that shows a picture; public_from is empty for what no visitor sees."""

    title: str
    url: str  # where staff change it
    public_from: datetime | None = None
    row: Model | None = None  # what shows it, where that is a row with a page of its own in the admin

    @property
    def is_public(self):
        """Tell whether visitors see it now."""
        return self.public_from is not None and self.public_from <= timezone.now()


_finders = {}


def register(name, find: Callable[[object], Iterable[Use]]):
    """Let find(image) return the Uses of a kind; a later registration of a name replaces it."""
    _finders[name] = find


def uses_of(image):
    """Return every Use of a picture."""
    return [use for find in _finders.values() for use in find(image)]


def use_in(piece):
    """Return the Use in an article, a page, or anything else that staff change; without a state it is public."""
    url = reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_change", args=[piece.pk])
    if not hasattr(piece, "state"):
        return Use(str(piece), url, EPOCH, piece)
    is_hidden = piece.state in {"draft", "withdrawn"}
    return Use(str(piece), url, None if is_hidden else getattr(piece, "published_at", None), piece)


def lead_pictures(image):
    """Return the articles that the picture leads."""
    leads = Article.objects.filter(lead_picture=image).only("title", "state", "published_at")
    return [use_in(article) for article in leads]


def logo(image):
    """Return the site's logo, where the picture is it."""
    if not SiteSettings.objects.filter(logo=image).exists():
        return []
    url = reverse("admin:sitesettings_sitesettings_change", args=[1])
    return [Use(_("Logo of the site"), url, image.created_at)]


def texts(image):
    """Return the texts that show the picture, of every kind that staff can change in the admin."""
    return [use_in(row) for row in rows_with(image) if admin.site.is_registered(type(row))]
