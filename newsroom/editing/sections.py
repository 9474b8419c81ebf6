"""The sections of the admin's first page: what somebody can act on, as apps offer it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from newsroom.offers import offered

MOST_LINES = 8  # of a section; a link leads to the others


@dataclass(frozen=True)
class Line:
    """Something that one acts on: what it is, and the page where that is done."""

    text: str
    url: str
    kind: str = ""  # of piece, where several kinds stand in one section
    since: datetime | None = None
    until: datetime | None = None
    who: str = ""
    comment: str = ""
    mark: str = ""  # a word that has to be seen first, such as 'urgent'

    @property
    def is_new(self) -> bool:
        """Return whether it has come within this minute: 'just now' says more than '0 minutes ago'."""
        return self.since is not None and timezone.now() - self.since < timedelta(minutes=1)


@dataclass(frozen=True)
class Section:
    """Lines of one sort, under a title; `place` orders the sections, the smallest first."""

    title: str
    lines: list[Line] = field(default_factory=list)
    place: int = 50
    more_url: str = ""  # of a list with all of them

    @property
    def shown(self) -> list[Line]:
        """Return the lines that the page shows."""
        return self.lines[:MOST_LINES]

    @property
    def has_more(self) -> bool:
        """Return whether there are lines beyond them."""
        return len(self.lines) > MOST_LINES


def sections_for(request: HttpRequest) -> list[Section]:
    """Return the sections with something in them, in their order.

    Apps offer in `first_page` of their config functions load(request), which return sections of what this person may
    open; together they may ask few queries, whatever there is.
    """
    found: Iterable[Section] = (section for load in offered("first_page") for section in load(request))
    return sorted((one for one in found if one.lines), key=lambda one: one.place)


def form_of(label: str, key: object) -> str:
    """Return the address of the form of a row, by the label of its model."""
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[key])


def list_of(model: type[Model], query: str = "") -> str:
    """Return the address of the list of a model."""
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist") + query


def name_of(username: str, first: str, last: str) -> str:
    """Return by which name colleagues know an account; empty for one that is gone."""
    return f"{first or ''} {last or ''}".strip() or username or ""
