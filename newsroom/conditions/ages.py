"""How old this version is, and until when the Python and the system below it get security updates.

Nobody is asked: what a version of Python or a system is promised stands below, from devguide.python.org/versions,
wiki.debian.org/LTS and ubuntu.com/about/release-cycle. What is not listed is not judged.
"""

import datetime as dt
import platform
import sys

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .conditions import Condition, Weight

OLD = dt.timedelta(days=183)
PYTHON = {
    (3, 12): dt.date(2028, 10, 31),
    (3, 13): dt.date(2029, 10, 31),
    (3, 14): dt.date(2030, 10, 31),
    (3, 15): dt.date(2031, 10, 31),
}
SYSTEMS = {
    "debian 12": dt.date(2028, 6, 30),
    "debian 13": dt.date(2030, 6, 30),
    "ubuntu 22.04": dt.date(2027, 4, 30),
    "ubuntu 24.04": dt.date(2029, 4, 30),
    "ubuntu 26.04": dt.date(2031, 4, 30),
}


def updates(version: str, made: dt.date, today: dt.date | None = None) -> Condition:
    """Return whether an update is due of the site, whose version was made then, of Python or of the system."""
    today = today or timezone.localdate()
    ends = {f"Python {sys.version_info[0]}.{sys.version_info[1]}": PYTHON.get(sys.version_info[:2])}
    system = _system()
    ends[system.title()] = SYSTEMS.get(system)
    for name, end in ends.items():
        if end and today > end:
            values = {"name": name, "date": date_format(end, "DATE_FORMAT")}
            return Condition(
                "updates",
                _("%(name)s has got no security updates since %(date)s.") % values,
                _("Move the site to a newer one."),
                Weight.UNREADY,
            )
    values = {"version": version, "date": date_format(made, "DATE_FORMAT")}
    if today - made > OLD:
        return Condition(
            "updates",
            _("This is version %(version)s of %(date)s; libraries that it brings may have holes since.")
            % values,
            _("See whether there is a newer one, and run `manage.py upgrade`."),
            Weight.UNREADY,
        )
    return Condition("updates", note=_("version %(version)s of %(date)s") % values)


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    return f"{release.get('ID', '')} {release.get('VERSION_ID', '')}".strip()
