"""Helplines by language, for pages of apps that do not know where helplines are stored."""

from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class HelpLine:
    """A telephone number, and whose it is."""

    name: str
    place: str
    number: str
    link: str  # tel:…, or "" for an example that nobody can dial


def speaking(language: str) -> list[HelpLine]:
    """Return the helplines that speak a language, as apps offer them in `help_lines_speaking` of their config."""
    offers = (getattr(config, "help_lines_speaking", None) for config in apps.get_app_configs())
    return [line for offer in offers if offer for line in offer(language)]
