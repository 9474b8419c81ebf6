"""The filters and orders of the library of resources, and how many resources each choice leaves."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Concat, Lower, Substr
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource, ResourceQuerySet
from newsroom.pagecache import contentversion, deadlines

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise, StrPromise

REMEMBERED = 3600  # seconds that counts stay in the cache
LONGEST_VALUE = 120  # characters of a parameter
# Word in the query string to name for readers and order of the rows.
ORDERS: "dict[str, tuple[StrPromise, list[str | Lower]]]" = {
    "": (gettext_lazy("Latest added"), ["-published_at", "-pk"]),
    "date": (gettext_lazy("Date"), ["-display_date", "-published_at"]),
    "title": (gettext_lazy("Title"), [Lower("title"), "-published_at"]),
}


class Choice(NamedTuple):
    """One value of a filter: the word in the query string that stands for it, and its name for readers."""

    word: str
    name: "StrOrPromise"


type Choices = Mapping[str, Choice]  # stored value to choice, in the order in which readers see them


class Filter:
    """One parameter of the query string, whose words stand for values of a column."""

    def __init__(self, name: str, label: "StrPromise", column: str) -> None:
        self.name, self.label, self.column = name, label, column

    def choices(self) -> Choices | None:
        """Return the choices; None where every stored value is its own word and name."""
        return None

    def narrow(self, resources: ResourceQuerySet, word: str, choices: Choices) -> ResourceQuerySet:
        """Return those of the resources that a word chooses."""
        raise NotImplementedError

    def knows(self, word: str, choices: Choices) -> bool:
        """Return whether a word stands for any value."""
        return any(word == choice.word for choice in choices.values())

    def values(self, stored: str) -> list[str]:
        """Return the values that a column of a row holds."""
        return [stored]


class KindFilter(Filter):
    """Reports, laws, …"""

    def choices(self) -> Choices:
        return {kind: Choice(kind, label) for kind, label in Resource.Kind.choices}

    def narrow(self, resources: ResourceQuerySet, word: str, choices: Choices) -> ResourceQuerySet:
        return resources.filter(kind=word)


class SeveralFilter(Filter):
    """A filter whose column holds several values, separated by spaces."""

    def values(self, stored: str) -> list[str]:
        return stored.split()


class SubjectFilter(SeveralFilter):
    """Countries, or topics."""

    def __init__(self, name: str, label: "StrPromise", column: str, model: type[Country | Topic]) -> None:
        super().__init__(name, label, column)
        self.model = model

    def choices(self) -> Choices:
        rows = self.model._default_manager.values_list("pk", "slug", "name")
        return {str(pk): Choice(slug, name) for pk, slug, name in rows}

    def narrow(self, resources: ResourceQuerySet, word: str, choices: Choices) -> ResourceQuerySet:
        key = next((key for key, choice in choices.items() if choice.word == word), None)
        return resources.filter(**{f"{self.column}__contains": f" {key} "}) if key else resources.none()


class LanguageFilter(SeveralFilter):
    """Languages of the document."""

    def choices(self) -> Choices:
        return {code: Choice(code, name) for code, name in settings.LANGUAGES}

    def narrow(self, resources: ResourceQuerySet, word: str, choices: Choices) -> ResourceQuerySet:
        if word not in choices:
            return resources.none()
        held = Concat(Value(" "), "languages", Value(" "))
        return resources.alias(held=held).filter(held__contains=f" {word} ")


class YearFilter(Filter):
    """Years of the document's own date."""

    def knows(self, word: str, choices: Choices) -> bool:
        return len(word) == 4 and word.isascii() and word.isdigit()

    def narrow(self, resources: ResourceQuerySet, word: str, choices: Choices) -> ResourceQuerySet:
        if not self.knows(word, choices):
            return resources.none()
        return resources.filter(display_date__gte=word, display_date__lt=f"{int(word) + 1:04}")


FILTERS = [
    KindFilter("kind", gettext_lazy("Kind"), "kind"),
    SubjectFilter("country", gettext_lazy("Countries"), "country_keys", Country),
    SubjectFilter("topic", gettext_lazy("Topics"), "topic_keys", Topic),
    LanguageFilter("language", gettext_lazy("Language"), "languages"),
    YearFilter("year", gettext_lazy("Year"), "year"),
]
# The columns that each statement counts together: there are few combinations of the first three, and many of others.
COUNTED_TOGETHER: list[tuple[str, ...]] = [("kind", "languages", "year"), ("country_keys",), ("topic_keys",)]


class Library:
    """The resources that a query string asks for, and the query strings of what it could ask for instead."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = {
            name: given[name][:LONGEST_VALUE]
            for name in [*(one.name for one in FILTERS), "sort"]
            if given.get(name)
        }
        self.known = {one.name: one.choices() for one in FILTERS}
        self.order = self.given.get("sort", "") if self.given.get("sort") in ORDERS else ""

    @property
    def is_narrowed(self) -> bool:
        """Return whether any filter is set."""
        return any(one.name in self.given for one in FILTERS)

    @property
    def is_known(self) -> bool:
        """Return whether every word of the query string is one that the site offers: of such there are few."""
        return all(one.knows(word, self.known[one.name] or {}) for one, word in self._set())

    def _set(self) -> list[tuple[Filter, str]]:
        """Return the filters that are set, each with its word."""
        return [(one, self.given[one.name]) for one in FILTERS if one.name in self.given]

    def narrowed(self) -> ResourceQuerySet:
        """Return the public resources that the query string asks for, in no order yet."""
        resources = Resource.objects.published()
        for one, word in self._set():
            resources = one.narrow(resources, word, self.known[one.name] or {})
        return resources

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Return the number of resources that are asked for, by column and stored value.

        They are counted once in a content version, or until the next resource becomes public.
        """
        version = contentversion.current()
        if version is None or not self.is_known:  # made-up words would fill the cache
            return self._counted()
        asked = (sorted(self.given.items()), version)
        key = f"library:{hashlib.sha256(repr(asked).encode()).hexdigest()}"
        found: tuple[dict[str, Counter[str]], datetime | None] | None = cache.get(key)
        if found is None or (found[1] and found[1] <= timezone.now()):
            with deadlines.collecting() as deadline:
                counted = self._counted()
            found = counted, deadline.moment
            if counted["kind"]:  # a year without resources is a made-up word too
                cache.set(key, found, REMEMBERED)
        counts, until = found
        deadlines.holds_until(until)
        return counts

    def _counted(self) -> dict[str, Counter[str]]:
        resources = self.narrowed().order_by().annotate(year=Substr("display_date", 1, 4))
        found: dict[str, Counter[str]] = {}
        for columns in COUNTED_TOGETHER:
            found |= {column: Counter() for column in columns}
            for row in resources.values(*columns).annotate(number=Count("pk")):
                for column in columns:
                    found[column][row[column]] += row["number"]
        return found

    @property
    def count(self) -> int:
        """Return how many resources the query string asks for."""
        return self.counts["kind"].total()

    def keys(self) -> "QuerySet[Resource, int]":
        """Return the primary keys of what is asked for, in order; without other columns they are quick to sort."""
        return self.narrowed().order_by(*ORDERS[self.order][1]).values_list("pk", flat=True)

    def chosen(self) -> "list[tuple[StrOrPromise, str]]":
        """Return for each filter that is set the name of its choice, and the query string without it."""
        found = []
        for one, word in self._set():
            names = {choice.word: choice.name for choice in (self.known[one.name] or {}).values()}
            found.append((names.get(word, word), self.address(**{one.name: None})))
        return found

    def choices(self) -> "list[tuple[StrPromise, list[tuple[StrOrPromise, int, str]]]]":
        """Return for each filter that is not set its label, and the name, number and query string of its choices."""
        shown = []
        for one in FILTERS:
            if one.name in self.given:
                continue
            numbers = self._numbers_of(one)
            choices = self.known[one.name]
            if choices is None:
                choices = {
                    value: Choice(value, value) for value in sorted(filter(None, numbers), reverse=True)
                }
            lines = [
                (choice.name, numbers[value], self.address(**{one.name: choice.word}))
                for value, choice in choices.items()
                if numbers[value]
            ]
            if lines:
                shown.append((one.label, lines))
        return shown

    def _numbers_of(self, one: Filter) -> Counter[str]:
        """Return the number of resources by each single value of a filter."""
        numbers: Counter[str] = Counter()
        for stored, number in self.counts[one.column].items():
            for value in one.values(stored):
                numbers[value] += number
        return numbers

    def orders(self) -> "list[tuple[StrPromise, str, bool]]":
        """Return the label and the query string of each order, and whether it is the current one."""
        return [(label, self.address(sort=name), name == self.order) for name, (label, _by) in ORDERS.items()]

    def title(self) -> str:
        """Return the heading of the list, which names the filters that are set."""
        labels = [str(label) for label, _address in self.chosen()]
        return f"{_('Resources')}: {', '.join(labels)}" if labels else _("Resources")

    def address(self, **changes: str | None) -> str:
        """Return the query string with these changes, without the number of the page."""
        kept = QueryDict(mutable=True)
        for name, value in (self.given | changes).items():
            if value:
                kept[name] = value
        return f"?{kept.urlencode()}" if kept else "?"
