"""The panel beside the text: what was found, in groups, and what somebody let through."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .finding import DEAD_LINK, NEVER_GREEN, NOT_YET, OWN_LINK, Finding, Severity
from .holding import REASON, accepted, can_be_accepted, digest, is_out
from .models import LONGEST_REASON, Acceptance

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

ASKED_ONCE = {OWN_LINK, NOT_YET, DEAD_LINK}  # what is asked when the page is opened, and not while one writes
TEMPLATE = "admin/articles/_findings.html"


@dataclass(frozen=True)
class Line:
    """A finding as the panel shows it."""

    finding: Finding
    accepted: Acceptance | None = None


@dataclass
class Panel:
    """What the panel shows."""

    must: list[Line] = field(default_factory=list)  # hold the publication back
    traces: list[Line] = field(default_factory=list)
    advice: list[Line] = field(default_factory=list)
    links: list[Line] = field(default_factory=list)
    out: bool = False  # whether visitors read the article already
    asks: bool = False  # whether a reason would let something through
    never_green = NEVER_GREEN
    reason_name = REASON
    longest_reason = LONGEST_REASON

    @property
    def is_well(self) -> bool:
        """Return whether there is nothing to say of the words but what no check can tell."""
        return not (self.must or self.advice)

    @property
    def heading_of_must(self) -> str:
        """Return what the findings that hold back are called."""
        return _("Please mend") if self.out else _("To be mended before it is published")


# Any in this module: an Article, whose module uses this one.
def panel(article: Any, found: Iterable[Finding]) -> Panel:
    """Return the panel of an article with what was found in it."""
    known, shown = accepted(article), Panel(out=is_out(article))
    for one in found:
        line = Line(one, known.get(digest(one)))
        shown.asks = shown.asks or (line.accepted is None and can_be_accepted(one, out=shown.out))
        if one.kind in ASKED_ONCE:
            shown.links.append(line)
        elif one.kind.severity is Severity.BLOCK:
            shown.must.append(line)
        elif one.kind.severity is Severity.TRACE:
            shown.traces.append(line)
        else:
            shown.advice.append(line)
    return shown


def rendered(shown: Panel) -> "SafeString":
    """Return the mark-up of what follows as one writes."""
    return render_to_string(TEMPLATE, {"checks": shown})
