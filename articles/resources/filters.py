"""What the library of resources can be narrowed to, how many each choice leaves, and in which order."""

import hashlib
from collections import Counter

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Sum, Value
from django.db.models.functions import Concat, Lower, Substr
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.topic import Topic
from articles.places.models.country import Country
from articles.resources.models.resource import Resource

REMEMBERED = 3600  # seconds that counts are kept for whoever asks the same
LONGEST_VALUE = 120  # characters of a parameter
ORDERS = {
    "": (gettext_lazy("Latest added"), ["-published_at", "-pk"]),
    "date": (gettext_lazy("Date"), ["-display_date", "-published_at"]),
    "title": (gettext_lazy("Title"), [Lower("title"), "-published_at"]),
}


class Filter:
    """One thing to narrow by: a parameter of the address whose values are words."""

    def __init__(self, name: str, label: str, column: str) -> None:
        self.name, self.label, self.column = name, label, column

    def names(self) -> None:
        """Return {value: (word in the address, name)} in the order to show; None where values name themselves."""
        return None

    def narrow(self, resources, word: str, names) -> None:
        """Return those of the resources that the word chooses."""
        raise NotImplementedError

    def knows(self, word: str, names: dict[str, tuple[str, str]] | None) -> bool:
        """Return whether the word can choose anything."""
        return word in {word for word, _name in (names or {}).values()}

    def values(self, stored):
        """Return the values that a stored column holds."""
        return [stored]


class KindFilter(Filter):
    """Reports, laws, …"""

    def names(self):
        return {kind: (kind, label) for kind, label in Resource.Kind.choices}

    def narrow(self, resources, word: str, names):
        return resources.filter(kind=word)


class SeveralFilter(Filter):
    """What a row holds several of: its column names them, with spaces between."""

    def values(self, stored):
        return stored.split()


class SubjectFilter(SeveralFilter):
    """Countries, or topics."""

    def __init__(self, name: str, label: str, column: str, model) -> None:
        super().__init__(name, label, column)
        self.model = model

    def names(self):
        return {
            str(pk): (slug, name) for pk, slug, name in self.model.objects.values_list("pk", "slug", "name")
        }

    def narrow(self, resources, word: str, names):
        key = next((key for key, (slug, _name) in names.items() if slug == word), None)
        return resources.filter(**{f"{self.column}__contains": f" {key} "}) if key else resources.none()


class LanguageFilter(SeveralFilter):
    """Languages of the document."""

    def names(self):
        return {code: (code, name) for code, name in settings.LANGUAGES}

    def narrow(self, resources, word: str, names):
        if word not in names:
            return resources.none()
        held = Concat(Value(" "), "languages", Value(" "))
        return resources.alias(held=held).filter(held__contains=f" {word} ")


class YearFilter(Filter):
    """Years of the document's own date."""

    def knows(self, word: str, names: dict[str, tuple[str, str]] | None) -> bool:
        return len(word) == 4 and word.isascii() and word.isdigit()

    def narrow(self, resources, word: str, names):
        if not self.knows(word, names):
            return resources.none()
        return resources.filter(display_date__gte=word, display_date__lt=f"{int(word) + 1:04}")


FILTERS = [
    KindFilter("kind", gettext_lazy("Kind"), "kind"),
    SubjectFilter("country", gettext_lazy("Countries"), "country_keys", Country),
    SubjectFilter("topic", gettext_lazy("Topics"), "topic_keys", Topic),
    LanguageFilter("language", gettext_lazy("Language"), "languages"),
    YearFilter("year", gettext_lazy("Year"), "year"),
]
# What is counted in one statement: a row has few combinations of the first, and many of the others.
COUNTED_TOGETHER = [("kind", "languages", "year"), ("country_keys",), ("topic_keys",)]


class Library:
    """The resources that an address asks for, and the addresses of what it could ask for instead."""

    def __init__(self, given) -> None:
        self.given = {
            name: given[name][:LONGEST_VALUE]
            for name in [*(one.name for one in FILTERS), "sort"]
            if given.get(name)
        }
        self.names = {one.name: one.names() for one in FILTERS}
        self.order = self.given.get("sort", "") if self.given.get("sort") in ORDERS else ""

    @property
    def is_narrowed(self):
        """Tell whether anything is left out."""
        return any(one.name in self.given for one in FILTERS)

    @property
    def is_known(self) -> bool:
        """Tell whether the site itself has every word of the address, so that there are few such addresses."""
        return all(
            one.knows(self.given[one.name], self.names[one.name]) for one in FILTERS if one.name in self.given
        )

    def narrowed(self):
        """Return the public resources that the address asks for, in no order yet."""
        resources = Resource.objects.published()
        for one in FILTERS:
            if one.name in self.given:
                resources = one.narrow(resources, self.given[one.name], self.names[one.name])
        return resources

    @cached_property
    def counts(self):
        """Return {column: {stored value: resources}} of what the address asks for.

        One statement tells whether anything is public that was not when they were counted, or the reverse;
        only then are they counted again, in three.
        """
        if not self.is_known:  # anybody can make up words, and each would fill the cache a little more
            return self._counted()
        public = Resource.objects.published().order_by()
        state = public.aggregate(number=Count("pk"), keys=Sum("pk"), changed=Max("updated_at"))
        asked = (sorted(self.given.items()), self.names, sorted(state.items()))
        key = f"library:{hashlib.sha256(repr(asked).encode()).hexdigest()}"
        found = cache.get(key)
        if found is None:
            found = self._counted()
            if found["kind"]:  # a year of which there is nothing is a made-up word too
                cache.set(key, found, REMEMBERED)
        return found

    def _counted(self):
        resources = self.narrowed().order_by().annotate(year=Substr("display_date", 1, 4))
        found = {}
        for columns in COUNTED_TOGETHER:
            found |= {column: Counter() for column in columns}
            for *stored, number in resources.values_list(*columns).annotate(number=Count("pk")):
                for column, value in zip(columns, stored, strict=True):
                    found[column][value] += number
        return found

    @property
    def count(self):
        """Return how many resources the address asks for."""
        return self.counts["kind"].total()

    def keys(self):
        """Return the primary keys of what the address asks for, in its order: narrow, so quick to sort."""
        return self.narrowed().order_by(*ORDERS[self.order][1]).values_list("pk", flat=True)

    def chosen(self):
        """Return (label, address without it) of everything that the list is narrowed to."""
        found = []
        for one in FILTERS:
            if one.name in self.given:
                word = self.given[one.name]
                label = dict((self.names[one.name] or {}).values()).get(word, word)
                found.append((label, self.address(**{one.name: None})))
        return found

    def choices(self):
        """Return (label, [(name, number, address)]) of what the list can be narrowed to further."""
        shown = []
        for one in FILTERS:
            if one.name in self.given:
                continue
            numbers = Counter()
            for stored, number in self.counts[one.column].items():
                for value in one.values(stored):
                    numbers[value] += number
            names = self.names[one.name]
            if names is None:
                names = {value: (value, value) for value in sorted(filter(None, numbers), reverse=True)}
            lines = [
                (name, numbers[value], self.address(**{one.name: word}))
                for value, (word, name) in names.items()
                if numbers[value]
            ]
            if lines:
                shown.append((one.label, lines))
        return shown

    def orders(self):
        """Return (label, address, whether it is this one) of each order."""
        return [(label, self.address(sort=name), name == self.order) for name, (label, _by) in ORDERS.items()]

    def title(self):
        """Return the heading of the list, which names what it is narrowed to."""
        labels = [str(label) for label, _address in self.chosen()]
        return f"{_('Resources')}: {', '.join(labels)}" if labels else _("Resources")

    def address(self, **changes):
        """Return the query string with these changes; the page always goes."""
        kept = QueryDict(mutable=True)
        for name, value in (self.given | changes).items():
            if value:
                kept[name] = value
        return f"?{kept.urlencode()}" if kept else "?"
