from collections.abc import Callable, Iterator

from django.apps import AppConfig


class SiteSettingsConfig(AppConfig):
    """What editors may change about the site itself."""

    name = "newsroom.sitesettings"
    verbose_name = "Site"

    def picture_uses(self) -> Iterator[Callable]:
        """Offer newsroom.pictures the logo of the site."""
        from . import logo

        yield logo.uses
