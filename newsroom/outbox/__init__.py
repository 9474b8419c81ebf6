"""Mail that leaves later: apps register how a kind of mail is made, and post which object it is about.

A row says which mail about which object, never an address or a text. The worker renders the mail when it
sends it, and deletes the row after.
"""

from django.apps import apps as installed
from django.utils import timezone

_renderers = {}


def register(kind, render):
    """Let the worker make mails of this kind: render(key) returns an EmailMessage to one person, or None.

    None stands for a mail that nobody needs any more: its row is dropped. Call it in an app's ready().
    """
    _renderers[kind] = render


def post(kind, key, due_at=None):
    """Post the mail about the object with this key (a text, such as a pk) inside the caller's transaction."""
    if kind not in _renderers:
        raise ValueError(f"Nobody registered how to make the mail {kind!r}.")
    due_at = due_at or timezone.now()
    installed.get_model("outbox", "Mail").objects.create(
        kind=kind, key=str(key), due_at=due_at, wanted_at=due_at
    )


def render(kind, key):
    """Return the EmailMessage, or None where nobody needs it any more; raises LookupError for unknown kinds."""
    return _renderers[kind](key)
