"""What the library of resources can be narrowed to, how many each choice leaves, and in which order."""

from collections import Counter

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Lower, Substr
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Country, Resource, Topic

LONGEST_VALUE = 120  # characters of a parameter
ORDERS = {
    "": (gettext_lazy("Latest added"), ["-published_at", "-pk"]),
    "date": (gettext_lazy("Date of the document"), ["-display_date", "-published_at"]),
    "title": (gettext_lazy("Title"), [Lower("title"), "-published_at"]),
}


class Filter:
    """One thing to narrow by: a parameter of the address whose values are words."""

    def __init__(self, name, label):
        self.name, self.label = name, label

    def names(self):
        """Return {word in the address: name} in the order to show; None where the words speak for themselves."""
        return None

    def narrow(self, resources, word):
        """Return those of the resources that the word chooses."""
        raise NotImplementedError

    def count(self, resources):
        """Return {word: how many of these resources it would leave}, in one query."""
        raise NotImplementedError


class KindFilter(Filter):
    """Reports, laws, …"""

    def names(self):
        return dict(Resource.Kind.choices)

    def narrow(self, resources, word):
        return resources.filter(kind=word)

    def count(self, resources):
        return dict(resources.order_by().values_list("kind").annotate(number=Count("pk")))


class SubjectFilter(Filter):
    """Countries, or topics."""

    def __init__(self, name, label, model, relation):
        super().__init__(name, label)
        self.model, self.relation = model, relation

    def names(self):
        return dict(self.model.objects.values_list("slug", "name"))

    def narrow(self, resources, word):
        through = getattr(Resource, self.relation).through
        chosen = through.objects.filter(**{f"{self.name}__slug": word}).values("resource")
        return resources.filter(pk__in=chosen)

    def count(self, resources):
        return dict(
            self.model.objects.filter(resources__in=resources.order_by())
            .order_by()
            .values_list("slug")
            .annotate(number=Count("resources"))
        )


class LanguageFilter(Filter):
    """Languages of the document; rows hold combinations of them, of which there are few."""

    def names(self):
        return dict(settings.LANGUAGES)

    def narrow(self, resources, word):
        if word not in dict(settings.LANGUAGES):
            return resources.none()
        held = Resource.objects.order_by().values_list("languages", flat=True).distinct()
        return resources.filter(languages__in=[codes for codes in held if word in codes.split()])

    def count(self, resources):
        found = Counter()
        for codes, number in resources.order_by().values_list("languages").annotate(number=Count("pk")):
            for code in codes.split():
                found[code] += number
        return dict(found)


class YearFilter(Filter):
    """Years of the document's own date."""

    def narrow(self, resources, word):
        if not (len(word) == 4 and word.isascii() and word.isdigit()):
            return resources.none()
        return resources.filter(display_date__gte=word, display_date__lt=f"{int(word) + 1:04}")

    def count(self, resources):
        years = resources.order_by().annotate(year=Substr("display_date", 1, 4))
        found = dict(years.values_list("year").annotate(number=Count("pk")))
        return {year: found[year] for year in sorted(found, reverse=True) if year}


FILTERS = [
    KindFilter("kind", gettext_lazy("Kind")),
    SubjectFilter("country", gettext_lazy("Countries"), Country, "countries"),
    SubjectFilter("topic", gettext_lazy("Topics"), Topic, "topics"),
    LanguageFilter("language", gettext_lazy("Language")),
    YearFilter("year", gettext_lazy("Year")),
]


class Library:
    """The resources that an address asks for, and the addresses of what it could ask for instead."""

    def __init__(self, given):
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

    def narrowed(self):
        """Return the public resources that the address asks for, in no order yet."""
        resources = Resource.objects.published()
        for one in FILTERS:
            if one.name in self.given:
                resources = one.narrow(resources, self.given[one.name])
        return resources

    def resources(self):
        """Return the public resources that the address asks for, in its order."""
        return self.narrowed().order_by(*ORDERS[self.order][1])

    def chosen(self):
        """Return (label, address without it) of everything that the list is narrowed to."""
        return [
            (self._name(one, self.given[one.name]), self.address(**{one.name: None}))
            for one in FILTERS
            if one.name in self.given
        ]

    def choices(self):
        """Return (label, [(name, number, address)]) of what the list can be narrowed to further."""
        resources = self.narrowed()
        shown = []
        for one in FILTERS:
            if one.name not in self.given:
                counts = one.count(resources)
                words = self.names[one.name] or counts
                lines = [
                    (self._name(one, word), counts[word], self.address(**{one.name: word}))
                    for word in words
                    if counts.get(word)
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

    def _name(self, one, word):
        return (self.names[one.name] or {}).get(word, word)
