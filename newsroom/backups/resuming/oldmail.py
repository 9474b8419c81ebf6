"""Mail that waited in the outbox when the backup was made: it is old, or has left since."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.backups.models import PutBack
from newsroom.outbox.models import Mail

from .matters import Matter, Way


def _old(put_back: PutBack) -> dict[str, int]:
    """Return how many mails of each kind waited when the backup was made."""
    kinds = Mail.objects.filter(pk__lte=put_back.last_mail_id).order_by("kind").values_list("kind")
    return dict(kinds.annotate(Count("pk")))


def _told(put_back: PutBack) -> list[str]:
    return [f"{count} × {kind.replace('_', ' ')}" for kind, count in _old(put_back).items()]


def _differs(put_back: PutBack) -> list[str]:
    told = _told(put_back)
    if not told:
        return []
    sentence = _("Mail that waited when the backup was made, and has left since or is old: %(mails)s.")
    return [sentence % {"mails": ", ".join(told)}]


def _drop(put_back: PutBack) -> list[str]:
    told = ", ".join(_told(put_back))
    Mail.objects.filter(pk__lte=put_back.last_mail_id).delete()
    return [_("Dropped, and not sent: %(mails)s.") % {"mails": told}]


def _send(put_back: PutBack) -> list[str]:
    return [_("Sent now, maybe a second time: %(mails)s.") % {"mails": ", ".join(_told(put_back))}]


def matter() -> Matter:
    """Return the question what becomes of it."""
    return Matter(
        "mail",
        str(gettext_lazy("What becomes of the mail that waited?")),
        _differs,
        (
            Way("drop-mail", _("Drop it: nobody gets it, or gets it twice"), _drop),
            Way("send-mail", _("Send it: some may get it twice, or too late"), _send),
        ),
    )
