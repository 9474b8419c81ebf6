"""The frame of every public page: menus, boxes and the like, as apps offer them."""

from collections.abc import Callable, Hashable
from functools import cache

from django.http import HttpRequest

from newsroom.offers import offered

type Load = Callable[[HttpRequest], Hashable]


@cache
def _offers() -> dict[str, Load]:
    """Return how each part is loaded, by its name; apps offer pairs of both in `frame` of their config."""
    return dict(offered("frame"))


class Frame:
    """The parts that templates read as `frame.<name>`: plain values, each loaded when a template first uses it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._loaded: dict[str, Hashable] = {}

    def __getitem__(self, name: str) -> Hashable:
        """Return a part; raises KeyError where no app offers it."""
        if name not in self._loaded:
            self._loaded[name] = _offers()[name](self._request)
        return self._loaded[name]
