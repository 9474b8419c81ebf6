"""The lists of inquiries at the desk, urgent ones first, and the search in them.

Inquiries are decrypted in memory, for one page; no index holds a word of them.
"""

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from inquiries.models import Inquiry
from inquiries.officers.membership import members
from newsroom import countries
from newsroom.guard.encryption import Unreadable

PER_PAGE = 50
State = Inquiry.State
TO_DO = "todo"
TABS = {
    TO_DO: (_("To do"), [State.NEW, State.OPEN]),
    **{state.value: (state.label, [state]) for state in State},
}


@dataclass
class Row:
    """What a list shows of an inquiry."""

    inquiry: Inquiry
    reference: str = ""
    kind: str = ""
    country: str = ""
    is_urgent: bool = False
    is_readable: bool = True

    @property
    def order(self) -> tuple[bool, bool, datetime.date, datetime.datetime]:
        """Return the sort key: urgent inquiries first, then by due day, those without a due day last and by age."""
        due = self.inquiry.due_on
        return (not self.is_urgent, due is None, due or localdate(), self.inquiry.received_at)


def row_of(inquiry: Inquiry, country_names: Mapping[str, str]) -> Row:
    """Return the row of an inquiry, marked as unreadable where its key is missing."""
    try:
        words = inquiry.words
    except Unreadable:
        return Row(inquiry, is_readable=False)
    return Row(
        inquiry,
        words["reference"],
        inquiry.kind_label,
        country_names.get(words["country"], ""),
        inquiry.is_urgent,
    )


class _Rows(Sequence[Row]):
    """The rows of a queryset; a page decrypts only its slice of them."""

    def __init__(self, inquiries: QuerySet[Inquiry]) -> None:
        self.inquiries = inquiries
        self.country_names = countries.names()

    def __len__(self) -> int:
        return self.inquiries.count()

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [row_of(inquiry, self.country_names) for inquiry in self.inquiries[place]]
        return row_of(self.inquiries[place], self.country_names)


def _with_officers(inquiries: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """Return inquiries with their officer, and whether that is one still: otherwise nobody has them in hand."""
    still = members().order_by().filter(pk=OuterRef("officer"))
    return inquiries.select_related("officer").annotate(has_officer=Exists(still))


def page_of(tab: str, number: str | None) -> Page[Row]:
    """Return a page of rows."""
    found = _with_officers(Inquiry.objects.filter(state__in=TABS[tab][1]))
    if tab in {State.CLOSED, *Inquiry.SET_ASIDE}:  # these can be very many: the database sorts and cuts
        return Paginator(_Rows(found.order_by("-received_at", "pk")), PER_PAGE).get_page(number)
    names = countries.names()
    rows = sorted((row_of(inquiry, names) for inquiry in found), key=lambda row: row.order)
    return Paginator(rows, PER_PAGE).get_page(number)


def counts() -> dict[str, int]:
    """Return how many inquiries each tab holds."""
    found = dict(Inquiry.objects.values_list("state").annotate(Count("pk")))
    return {tab: sum(found.get(state, 0) for state in states) for tab, (_label, states) in TABS.items()}


def search(text: str) -> list[Row]:
    """Return the rows of the open inquiries that hold every word of the text."""
    words = _plain(text).split()
    found = _with_officers(Inquiry.objects.at_work()).prefetch_related("entries")
    names = countries.names()
    rows = [
        row_of(inquiry, names)
        for inquiry in found
        if words and all(word in _haystack(inquiry, names) for word in words)
    ]
    return sorted(rows, key=lambda row: row.order)


def _haystack(inquiry: Inquiry, country_names: Mapping[str, str]) -> str:
    """Return what is searched of an inquiry; '' where it can't be decrypted."""
    try:
        words = inquiry.words
        parts = [
            words[name] for name in ("reference", "name", "organisation", "address", "about", "referred_to")
        ]
        parts += [inquiry.kind_label, country_names.get(words["country"], "")]
        parts += [entry.words["text"] for entry in inquiry.entries.all()]
    except Unreadable:
        return ""
    return _plain("\n".join(map(str, parts)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
