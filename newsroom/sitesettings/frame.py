"""What apps put around every page: menus, boxes and the like."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsroom.offers import offered


def frame_for(request: HttpRequest) -> dict[str, Any]:
    """Return the parts that templates read as `frame.<name>`, each loaded only where a template touches it.

    Apps offer in `frame` of their config pairs of a name and load(request).
    """
    return {name: SimpleLazyObject(lambda load=load: load(request)) for name, load in offered("frame")}
