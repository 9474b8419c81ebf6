"""Whether an account has to have a second factor: REQUIRE_2FA, after REQUIRE_2FA_DAYS of grace."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsroom.editing.notices import Notice
from newsroom.signin.models import FactorRequest

UNTIL = "second_factor_until"  # in a session: when the days of grace end, in seconds since 1970
CODES = "recovery_codes"  # in a session: new recovery codes, encrypted, until they were shown


def ends(user: User) -> datetime:
    """Return when the days of grace of an account end; they begin now where it was not asked before."""
    found, _made = FactorRequest.objects.get_or_create(user=user, defaults={"asked_at": timezone.now()})
    return found.asked_at + timedelta(days=settings.REQUIRE_2FA_DAYS)


def is_due(user: User) -> bool:
    """Return whether the account may not sign in without a second factor any more."""
    return bool(settings.REQUIRE_2FA) and ends(user) <= timezone.now()


def notice(request: HttpRequest) -> Notice | None:
    """Return the notice on the admin's first page that a second factor is wanted, with the day."""
    until = request.session.get(UNTIL)
    if not until:
        return None
    day = date_format(timezone.localtime(datetime.fromtimestamp(until, tz=UTC)), "DATE_FORMAT")
    text = _("Set up a second factor until %(day)s: from then on nobody signs in here without one.")
    return Notice(text % {"day": day}, reverse("admin:second_factor"))


def codes_notice(request: HttpRequest) -> Notice | None:
    """Return the notice on the admin's first page that new recovery codes were not looked at yet."""
    if CODES not in request.session:
        return None
    return Notice(_("Write down your recovery codes: they are shown once."), reverse("admin:second_factor"))
