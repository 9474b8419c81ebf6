"""What can be wrong with the content version, for doctor, monitoring and the first page."""

from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition

from . import triggers

NAME = "page cache"


def triggers_are_there() -> Condition:
    """Return whether a change of each table that visitors see makes cached pages be made anew."""
    lacking = triggers.missing()
    if not lacking:
        return Condition(NAME)
    return Condition(
        NAME,
        _("Pages would go on showing what was changed in %(tables)s: triggers are missing.")
        % {"tables": ", ".join(lacking)},
        _("Run `manage.py migrate`; it lays them anew."),
    )
