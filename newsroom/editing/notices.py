"""What waits for an editor, on the admin's first page; apps register it, so that nobody imports upwards."""

from dataclasses import dataclass

_loaders = {}


@dataclass(frozen=True)
class Notice:
    """A sentence about what waits, and the page where it is dealt with, if there is one."""

    text: str
    url: str = ""


def register(name, load):
    """Let load(request) return a Notice, or None where nothing waits or the person may not deal with it."""
    _loaders[name] = load


def notices_for(request):
    """Return what waits for the person who asks."""
    return [notice for notice in (load(request) for load in _loaders.values()) if notice]
