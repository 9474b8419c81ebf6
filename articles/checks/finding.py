"""What a check has found, and what follows from it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_EXCERPT = 80  # characters
BODY = "body_html"


class Severity(StrEnum):
    """What a finding does to a first publication."""

    BLOCK = "block"  # it has to be mended
    TRACE = "trace"  # of somebody's identity: it has to be mended, or a reason given
    ADVISE = "advise"


@dataclass(frozen=True)
class Kind:
    """One kind of finding."""

    code: str
    severity: Severity
    is_always_kept_out: bool = False  # also of what is public already, whatever the reason


@dataclass(frozen=True)
class Finding:
    """Something that was found in an article, where it stands, and what is to be done about it."""

    kind: Kind
    message: "StrOrPromise"
    field: str = BODY
    excerpt: str = ""  # the words as they stand there
    leads_to: str = ""  # of a link: its address, where the words are others

    @property
    def shown_excerpt(self) -> str:
        """Return the words for a line of the panel."""
        words = " ".join(self.excerpt.split())
        return words if len(words) <= LONGEST_EXCERPT else f"{words[:LONGEST_EXCERPT]}…"


PICTURE = Kind("picture", Severity.BLOCK, is_always_kept_out=True)
SOURCE = Kind("source", Severity.BLOCK)
NO_ADDRESS = Kind("no-address", Severity.BLOCK)
OWN_LINK = Kind("own-link", Severity.BLOCK)
NOT_YET = Kind("not-yet", Severity.ADVISE)
UNFINISHED = Kind("unfinished", Severity.BLOCK)
TRACE = Kind("trace", Severity.TRACE)
DEK = Kind("dek", Severity.ADVISE)
SHORT = Kind("short", Severity.ADVISE)
HEADINGS = Kind("headings", Severity.ADVISE)
TABLE = Kind("table", Severity.ADVISE)
CLICK_HERE = Kind("click-here", Severity.ADVISE)
STYLE = Kind("style", Severity.ADVISE)
DEAD_LINK = Kind("dead-link", Severity.ADVISE)

NEVER_GREEN = _(
    "We looked for numbers and addresses. We cannot tell whether place, age, work and date together identify somebody."
)
