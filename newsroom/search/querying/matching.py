"""Which documents a query finds among what is public, how many, and by which subjects."""

import datetime
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from ..index import documentkeys, store
from ..index.sqltypes import Counts, Value
from ..models import FacetSet
from .query import Query

COLUMNS = {"country": "countries_id", "topic": "topics_id"}


@dataclass(frozen=True)
class Narrowing:
    """What a reader narrows the results to."""

    kind: int | None = None
    country: int | None = None
    topic: int | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None


def is_found(query: Query, now: datetime.datetime) -> bool:
    """Return whether any document that is public now matches the query."""
    source, parameters = matching(query, Narrowing(), now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {source} LIMIT 1", parameters)
        return cursor.fetchone() is not None


def number(query: Query, now: datetime.datetime) -> int:
    """Return how many documents the query finds, however they are narrowed."""
    source, parameters = matching(query, Narrowing(), now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {source}", parameters)
        return int(cursor.fetchone()[0])


def matching(query: Query, narrowing: Narrowing, now: datetime.datetime) -> tuple[str, list[Value]]:
    """Return the FROM and WHERE of the documents that a query finds, and their parameters."""
    condition, found_by = store.current().condition(query)
    moment = documentkeys.microseconds(now)
    where = [condition, "document.public_from <= %s AND document.public_until > %s"]
    parameters = [*found_by, moment, moment]
    if narrowing.kind is not None:
        where.append("document.kind = %s")
        parameters.append(narrowing.kind)
    for facet, key in [("country", narrowing.country), ("topic", narrowing.topic)]:
        if key is not None:
            sets = [
                combination
                for combination, members in FacetSet.objects.filter(facet=facet).values_list("pk", "members")
                if str(key) in members.split()
            ]
            where.append(f"document.{COLUMNS[facet]} IN ({', '.join(['%s'] * len(sets)) or 'NULL'})")
            parameters += sets
    for comparison, day in [("last_day >=", narrowing.first_day), ("first_day <=", narrowing.last_day)]:
        if day is not None:
            where.append(f"document.{comparison} %s")
            parameters.append(connection.ops.adapt_datefield_value(day))
    return f"FROM {store.current().JOIN} WHERE {' AND '.join(where)}", parameters


def counts(query: Query, narrowing: Narrowing, now: datetime.datetime) -> Counts:
    """Return how many documents the query finds for each kind, year, country and topic."""
    source, parameters = matching(query, narrowing, now)
    columns = {"kind": "kind", "year": "year", **COLUMNS}
    found = store.current().counts(source, parameters, columns)
    return found | {facet: _by_subject(found[facet]) for facet in COLUMNS}


def _by_subject(found: Mapping[int, int]) -> Counter[int]:
    """Return how many documents each subject has, by its primary key, from the counts of the FacetSets."""
    subjects: Counter[int] = Counter()
    for some in itertools.batched(found, 500):
        for combination, members in FacetSet.objects.filter(pk__in=some).values_list("pk", "members"):
            for key in members.split():
                subjects[int(key)] += found[combination]
    return subjects
