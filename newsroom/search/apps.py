from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from newsroom.outbox.worker import Job
    from newsroom.pagecache.public import Seen


class SearchConfig(AppConfig):
    """Search over what is public."""

    name = "newsroom.search"
    verbose_name = _("Search")

    def jobs(self) -> "Iterator[Job]":
        """Offer the worker the jobs that bring the index up to date and purge what was removed from it."""
        from newsroom.outbox.worker import Job

        from . import jobs

        yield Job("search: what bypassed the models", jobs.MEND_EVERY, jobs.mend, runs_while_paused=True)
        yield Job("search: words of what was removed", jobs.PURGE_EVERY, jobs.purge, runs_while_paused=True)

    def public_content(self) -> "Iterator[Seen]":
        """Offer newsroom.pagecache the index, which follows later where something was changed without its model.

        Its other tables are written together with the documents, and purges make them anew without a trigger. A page of
        results itself, with its 'Did you mean', is kept by nobody.
        """
        from .models import BestBet, Document, NeedList, SameWords

        yield from ((model, ()) for model in (Document, BestBet, SameWords, NeedList))

    def demo(self) -> Iterator[tuple[Callable[[], None], Callable[[], dict[str, int]]]]:
        """Offer the demo its first best bet and lists."""
        from . import firstbets, firstlists

        yield firstbets.load, firstbets.clear
        yield firstlists.load, firstlists.clear

    def ready(self) -> None:
        from .index import flushed

        post_migrate.connect(flushed.forget_terms, sender=self)
