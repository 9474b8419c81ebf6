"""What apps put around every page (menus, boxes), registered here so that nobody imports upwards."""

from django.utils.functional import SimpleLazyObject

_parts = {}


def register(name, load):
    """Let templates read `frame.<name>`; load(request) runs once a page, and only where it is shown."""
    _parts[name] = load


def frame_for(request):
    """Return the registered parts, each unloaded until a template touches it."""
    return {name: SimpleLazyObject(lambda load=load: load(request)) for name, load in _parts.items()}
