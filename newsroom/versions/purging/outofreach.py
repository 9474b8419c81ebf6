"""What a purge can't reach: backups, mails that were sent, copies of others."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.backups import expiry
from newsroom.backups.refused import Refused
from newsroom.offers import offered

from .wanted import Wanted


def sentence(mails: list[str]) -> str:
    """Return where it still is: 'Still in backups until 14 March, in 1,183 mails sent on 2 June, and in copies …'."""
    places = [*_backups(), *mails, _("in copies that others made")]
    if len(places) == 1:
        return _("Still %(place)s.") % {"place": places[0]}
    joined = _("%(places)s, and %(last)s") % {"places": ", ".join(places[:-1]), "last": places[-1]}
    return _("Still %(place)s.") % {"place": joined}


def _backups() -> list[str]:
    try:
        day = expiry.last_day()
    except (OSError, Refused):
        return [_("in backups, which can't be listed now")]
    return [_("in backups until %(day)s") % {"day": date_format(day, "DATE_FORMAT")}] if day else []


def mails_holding(wanted: Wanted) -> list[str]:
    """Return in how many mails it was sent, and when; ask before what was sent is covered."""
    found = []
    for sent_at, number, texts in offered("sent_mails"):
        if any(wanted.found_in(text) for text in texts):
            told = ngettext("in %(count)s mail sent on %(day)s", "in %(count)s mails sent on %(day)s", number)
            day = date_format(timezone.localtime(sent_at), "DATE_FORMAT")
            found.append(told % {"count": f"{number:,}", "day": day})
    return found
