"""Posts mail to be sent later, and renders it when it is sent."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.core.mail import EmailMessage
from django.utils import timezone

from newsroom.guard import encryption
from newsroom.offers import offered

from .models import Mail


@cache
def renderers() -> dict[str, Callable[..., EmailMessage | None]]:
    """Return the function that makes each kind of mail, as apps offer it in `mails` of their config.

    render(key) returns an EmailMessage to one person, or None for a mail that nobody needs any more: its row is
    deleted. A mail that was posted to a given address is made by render(key, to=address).
    """
    return dict(offered("mails"))


def post(kind: str, key: object, due_at: datetime | None = None, to: str = "") -> None:
    """Post the mail about the object with this key, such as a pk, inside the caller's transaction.

    `to` is for notices that must reach an address as it is now; the row keeps it encrypted.
    Raises ValueError for a kind that no app offers.
    """
    if kind not in renderers():
        raise ValueError(f"Nobody registered how to make the mail {kind!r}.")
    due_at = due_at or timezone.now()
    Mail.objects.create(
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
        return renderers()[kind](key, to=encryption.decrypt(recipient))
    return renderers()[kind](key)
