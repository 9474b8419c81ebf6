"""What apps offer to be found: which rows, from when until when, and which words weigh how much."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.db import models

from newsroom.offers import offered

FACETS = ("country", "topic")  # the subjects that results can be narrowed to, beside kind and year


@dataclass
class IndexEntry:
    """One public thing as the index sees it; title weighs over summary and keywords, these over text."""

    title: str
    public_from: datetime.datetime | None = None  # None: always
    public_until: datetime.datetime | None = None  # None: for ever
    date: datetime.datetime | None = None  # newer stands before older; None: a standing page, without a date
    first_day: datetime.date | None = None  # the days that it is displayed under
    last_day: datetime.date | None = None
    summary: str = ""
    keywords: list[str] = field(default_factory=list)  # found like the summary, and never shown
    text: str = ""
    unseen: str = ""  # found like the text, and never shown
    language: str = "en"
    subjects: dict[str, list[int]] = field(default_factory=dict)  # facet to primary keys


@dataclass(frozen=True)
class SearchKind:
    """A model whose rows are found by search."""

    number: int  # 1 to 15, stored with every entry: never give it to another kind
    name: str  # in addresses: ?type=article
    label: str  # of many, translated
    label_of_one: str
    model: type[models.Model]
    rows: Callable[[], models.QuerySet]  # what is public now or at a later time, with its relations
    public: Callable[[], models.QuerySet]  # what is public now
    entry: Callable[[models.Model], IndexEntry]
    watch: tuple[str, ...]  # columns that make up the entry: a change in one is a change of the entry
    watch_related: dict[str, tuple[str, ...]] = field(default_factory=dict)  # relation to columns, the same
    # Of {primary key: {column of watch: value}}: primary key to what else makes up the entry, if anything.
    watch_more: Callable[[dict[int, dict]], dict[int, tuple]] | None = None
    # Looks up for many rows what entry() needs; each has its .watched already: relation to tuples of columns.
    prepare: Callable[[list[models.Model]], None] | None = None


@dataclass(frozen=True)
class Facet:
    """What a subject is called: its address word and its name, by primary key."""

    name: str
    label: str
    names: Callable[[], list[tuple[int, str, str]]]  # (primary key, address word, name) of all
    moved: Callable[[str], str] = lambda word: ""  # the present address word of a subject that had this one


@dataclass(frozen=True)
class Recommendation:
    """What stands above the results because it is what was surely looked for."""

    title: str
    link: str
    text: str = ""


@cache
def _kinds() -> dict[int, SearchKind]:
    return {kind.number: kind for kind in offered("search_kinds")}


@cache
def _facets() -> dict[str, Facet]:
    return {facet.name: facet for facet in offered("search_facets")}


def recommendations(asked: str) -> list[Recommendation]:
    """Return what apps recommend for what somebody typed, by the functions in `recommending` of their config."""
    return [one for find in offered("recommending") for one in find(asked)]


def kinds() -> list[SearchKind]:
    """Return all kinds in the order of their numbers, as apps offer them in `search_kinds` of their config."""
    return [_kinds()[number] for number in sorted(_kinds())]


def kind_numbered(number: int) -> SearchKind:
    """Return the kind with this number; raises KeyError."""
    return _kinds()[number]


def kind_of(model: type[models.Model]) -> SearchKind | None:
    """Return the kind of a model, or None where search does not know it."""
    return next((kind for kind in _kinds().values() if kind.model is model), None)


def facets() -> list[Facet]:
    """Return what apps offer in `search_facets` of their config, in the order of FACETS."""
    return [_facets()[name] for name in FACETS if name in _facets()]
