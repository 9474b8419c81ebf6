"""`manage.py reindex`: writes the whole index anew."""

import os
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from newsroom.search import registry
from newsroom.search.index import indexer, parallel, store
from newsroom.search.models import IndexState

FEW = 5000  # entries that are written sooner than another process has started
MOST_PROCESSES = 2  # that read ahead: one process can't write more than these make


class Command(BaseCommand):
    help = (
        "Write every entry of the search index anew, some at a time while the site runs. "
        "Interrupted, it goes on where it was; then it frees the files of the words of the old entries."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--restart", action="store_true", help="begin at the beginning")
        parser.add_argument(
            "--processes",
            type=int,
            help="how many read and analyse beside the one that writes (as many as there are cores to spare)",
        )

    def handle(self, *args: Any, restart: bool, processes: int | None, **options: Any) -> None:
        state, _created = IndexState.objects.get_or_create(pk=1)
        place = (0, 0) if restart else (state.reindexed_kind, state.reindexed_key)
        if place != (0, 0):
            self.stdout.write("Going on where the last reindex was interrupted; --restart begins anew.")
        total = sum(kind.rows().count() for kind in registry.kinds())
        written = 0
        counts_later = store.current().expect_many()
        if counts_later:
            indexer.purge()  # while there is little to write anew; what comes in leaves nothing behind
        bar = tqdm(total=total, unit=" entries", disable=options["verbosity"] == 0)
        with bar, parallel.Readers() as readers:
            for kind in registry.kinds():
                after = place[1] if kind.number == place[0] else 0
                if kind.number < place[0]:
                    bar.update(kind.rows().count())
                    continue
                bar.update(kind.rows().filter(pk__lte=after).count() if after else 0)
                beside = self.processes(kind) if processes is None else processes
                for keys, made in readers.batches(kind, self.keys(kind, after), beside):
                    indexer.refresh(kind, keys, anew=True, made=made, count=not counts_later)
                    IndexState.objects.filter(pk=1).update(reindexed_kind=kind.number, reindexed_key=keys[-1])
                    written += len(keys)
                    bar.update(len(keys))
        indexer.settle()
        IndexState.objects.filter(pk=1).update(reindexed_kind=0, reindexed_key=0)
        indexer.remove_gone()
        indexer.purge()
        self.stdout.write(f"{written} entries written.")

    def processes(self, kind: registry.SearchKind) -> int:
        """Return how many processes prepare this kind faster than none would."""
        return min((os.cpu_count() or 1) - 1, MOST_PROCESSES) if kind.rows().count() > FEW else 0

    def keys(self, kind: registry.SearchKind, after: int) -> Iterator[list[int]]:
        """Yield the primary keys of the rows of a kind in batches."""
        while True:
            # A list, not an iterator: a statement left open would let SQLite's log grow without end.
            rows = kind.rows().filter(pk__gt=after).order_by("pk")
            keys = list(rows.values_list("pk", flat=True)[: indexer.BATCH])
            if not keys:
                return
            yield keys
            after = keys[-1]
