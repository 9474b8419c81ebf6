"""The frame of every public page: menus, boxes and the like, as apps offer them."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsroom.offers import offered


def frame_for(request: HttpRequest) -> dict[str, SimpleLazyObject]:
    """Return the parts that templates read as `frame.<name>`, each loaded when a template first uses it.

    Apps offer pairs of a name and load(request) in `frame` of their config.
    """
    parts: dict[str, Callable[[HttpRequest], object]] = dict(offered("frame"))
    return {name: SimpleLazyObject(partial(load, request)) for name, load in parts.items()}
