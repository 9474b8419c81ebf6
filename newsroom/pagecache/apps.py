from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

if TYPE_CHECKING:
    from newsroom.conditions.conditions import Check


class PagecacheConfig(AppConfig):
    """Pages as ready bytes, until something that they show changes."""

    name = "newsroom.pagecache"

    def conditions(self) -> "Iterator[tuple[str, Check]]":
        """Offer doctor, monitoring and the first page whether every change is noticed."""
        from . import conditions

        yield conditions.NAME, conditions.triggers_are_there

    def ready(self) -> None:
        from . import triggers

        pre_migrate.connect(triggers.before_migrate, sender=self, dispatch_uid="newsroom.pagecache")
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="newsroom.pagecache")
