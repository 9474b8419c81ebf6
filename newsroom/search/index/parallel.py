"""Reads and analyses rows in processes of their own, while this one writes what they made."""

import multiprocessing
from collections import deque
from concurrent.futures import ProcessPoolExecutor

import django

from .. import registry
from . import indexer


def batches(kind, batches_of_keys, processes):
    """Yield (keys, what indexer.prepared() made of them) of each batch, in their order."""
    if not processes:
        for keys in batches_of_keys:
            yield keys, ({}, ())
        return
    # Processes that share nothing with this one: a database connection can't be inherited.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup) as pool:
        under_way = deque()
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


def _prepared(kind, keys):
    return indexer.prepared(registry.kind_numbered(kind), keys)
