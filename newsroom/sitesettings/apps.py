from django.apps import AppConfig


class SiteSettingsConfig(AppConfig):
    """What editors may change about the site itself."""

    name = "newsroom.sitesettings"
    label = "sitesettings"
    verbose_name = "Site"
