"""Mail that leaves later: apps register how a kind of mail is made, and post which object it is about.

A row says which mail about which object, and no text. It holds no address either, but for a notice that has to
reach an address as it was: then sealed under the site's keys. The worker renders the mail when it sends it, and
deletes the row after.
"""

from collections.abc import Callable
from datetime import datetime

from django.apps import apps as installed
from django.core.mail import EmailMessage
from django.utils import timezone

from newsroom.guard import encryption

_renderers: dict[str, Callable[..., EmailMessage | None]] = {}


def register(kind: str, render: Callable[..., EmailMessage | None]) -> None:
    """Let the worker make mails of this kind: render(key) returns an EmailMessage to one person, or None.

    A mail that was posted to a certain address is made by render(key, to=address).
    None stands for a mail that nobody needs any more: its row is dropped. Call it in an app's ready().
    """
    _renderers[kind] = render


def post(kind: str, key: object, due_at: datetime | None = None, to: str = "") -> None:
    """Post the mail about the object with this key (a text, such as a pk) inside the caller's transaction.

    `to` is for notices about an address that may have changed when they are sent: the row keeps it encrypted.
    """
    if kind not in _renderers:
        raise ValueError(f"Nobody registered how to make the mail {kind!r}.")
    due_at = due_at or timezone.now()
    installed.get_model("outbox", "Mail").objects.create(
        kind=kind,
        key=str(key),
        due_at=due_at,
        wanted_at=due_at,
        recipient=encryption.encrypt(to) if to else "",
    )


def render(kind: str, key: str, recipient: str = "") -> EmailMessage | None:
    """Return the EmailMessage, or None where nobody needs it any more.

    Raises LookupError for unknown kinds, and Unreadable for a recipient under a key that is gone.
    """
    if recipient:
        return _renderers[kind](key, to=encryption.decrypt(recipient))
    return _renderers[kind](key)
