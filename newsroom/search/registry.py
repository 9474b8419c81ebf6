"""What search finds, as apps offer it: which rows, from when until when, and which words weigh how much."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models

from newsroom.offers import offered

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Relation to the watched columns of each related row, which are of any type.
type RelatedColumns = dict[str, list[tuple[Any, ...]]]
type ColumnsByKey = dict[int, dict[str, Any]]  # primary key to {column: value}, of a field of any type

FACETS = ("country", "topic")  # the subjects that results can be narrowed to, beside kind and year


@dataclass
class IndexEntry:
    """A row as the index sees it; its title weighs more than summary and keywords, and these more than the text."""

    title: str
    public_from: datetime.datetime | None = None  # None: always
    public_until: datetime.datetime | None = None  # None: for ever
    date: datetime.datetime | None = None  # the newest come first; None: a standing page, without a date
    first_day: datetime.date | None = None  # of the days that readers see as its date
    last_day: datetime.date | None = None
    summary: str = ""
    keywords: list[str] = field(default_factory=list)  # found like the summary, and never shown
    text: str = ""
    unseen: str = ""  # found like the text, and never shown
    language: str = "en"
    subjects: dict[str, list[int]] = field(default_factory=dict)  # facet to primary keys


@dataclass(frozen=True)
class SearchKind[Row: models.Model]:
    """A model whose rows are found by search."""

    number: int  # 1 to 15, stored with every entry: never give it to another kind
    name: str  # in addresses: ?type=article
    label: "StrOrPromise"  # of many, translated
    label_of_one: "StrOrPromise"
    model: type[Row]
    rows: Callable[[], "models.QuerySet[Row]"]  # what is public now or at a later time, with its relations
    public: Callable[[], "models.QuerySet[Row]"]  # what is public now
    entry: Callable[[Row], IndexEntry]
    watch: tuple[str, ...]  # columns that the entry is made from: when one changes, it is made anew
    watch_related: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # the same of related rows, by relation
    # Returns what else the entry is made from, by primary key, given the columns of watch.
    watch_more: Callable[[ColumnsByKey], Mapping[int, tuple[object, ...]]] | None = None
    # Looks up for many rows what entry() needs; each has .watched already, its RelatedColumns.
    prepare: Callable[[list[Row]], None] | None = None


@dataclass(frozen=True)
class Facet:
    """A subject that results can be narrowed to: how its values are called in addresses and to readers."""

    name: str
    label: "StrOrPromise"
    names: Callable[[], list[tuple[int, str, str]]]  # (primary key, address word, name) of all
    moved: Callable[[str], str] = lambda word: ""  # the address word that has taken the place of a former one


@dataclass(frozen=True)
class Recommendation:
    """A link that stands above the results, because what was typed asks for it plainly."""

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


def numbers_by_country() -> list[tuple[str, str]]:
    """Return (country, address) of each that has numbers to call, as apps offer them in `numbers_by_country`."""
    return list(offered("numbers_by_country"))


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
