"""What is kept in versions, as apps offer it in `versioned` of their config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from newsroom.offers import offered

if TYPE_CHECKING:
    from .content import Content

    type Upgrade = Callable[[Content], Content]


def own_page(row: Any) -> str:  # of whichever model
    """Return the address of a row's own page."""
    address: str = row.get_absolute_url()
    return address


@dataclass(frozen=True)
class Versioned:
    """A model whose saves are kept, and what belongs to a snapshot of it."""

    model: type[Model]
    rows: tuple[str, ...] = ()  # attributes that lead to the rows below it, such as 'facts' of a country
    left_out: tuple[str, ...] = ()  # fields that are made of others, or of a file
    stays: tuple[
        str, ...
    ] = ()  # fields that restoring an older version leaves as they are, such as an address
    # What makes an older snapshot one of today, by the name of the migration that made it necessary.
    upgrades: "Mapping[str, Upgrade]" = MappingProxyType({})
    # What publishing makes of a row in memory, whatever it lacks, which is returned in sentences: for previews. Raises
    # ValidationError where there would be no page. Any: of whichever model.
    as_public: "Callable[[Any], list[str]] | None" = None
    shown_at: Callable[[Any], str] = own_page  # where visitors see it


@cache
def registered() -> dict[type[Model], Versioned]:
    """Return what apps offer, by model."""
    return {entry.model: entry for entry in offered("versioned")}


def entry_of(model: type[Model]) -> Versioned:
    """Return what is kept of a model; raises KeyError for one that has no versions."""
    return registered()[model]


def model_of(label: str) -> type[Model] | None:
    """Return the model that a version names; None where it has no versions any more."""
    return next((model for model in registered() if model._meta.label_lower == label), None)
