"""Prepares entries in further processes, while this one writes what they have made."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

import django

from .. import registry
from ..registry import SearchKind
from . import indexer
from .indexer import Prepared


def batches(
    kind: SearchKind, batches_of_keys: Iterable[list[int]], processes: int
) -> Iterator[tuple[list[int], Prepared]]:
    """Yield the keys of each batch and what indexer.prepared() made of them, in order; nothing with 0 processes."""
    if not processes:
        for keys in batches_of_keys:
            yield keys, indexer.NOTHING_PREPARED
        return
    # Spawned, not forked: a database connection can't be inherited.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup) as pool:
        under_way: deque[tuple[list[int], Future[Prepared]]] = deque()
        try:
            for keys in batches_of_keys:
                under_way.append((keys, pool.submit(_prepared, kind.number, keys)))
                if len(under_way) > processes:
                    first, made = under_way.popleft()
                    yield first, made.result()
            for keys, made in under_way:
                yield keys, made.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _prepared(number: int, keys: list[int]) -> Prepared:
    """Prepare rows in another process; the kind comes by its number, as its functions can't be pickled."""
    return indexer.prepared(registry.kind_numbered(number), keys)
