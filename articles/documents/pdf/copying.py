"""Copies a PDF into a new one, object by object and by rules.

A rule is a function of the Work and a value; it returns the clean value, or None to leave it out. The rule is chosen
by the key that refers to an object, never by the object's own /Type.
"""

from collections import deque
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary

from ..report import Report
from .names import NewNames
from .objects import PdfValue

type Rule = Callable[[Work, PdfValue], PdfValue]
type ObjectId = tuple[int, int]  # number and generation
MOST_ITEMS = 1_000_000  # items of one array


class Work:
    """The given PDF, the new one, and the state of the copying."""

    def __init__(self, given: pikepdf.Pdf, report: Report) -> None:
        self.given, self.made, self.report = given, pikepdf.new(), report
        self.names = NewNames()
        self.pages: dict[ObjectId, PdfValue] = {}  # given page to the new one
        self.notes: dict[ObjectId, PdfValue] = {}  # given annotation to the new one
        self.marked: dict[ObjectId, set[int]] = {}  # new page or form to the numbers of its marked content
        self.letters: dict[ObjectId, bytes] = {}  # new font program to bytes with the names of its glyphs
        self.places: dict[bytes, PdfValue] = {}  # name of a given destination to the destination
        self.spoken: list[str] = []  # replacement texts of structure elements
        self.page: int | None = None  # the number of the current page
        self._used: dict[
            ObjectId, tuple[PdfValue, set[str]]
        ] = {}  # new resources with the names that are used
        self._inherited: set[str] = set()  # names that are used where there are no resources
        self._done: dict[
            tuple[object, object], PdfValue
        ] = {}  # id of a given object, and its rule, to the new one
        self._waiting: deque[tuple[int | None, Callable[[], None]]] = deque()

    def later(self, job: Callable[[], None]) -> None:
        """Queue a job for finish(): chains of objects may be longer than calls can be nested."""
        self._waiting.append((self.page, job))

    def finish(self) -> None:
        """Run the queued jobs, and those that they queue."""
        while self._waiting:
            self.page, job = self._waiting.popleft()
            job()
        self.page = None

    def once(
        self, value: PdfValue, rule: object, make: Callable[[], PdfValue], fill: Callable[[PdfValue], None]
    ) -> PdfValue:
        """Return a new object from make(), which fill() completes later; the same one for the same object and rule."""
        if not value.is_indirect:
            new = make()
            fill(new)
            return new
        key = (value.objgen, rule)
        if key not in self._done:
            new = make()
            new = self._done[key] = new if new.is_indirect else self.made.make_indirect(new)
            self.later(lambda: fill(new))
        return self._done[key]

    def made_once(self, value: PdfValue, rule: object, make: Callable[[], PdfValue]) -> PdfValue:
        """Return a new object from make(), the same one for the same object and rule; None while make() runs."""
        if not getattr(value, "is_indirect", False):
            return make()
        key = (value.objgen, rule)
        if key not in self._done:
            self._done[key] = None
            new = make()
            if isinstance(new, (Dictionary, Array)):
                new = self.made.make_indirect(new)
            self._done[key] = new
        return self._done[key]

    def use(self, resources: PdfValue, names: set[str]) -> None:
        """Note names of new resources that are used."""
        if resources is None:
            self._inherited |= names
        else:
            self._used.setdefault(resources.objgen, (resources, set()))[1].update(names)

    def forget_unused(self) -> None:
        """Remove unused resources, such as pictures that were deleted from a page."""
        listed: dict[object, tuple[PdfValue, set[str]]] = {}  # different resources may share one category
        for key, (resources, used) in self._used.items():
            for category in resources.keys():  # noqa: SIM118 - iteration over a Dictionary is not over its keys
                one = resources[category]
                if isinstance(one, Dictionary):
                    place = one.objgen if one.is_indirect else (key, category)
                    listed.setdefault(place, (one, set()))[1].update(used)
        for one, used in listed.values():
            for name in list(one.keys()):
                if name not in used and name not in self._inherited and not name.startswith("/Default"):
                    del one[name]

    def copied(self, value: PdfValue, rule: object) -> PdfValue:
        """Return the copy that once() or made_once() made of an indirect object for a rule, or None."""
        return self._done.get((value.objgen, rule))

    def add_finding(self, kind: str, words: str = "") -> None:
        """Report a finding on the current page."""
        where = {} if self.page is None else {"page": self.page}
        self.report.add(kind, words, **where)


def fill(work: Work, new: PdfValue, value: PdfValue, keys: dict[str, Rule]) -> None:
    """Copy the known keys of a dictionary or stream into a new one."""
    for key, rule in keys.items():
        if key in value:
            clean = rule(work, value[key])
            if clean is not None:
                new[key] = clean


def record(keys: dict[str, Rule], **fixed: PdfValue) -> Rule:
    """Return the rule for a dictionary with known keys, and with others that have fixed values."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        if not isinstance(value, Dictionary):
            return None
        return work.once(value, rule, lambda: Dictionary(**fixed), lambda new: fill(work, new, value, keys))

    return rule


def named(category: str, one: Rule) -> Rule:
    """Return the rule for a dictionary with free names as keys, which get new names."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        if not isinstance(value, Dictionary):
            return None
        return work.once(value, rule, Dictionary, lambda new: fill_named(work, new, value))

    def fill_named(work: Work, new: PdfValue, value: PdfValue) -> None:
        for key in value.keys():  # noqa: SIM118 - iteration over a Dictionary is not over its keys
            clean = one(work, value[key])
            if clean is not None:
                new[work.names.of(category, key)] = clean

    return rule


def array(one: Rule, most: int = MOST_ITEMS) -> Rule:
    """Return the rule for an array whose items have the same rule; items that it refuses are left out."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        if not isinstance(value, Array):
            return None
        items = [one(work, item) for item in list(value)[:most]]
        return Array([item for item in items if item is not None])

    return rule


def either(*rules: Rule) -> Rule:
    """Return the rule that tries several rules in order."""

    def rule(work: Work, value: PdfValue) -> PdfValue:
        for one in rules:
            clean = one(work, value)
            if clean is not None:
                return clean
        return None

    return rule
