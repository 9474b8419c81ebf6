from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """The monthly newsletter: its readers, its issues and a ledger of what was sent to whom."""

    name = "newsletter"
    verbose_name = "Newsletter"
