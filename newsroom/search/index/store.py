"""The store of the terms: one module for each database, with the same functions."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from . import postgresql, sqlite
from .sqltypes import Counts, Row, Value

if TYPE_CHECKING:
    from ..querying.query import Query


class Store(Protocol):
    """What both modules hold; their docstrings say what each does in its database."""

    KEY: str
    JOIN: str
    PLACE_OF: str
    WORDS_OF_NEWEST: str
    CREATE: list[str]
    DROP: list[str]

    def reading(self) -> AbstractContextManager[None]: ...
    def lock(self) -> None: ...
    def upsert(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None: ...
    def count(self, changes: Sequence[tuple[str, int]]) -> None: ...
    def insert(self, rows: Sequence[tuple[int, str]]) -> None: ...
    def delete(self, keys: Iterable[int]) -> None: ...
    def expect_many(self) -> bool: ...
    def settle(self) -> None: ...
    def was_left_unsettled(self) -> bool: ...
    def condition(self, query: "Query") -> tuple[str, list[Value]]: ...
    def counts(self, source: str, parameters: Row, columns: dict[str, str]) -> Counts: ...
    def purge(self, patience: Callable[[], bool]) -> bool: ...
    def sweep(self) -> bool: ...
    def problems(self) -> list[str]: ...
    def keys(self) -> set[int]: ...


def of(database: BaseDatabaseWrapper) -> Store:
    """Return the module that keeps terms in the database of this connection."""
    stores: dict[str, Store] = {"sqlite": sqlite, "postgresql": postgresql}
    return stores[database.vendor]


def current() -> Store:
    """Return the module that keeps terms in the site's database."""
    return of(connection)
