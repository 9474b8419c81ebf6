"""Does again what the ledger says: by the functions that apps offer, and deletions of rows by their model."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models

from newsroom.backups import noted
from newsroom.backups.ledger import silence
from newsroom.offers import offered

from .key import hasher
from .lines import Entry

AT_ONCE = 500  # rows of a transaction

# Does these again, in any number of runs; returns how many rows changed, or a sentence for the report.
type Redo = Callable[[Sequence[Entry]], int | str]


def redos() -> dict[str, Redo]:
    """Return what does each kind again.

    Apps offer pairs (kind, redo) in `erasures` of their config; deletions of other models are done by delete_again().
    """
    deletions: dict[str, Redo] = {
        noted.kind_of(model): partial(delete_again, model)
        for model in apps.get_models()
        if issubclass(model, noted.Noted)
    }
    return deletions | dict(offered("erasures"))


def redo_all(entries: Iterable[Entry]) -> tuple[dict[str, int | str], set[str]]:
    """Do all of it again; return what became of each kind, and the kinds that no app knows."""
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    known = redos()
    with silence():
        done = {kind: redo(by_kind[kind]) for kind, redo in known.items() if kind in by_kind}
    return done, by_kind.keys() - known.keys()


def delete_again(model: type[models.Model], entries: Sequence[Entry]) -> int:
    """Delete the rows of a model whose deletion is noted; return how many there were."""
    keys = list(rows_of(model, noted.identifier_of(model), {entry.subject for entry in entries}))
    rows = model._default_manager
    for start in range(0, len(keys), AT_ONCE):
        some = rows.filter(pk__in=keys[start : start + AT_ONCE])
        try:
            some.delete()
        except models.ProtectedError:  # something that is there only in the backup needs one of them
            _delete_each(some)
    return len(keys) - rows.filter(pk__in=keys).count()


def _delete_each(rows: "models.QuerySet[models.Model]") -> None:
    for row in rows:
        try:
            row.delete()
        except models.ProtectedError:
            continue


def rows_of(model: type[models.Model], field: str, subjects: set[str]) -> dict[Any, str]:  # Any: of keys
    """Return the rows whose value in a field is one of these subjects: primary key to subject."""
    found, keyed = {}, hasher()
    for key, value in model._default_manager.values_list("pk", field).iterator(2000):
        hashed = keyed(str(value))
        if hashed in subjects:
            found[key] = hashed
    return found
