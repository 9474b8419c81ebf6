"""The template context that every public page shares."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .frame import Frame
from .models import SiteSettings


def site(request: HttpRequest) -> dict[str, Any]:
    """Add the site settings and what apps offer for the frame, each loaded when first shown."""
    return {
        "site": SimpleLazyObject(SiteSettings.for_pages),
        "site_url": settings.SITE_URL,
        "frame": Frame(request),
    }
