"""What installed apps offer to the rooms, by methods of their AppConfig; docs/architecture.md lists the names."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps


def offered(name: str) -> Iterator[Any]:  # Any: each name offers something else
    """Yield what the apps offer by the method of this name, in the order of INSTALLED_APPS."""
    for config in apps.get_app_configs():
        offer = getattr(config, name, None)
        if offer is not None:
            yield from offer()
