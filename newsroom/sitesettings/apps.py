from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from newsroom.pagecache.public import Seen
    from newsroom.pictures.models import Image
    from newsroom.pictures.uses import Use
    from newsroom.versions.registry import Versioned


class SiteSettingsConfig(AppConfig):
    """What editors may change about the site itself."""

    name = "newsroom.sitesettings"
    verbose_name = "Site"

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache the settings, which every page shows."""
        from .models import SiteSettings

        yield SiteSettings, ()

    def versioned(self) -> "Iterator[Versioned]":
        """Offer newsroom.versions the settings."""
        from newsroom.versions.registry import Versioned

        from .models import SiteSettings

        yield Versioned(SiteSettings)

    def picture_uses(self) -> "Iterator[Callable[[Image], list[Use]]]":
        """Offer newsroom.pictures the logo of the site."""
        from . import logo

        yield logo.uses
