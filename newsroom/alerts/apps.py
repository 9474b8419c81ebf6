from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Changes that every editor is told of."""

    name = "newsroom.alerts"
    verbose_name = "Alerts"
