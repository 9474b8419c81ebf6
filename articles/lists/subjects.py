"""The countries that lists name beside articles and resources."""

from collections import defaultdict
from collections.abc import Collection

from articles.models.article import Article
from articles.resources.models.resource import Resource


def names_of_countries(
    model: type[Article | Resource], pieces: Collection[Article | Resource]
) -> dict[int, list[str]]:
    """Return the names of the countries of pieces of one model, by primary key of the piece; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    own = model.countries.field.m2m_field_name()
    pairs = model.countries.through.objects.filter(**{f"{own}__in": [piece.pk for piece in pieces]})
    for key, name in pairs.order_by("country__name").values_list(f"{own}_id", "country__name"):
        found[key].append(name)
    return found
