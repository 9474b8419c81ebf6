"""Prepares entries in further processes, while this one writes what they have made."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Self

import django

from .. import registry
from ..registry import SearchKind
from . import indexer
from .indexer import Prepared


class Readers:
    """Further processes that prepare entries: started for the first kind that needs them, they serve all kinds."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def batches(
        self, kind: SearchKind, batches_of_keys: Iterable[list[int]], processes: int
    ) -> Iterator[tuple[list[int], Prepared]]:
        """Yield the keys of each batch and what indexer.prepared() made of them, in order; nothing with 0 processes."""
        if not processes:
            for keys in batches_of_keys:
                yield keys, indexer.NOTHING_PREPARED
            return
        if self.pool is None:
            # Spawned, not forked: a database connection can't be inherited.
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup)
        under_way: deque[tuple[list[int], Future[Prepared]]] = deque()
        for keys in batches_of_keys:
            under_way.append((keys, self.pool.submit(_prepared, kind.number, keys)))
            if len(under_way) > processes:
                first, made = under_way.popleft()
                yield first, made.result()
        for keys, made in under_way:
            yield keys, made.result()


def _prepared(number: int, keys: list[int]) -> Prepared:
    """Prepare rows in another process; the kind comes by its number, as its functions can't be pickled."""
    return indexer.prepared(registry.kind_numbered(number), keys)
