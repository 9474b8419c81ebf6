"""Finds what a query asks for: which documents, how many, and what they can be narrowed to."""

import datetime
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection
from django.db.models import Exists, Model, OuterRef

from .. import registry
from ..analysis import text
from ..index import documentkeys, store
from ..index.sqltypes import Counts, Value
from ..models import Document, DocumentText, FacetSet
from . import passages, spelling, times
from .query import SHORTEST_UNFINISHED, Query, Unit

PER_PAGE = 20
MOST_RANKED = 5_000  # the newest documents of a result that are ranked; older ones follow by date
MOST_RANKING = 8  # units of a query that count for the rank
WEIGHTS = {"title_terms": 8, "summary_terms": 4, "frequent_terms": 2}
LONGEST_TITLE = 300  # characters
COLUMNS = {"country": "countries_id", "topic": "topics_id"}
EXACT_TITLE = 12  # for a title that is the query and nothing else


@dataclass(frozen=True)
class Narrowing:
    """What a reader narrows the results to."""

    kind: int | None = None
    country: int | None = None
    topic: int | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None


@dataclass
class Hit:
    """One result: the row, and its words with what was found marked."""

    kind: registry.SearchKind
    object: Model
    title_html: str
    passage_html: str
    language: str


@dataclass
class Results:
    """A page of results, how many there are, and how the query was understood."""

    query: Query
    count: int = 0
    hits: list[Hit] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)  # of kind, year, country and topic
    page: int = 1
    pages: int = 1
    as_beginning: str = ""  # the last word, where it was taken as the beginning of words
    corrected: str = ""  # the query that was searched for, where words of the typed one are in no document
    suggestion: str = ""  # a query that finds something, where this one finds nothing


def find(query: Query, narrowing: Narrowing, *, page: int = 1, by_date: bool = False) -> Results:
    """Return a page of what the query finds among what is public now."""
    if not query:
        return Results(query)
    with store.current().reading():
        return _find(query, narrowing, page, by_date)


def _find(query: Query, narrowing: Narrowing, page: int, by_date: bool) -> Results:
    found = Results(query)
    now = times.now()
    asked = _completed(query)
    counts = _counts(asked, narrowing, now)
    if not counts["kind"] and (narrowing == Narrowing() or not _is_found(asked, now)):
        for way in (_as_beginning, _respelt):
            other, is_sure = way(asked, now)
            if not other or not _is_found(other, now):
                continue
            if not is_sure:
                found.suggestion = other.typed
                break
            found.as_beginning = other.units[-1].typed if way is _as_beginning else ""
            found.corrected = other.typed if way is _respelt else ""
            asked, counts = other, _counts(other, narrowing, now)
            break
    found.query, found.counts, found.count = asked, counts, sum(counts["kind"].values())
    found.pages = max(-(-found.count // PER_PAGE), 1)
    found.page = min(max(page, 1), found.pages)
    if found.count:
        keys = _page(asked, narrowing, now, (found.page - 1) * PER_PAGE, by_date)
        found.hits = _hits(keys, asked)
    return found


def _completed(query: Query) -> Query:
    """Return the query with each beginning* completed to words of documents."""
    changed = {
        unit: replace(unit, forms=unit.forms + spelling.completions(unit.typed))
        for unit in query.units
        if unit.is_beginning
    }
    return query.replacing(changed) if changed else query


def _as_beginning(query: Query, _now: datetime.datetime) -> tuple[Query | None, bool]:
    """Return the query with its last word as the beginning of words, and True: no need to ask whether it is meant."""
    last = query.groups[-1][-1]
    if not last.is_one_term or last.is_beginning or len(last.typed) < SHORTEST_UNFINISHED:
        return None, False
    forms = spelling.completions(last.typed)
    return (
        (query.replacing({last: replace(last, forms=last.forms + forms)}), True) if forms else (None, False)
    )


def unfinished(query: Query) -> str:
    """Return the text of the query with its last word as a beginning*, where that finds more; else nothing."""
    now = times.now()
    other, _is_sure = _as_beginning(query, now)
    if other is None or not query.typed.endswith(query.units[-1].typed):
        return ""
    with store.current().reading():
        fewer, more = (sum(_counts(one, Narrowing(), now)["kind"].values()) for one in [query, other])
    return f"{query.typed}*" if more > fewer else ""


def _respelt(query: Query, now: datetime.datetime) -> tuple[Query | None, bool]:
    """Return the query with words that are in no document corrected, and whether the corrections are surely meant."""
    changed: dict[Unit, Unit] = {}
    typed, is_sure = query.typed, True
    for unit in query.units:
        if not unit.is_one_term or _is_found(Query(groups=((unit,),)), now):
            continue
        for word in spelling.nearest(unit.typed):
            better = replace(unit, typed=word, forms=text.forms(word))
            if _is_found(Query(groups=((better,),)), now):
                changed[unit] = better
                typed = typed.replace(unit.typed, word)
                is_sure = is_sure and spelling.is_surely_meant(unit.typed, word)
                break
    return (query.replacing(changed, typed), is_sure) if changed else (None, False)


def _is_found(query: Query, now: datetime.datetime) -> bool:
    """Return whether any document that is public now matches the query."""
    source, parameters = _matching(query, Narrowing(), now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {source} LIMIT 1", parameters)
        return cursor.fetchone() is not None


def _matching(query: Query, narrowing: Narrowing, now: datetime.datetime) -> tuple[str, list[Value]]:
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


def _counts(query: Query, narrowing: Narrowing, now: datetime.datetime) -> Counts:
    """Return how many documents the query finds for each kind, year, country and topic."""
    source, parameters = _matching(query, narrowing, now)
    columns = {"kind": "kind", "year": "year", **COLUMNS}
    counts = store.current().counts(source, parameters, columns)
    return counts | {facet: _by_subject(counts[facet]) for facet in COLUMNS}


def _by_subject(counts: Mapping[int, int]) -> Counter[int]:
    """Return how many documents each subject has, by its primary key, from the counts of the FacetSets."""
    found: Counter[int] = Counter()
    for some in itertools.batched(counts, 500):
        for combination, members in FacetSet.objects.filter(pk__in=some).values_list("pk", "members"):
            for key in members.split():
                found[int(key)] += counts[combination]
    return found


def _page(
    query: Query, narrowing: Narrowing, now: datetime.datetime, offset: int, by_date: bool
) -> list[int]:
    """Return the keys of one page of documents, in their order."""
    source, parameters = _matching(query, narrowing, now)
    key = store.current().KEY
    if by_date:
        order = f"({key} >= {documentkeys.FIRST_STANDING}), {key} DESC"  # pages without a date stand last
        statement = f"SELECT {key} {source} ORDER BY {order}"
    elif offset < MOST_RANKED:
        score, more = _score(query)
        newest = f"SELECT {key} AS id {source} ORDER BY {key} DESC LIMIT {MOST_RANKED}"
        order = f"{score} DESC, (words.id >= {documentkeys.FIRST_STANDING}), words.id DESC"
        statement = (
            f"WITH newest AS MATERIALIZED ({newest}) SELECT words.id FROM newest "  # noqa: S608
            f"JOIN {store.current().WORDS_OF_NEWEST} ORDER BY {order}"
        )
        parameters += more
    else:
        statement = f"SELECT {key} {source} ORDER BY {key} DESC"
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {PER_PAGE} OFFSET {offset}", parameters)
        return [number for (number,) in cursor.fetchall()]


def _score(query: Query) -> tuple[str, list[str]]:
    """Return the SQL of a document's rank, the same sum in both databases, and its parameters."""
    place_of = store.current().PLACE_OF
    parts: list[str] = []
    parameters: list[str] = []
    for unit in query.units[:MOST_RANKING]:
        for column, weight in WEIGHTS.items():
            needle, values = _by_language(unit.forms)
            parts.append(f"CASE WHEN {place_of}(words.{column}, {needle}) > 0 THEN {weight} ELSE 0 END")
            parameters += values
    needle, values = _by_language(text.forms(query.typed[:LONGEST_TITLE]))
    parts.append(f"CASE WHEN words.title_terms = {needle} THEN {EXACT_TITLE} ELSE 0 END")
    return f"({' + '.join(parts)})", parameters + values


def _by_language(forms: Sequence[text.Form]) -> tuple[str, list[str]]:
    """Return the SQL of the terms of a unit in a document's language, and its parameters."""
    first: dict[str, str] = {}
    for language, terms in forms:
        first.setdefault(language, f" {' '.join(terms)} ")
    if len(set(first.values())) <= 1:
        return "%s", [*first.values()][:1] or ["¦¦"]
    cases = "".join(" WHEN %s THEN %s" for language in first if language)
    values = [value for language, needle in first.items() if language for value in (language, needle)]
    return f"CASE words.language{cases} ELSE %s END", [*values, first.get("", "¦¦")]


def _hits(keys: list[int], query: Query) -> list[Hit]:
    """Return the results with these keys, in this order, without those that are no longer public."""
    words = DocumentText.objects.only("language", "title", "summary", "text").in_bulk(keys)
    documents = dict(Document.objects.filter(pk__in=keys).values_list("pk", "object_id"))
    live: dict[tuple[int, int], Model] = {}
    for kind in registry.kinds():
        ours = {object_id for key, object_id in documents.items() if documentkeys.kind_in(key) == kind.number}
        if ours:
            # First by key, then whether it is public: the other way round, SQLite would scan all public rows.
            rows = kind.model.objects.filter(Exists(kind.public().filter(pk=OuterRef("pk"))), pk__in=ours)
            live |= {(kind.number, row.pk): row for row in rows}
    hits = []
    for key in keys:
        row = live.get((documentkeys.kind_in(key), documents[key])) if key in documents else None
        if row is not None and key in words:
            hits.append(_hit(registry.kind_numbered(documentkeys.kind_in(key)), row, words[key], query))
    return hits


def _hit(kind: registry.SearchKind, row: Model, words: DocumentText, query: Query) -> Hit:
    in_title = passages.found_in(words.title, words.language, query)
    shown = words.text
    in_text = passages.found_in(shown, words.language, query)
    if not in_text and words.summary:
        shown = words.summary
        in_text = passages.found_in(shown, words.language, query)
    return Hit(
        kind=kind,
        object=row,
        title_html=passages.marked(words.title, in_title),
        passage_html=passages.passage(shown or words.text, in_text),
        language=words.language,
    )
