"""Finds what a query asks for: which documents, how many, and what they can be narrowed to."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, Model, OuterRef

from .. import registry
from ..analysis import text
from ..index import documentkeys, store
from ..index.sqltypes import Counts
from ..models import Document, DocumentText
from . import matching, mending, passages, sameness, times
from .matching import Narrowing
from .query import Query

PER_PAGE = 20
MOST_RANKED = 5_000  # the newest documents of a result that are ranked; older ones follow by date
MOST_RANKING = 8  # units of a query that count for the rank
WEIGHTS = {"title_terms": 8, "summary_terms": 4, "frequent_terms": 2}
LONGEST_TITLE = 300  # characters
EXACT_TITLE = 12  # for a title that is the query and nothing else


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
    read_as: mending.Reading = field(default_factory=mending.Reading)  # how it was understood
    also: tuple[str, ...] = ()  # words that mean the same, which were looked for too


def find(
    query: Query,
    narrowing: Narrowing,
    *,
    page: int = 1,
    by_date: bool = False,
    literally: bool = False,
) -> Results:
    """Return a page of what the query finds among what is public now; literally: of the typed words alone."""
    if not query:
        return Results(query)
    with store.current().reading():
        return _find(query, narrowing, page, by_date, literally)


def _find(query: Query, narrowing: Narrowing, page: int, by_date: bool, literally: bool) -> Results:
    now = times.now()
    asked = mending.completed(query)
    found = Results(query)
    if not literally:
        asked, found.also = sameness.with_same(asked)
    counts = matching.counts(asked, narrowing, now)
    if not literally and (reading := _read_otherwise(query, asked, counts, narrowing, now)):
        found.read_as = reading
        if reading.query:
            asked, also = sameness.with_same(mending.completed(reading.query))
            found.also = tuple(dict.fromkeys([*found.also, *also]))
            counts = matching.counts(asked, narrowing, now)
    found.query, found.counts, found.count = asked, counts, sum(counts["kind"].values())
    found.pages = max(-(-found.count // PER_PAGE), 1)
    found.page = min(max(page, 1), found.pages)
    if found.count:
        keys = _page(asked, narrowing, now, (found.page - 1) * PER_PAGE, by_date)
        found.hits = _hits(keys, asked)
    return found


def _read_otherwise(
    query: Query, asked: Query, counts: Counts, narrowing: Narrowing, now: datetime.datetime
) -> mending.Reading | None:
    """Return another reading of a query that finds nothing anywhere, or that holds a word that nobody writes so."""
    if counts["kind"]:
        return mending.misspelt(query, now)
    if narrowing != Narrowing() and matching.is_found(asked, now):
        return None
    return mending.otherwise(mending.completed(query), now)


def _page(
    query: Query, narrowing: Narrowing, now: datetime.datetime, offset: int, by_date: bool
) -> list[int]:
    """Return the keys of one page of documents, in their order."""
    source, parameters = matching.matching(query, narrowing, now)
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
    for unit in list(dict.fromkeys(query.units))[:MOST_RANKING]:
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
