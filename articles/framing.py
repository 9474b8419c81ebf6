"""What the frame of every page shows of this app: the menu and the campaign boxes, as plain values."""

from typing import NamedTuple
from urllib.parse import unquote

from django.http import HttpRequest

from articles.corrections.shown import are_there_any
from articles.models.address import address_of
from articles.models.callout import Callout
from articles.models.page import Page
from newsroom.pagecache.once import once


class MenuEntry(NamedTuple):
    """A page in a menu, of the header or of the footer alone."""

    title: str
    address: str
    menu: str
    is_here: bool  # it is the page that is being read


class ShownCallout(NamedTuple):
    """A campaign box."""

    pk: int
    title: str
    text: str
    link: str
    label: str
    placement: str


def menu(request: HttpRequest) -> tuple[MenuEntry, ...]:
    """Return the pages that stand in a menu, in their order."""
    return tuple(
        MenuEntry(title, address, which, unquote(address) == request.path)
        for title, address, which in once("menu", _menu)
    )


def _menu() -> list[tuple[str, str, str]]:
    found = Page.objects.published().in_menu()
    return [(title, address_of("articles:page", path), which) for title, path, which in found]


def callouts(request: HttpRequest) -> tuple[ShownCallout, ...]:
    """Return the campaign boxes that are to be shown now, in their order."""
    return once("callouts", _callouts)


def _callouts() -> tuple[ShownCallout, ...]:
    return tuple(ShownCallout(*row) for row in Callout.objects.active().values_list(*ShownCallout._fields))


def has_corrections(request: HttpRequest) -> bool:
    """Return whether the footer leads to the archive of corrections."""
    return are_there_any()
