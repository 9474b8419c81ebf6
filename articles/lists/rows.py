"""Rows of lists of resources: what a list shows of each, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from articles.lists.subjects import names_of_countries
from articles.resources.models.resource import Resource


@dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of a resource."""

    address: str
    title: str
    summary: str
    language: str  # empty where it is the language of the page
    kind: str  # as readers call it
    publisher: str
    date: str  # ISO 8601, as precise as it is known; may be empty
    day: str  # the same in the language of the page
    file_label: str
    countries: tuple[str, ...]


def row_of(resource: Resource, *, summary: str = "", countries: Iterable[str] = ()) -> Row:
    """Return the row of a resource, with so much of it as is given."""
    date = resource.display_date
    return Row(
        address=resource.get_absolute_url(),
        title=resource.title,
        summary=summary,
        language="" if resource.language == get_language() else resource.language,
        kind=resource.get_kind_display(),
        publisher=resource.publisher,
        date=str(date) if date else "",
        day=date.display if date else "",
        file_label=resource.file_label,
        countries=tuple(countries),
    )


def rows(resources: Sequence[Resource]) -> tuple[Row, ...]:
    """Return the rows of resources with their summaries and countries, in their order; one query for all of them."""
    countries = names_of_countries(Resource, resources)
    return tuple(row_of(one, summary=one.summary, countries=countries.get(one.pk, ())) for one in resources)


def brief_rows(resources: Iterable[Resource]) -> tuple[Row, ...]:
    """Return the rows of resources without their summaries and countries, in their order."""
    return tuple(map(row_of, resources))
