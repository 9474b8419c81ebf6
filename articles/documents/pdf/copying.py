"""Copies a PDF into a new one object by object, each by the rule for what it is where it stands.

A rule is a function of the work at hand and a value; it returns the clean value, or None to leave it out. What
an object says of itself (/Type) counts for nothing: the key that leads to it does.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from ..report import Report
from .names import NewNames

type Rule = Callable[[Work, Any], Any]
MOST_ITEMS = 1_000_000  # of one array


class Work:
    """A PDF in the making, the one that it is made of, and what was done so far."""

    def __init__(self, given: pikepdf.Pdf, report: Report) -> None:
        self.given, self.made, self.report = given, pikepdf.new(), report
        self.names = NewNames()
        self.pages: dict[tuple[int, int], Any] = {}  # a given page to the new one
        self.notes: dict[tuple[int, int], Any] = {}  # a given annotation that stays to the new one
        self.marked: dict[tuple[int, int], set[int]] = {}  # numbers of marked content in a new page or form
        self.letters: dict[
            tuple[int, int], bytes
        ] = {}  # of a new font: bytes that hold the names of its letters
        self.places: dict[bytes, Any] = {}  # the given places that have a name
        self.spoken: list[str] = []  # words of elements in place of what is shown
        self.page: int | None = None  # the number of the page at hand
        self._used: dict[
            tuple[int, int], tuple[Any, set[str]]
        ] = {}  # new resources, and the names that are used
        self._inherited: set[str] = set()  # names that are used where there are no resources
        self._done: dict[tuple[Any, Any], Any] = {}
        self._waiting: deque[tuple[int | None, Callable[[], None]]] = deque()

    def later(self, job: Callable[[], None]) -> None:
        """Do something when nothing else is in work: chains of objects may be longer than calls can be deep."""
        self._waiting.append((self.page, job))

    def finish(self) -> None:
        """Do all that waits."""
        while self._waiting:
            self.page, job = self._waiting.popleft()
            job()
        self.page = None

    def once(self, value: Any, rule: Any, make: Callable[[], Any], fill: Callable[[Any], None]) -> Any:
        """Return what make() begins and fill() ends; the same again for the same object under the same rule."""
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

    def made_once(self, value: Any, rule: Any, make: Callable[[], Any]) -> Any:
        """Return what make() returns, an object that others share as in the given PDF; None inside itself."""
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

    def use(self, resources: Any, names: set[str]) -> None:
        """Note which names of new resources something uses."""
        if resources is None:
            self._inherited |= names
        else:
            self._used.setdefault(resources.objgen, (resources, set()))[1].update(names)

    def forget_unused(self) -> None:
        """Take out the resources that nothing uses: pictures that were taken off a page, for instance."""
        listed: dict[
            Any, tuple[Any, set[str]]
        ] = {}  # pages with resources of their own may share a list of them
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

    def copied(self, value: Any, rule: Any) -> Any:
        """Return what has become of an indirect object under a rule, or None."""
        return self._done.get((value.objgen, rule))

    def name(self, kind: str, words: str = "") -> None:
        """Note a finding, with the page at hand."""
        where = {} if self.page is None else {"page": self.page}
        self.report.add(kind, words, **where)


def fill(work: Work, new: Any, value: Any, keys: dict[str, Rule]) -> None:
    """Copy the known keys of a dictionary or stream into a new one."""
    for key, rule in keys.items():
        if key in value:
            clean = rule(work, value[key])
            if clean is not None:
                new[key] = clean


def record(keys: dict[str, Rule], **fixed: Any) -> Rule:
    """Return the rule for a dictionary with known keys, and others whose value is always the same."""

    def rule(work: Work, value: Any) -> Any:
        if not isinstance(value, Dictionary):
            return None
        return work.once(value, rule, lambda: Dictionary(**fixed), lambda new: fill(work, new, value, keys))

    return rule


def named(category: str, one: Rule) -> Rule:
    """Return the rule for a dictionary whose keys are the maker's own; they get names that tell nothing."""

    def rule(work: Work, value: Any) -> Any:
        if not isinstance(value, Dictionary):
            return None
        return work.once(value, rule, Dictionary, lambda new: fill_named(work, new, value))

    def fill_named(work: Work, new: Any, value: Any) -> None:
        for key in value.keys():  # noqa: SIM118 - iteration over a Dictionary is not over its keys
            clean = one(work, value[key])
            if clean is not None:
                new[work.names.of(category, key)] = clean

    return rule


def array(one: Rule, most: int = MOST_ITEMS) -> Rule:
    """Return the rule for an array of things of one kind; what is of another is left out."""

    def rule(work: Work, value: Any) -> Any:
        if not isinstance(value, Array):
            return None
        items = [one(work, item) for item in list(value)[:most]]
        return Array([item for item in items if item is not None])

    return rule


def either(*rules: Rule) -> Rule:
    """Return the rule for a value of several kinds: the first that knows it counts."""

    def rule(work: Work, value: Any) -> Any:
        for one in rules:
            clean = one(work, value)
            if clean is not None:
                return clean
        return None

    return rule
