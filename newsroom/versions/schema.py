"""The stamp of the schema on each version, so that an old one can be read after a migration.

It is the name of the app's last migration. A migration that renames a field, or gives it another meaning, comes with an
entry in `upgrades` of what the app offers; a field that is new since has its default, one that is gone is left out.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from .content import Content
    from .registry import Versioned


@cache
def stamp_of(app_label: str) -> str:
    """Return the name of the last migration of an app."""
    folder = Path(apps.get_app_config(app_label).path) / "migrations"
    return max(path.stem for path in folder.glob("[0-9]*.py"))


def upgraded(entry: "Versioned", content: "Content", stamp: str) -> "Content":
    """Return a snapshot of an older schema as one of today."""
    for name in sorted(entry.upgrades):
        if name > stamp:
            content = entry.upgrades[name](content)
    return content
