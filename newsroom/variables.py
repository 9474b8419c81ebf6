"""Whether the file of the variables names one that nothing reads, because it is misspelt."""

from django.utils.translation import gettext as _

from newsroom.conditions.conditions import Condition, Weight
from newsroom.configuration import environment, environmentfile


def condition() -> Condition:
    """Return whether each variable of the file that looks like one of ours is one."""
    for name, meant, path in environmentfile.misspelt(environment.asked):
        values = {"file": path, "name": name, "meant": meant}
        return Condition(
            "variables",
            _("%(file)s sets %(name)s, which nothing reads.") % values,
            _("If %(meant)s is meant, mend the name there, and restart.") % values,
            Weight.UNREADY,
        )
    return Condition("variables")
