"""Times of the site in words: with the day of the week, and with the time zone that they are in."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1800, 2200  # what is shown of a piece lies between, as of dates known in part


def why_not(moment: date | None) -> str:
    """Return why nobody can have meant a day or a moment, as its year is mistyped; empty for a fine one and for none."""
    try:
        day = timezone.localtime(moment) if isinstance(moment, datetime) else moment
        is_fine = day is None or FIRST_YEAR <= day.year <= LAST_YEAR
    except OverflowError:  # a calendar ends within the first and the last hours of its years
        is_fine = False
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return "" if is_fine else _("Look at the year: it has to lie between %(first)s and %(last)s.") % years


def moment_in_words(moment: datetime) -> str:
    """Return a moment with its day, time and zone: 'Thursday, June 3, 2027, 09:00 (Asia/Vientiane, UTC+07:00)'."""
    local = timezone.localtime(moment)
    told = {
        "weekday": date_format(local, "l"),
        "day": date_format(local, "DATE_FORMAT"),
        "time": date_format(local, "H:i:s" if local.second else "H:i"),
        "zone": _zone(local),
    }
    return _("%(weekday)s, %(day)s, %(time)s (%(zone)s)") % told


def zone_in_words() -> str:
    """Return in which zone times are given, and how late it is there."""
    local = timezone.localtime()
    told = {"zone": _zone(local), "time": date_format(local, "H:i")}
    return _("Times are those of the site: %(zone)s. It is %(time)s there now.") % told


def _zone(local: datetime) -> str:
    """Return the name of a local time's zone and how far it is from UTC on that day."""
    name, offset = timezone.get_current_timezone_name(), local.strftime("%z")
    return name if name == "UTC" else f"{name}, UTC{offset[:3]}:{offset[3:5]}"
