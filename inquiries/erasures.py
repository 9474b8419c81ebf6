"""Inquiries and officers in the ledger of erasures: what was deleted or closed stays so after a restore."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from inquiries import retention
from inquiries.models import Admission, Inquiry
from inquiries.models.admission import CLOSED
from newsroom.backups.erasures.lines import Entry
from newsroom.backups.erasures.redoing import rows_of
from newsroom.backups.noted import kind_of

INQUIRY = kind_of(Inquiry)
AT_ONCE = 500

__all__ = ["CLOSED", "INQUIRY", "redo_closing", "redo_deletions"]


def redo_deletions(entries: Sequence[Entry]) -> int:
    """Delete inquiries again, with all that belongs to them; return how many."""
    keys = list(rows_of(Inquiry, "pk", {entry.subject for entry in entries}))
    parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
    return sum(retention.delete(Inquiry.objects.filter(pk__in=part)) for part in parts)


def redo_closing(entries: Sequence[Entry]) -> int:
    """Close the desk again to accounts; another officer lets them in. Return how many."""
    users = User.objects.filter(pk__in=rows_of(User, "pk", {entry.subject for entry in entries}))
    open_to = [user for user in users if Admission.of(user).password_digest]
    for user in open_to:
        Admission.close(user)
    return len(open_to)
