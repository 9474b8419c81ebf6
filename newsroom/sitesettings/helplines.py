"""Lines that people in need can call, for pages of apps that know nothing of where the lines are kept."""

from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class HelpLine:
    """A number, and whose it is."""

    name: str
    place: str
    number: str
    link: str  # tel:…, or nothing for an example that nobody can dial


def speaking(language: str) -> list[HelpLine]:
    """Return the lines whose people speak a language, as apps offer them in `help_lines_speaking` of their config."""
    offers = (getattr(config, "help_lines_speaking", None) for config in apps.get_app_configs())
    return [line for offer in offers if offer for line in offer(language)]
