"""What the checks are told of an article, and what of the site they need beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsroom.editing.rowchoices import is_key

from .finding import Finding
from .traces import Known
from .wording import StyleEntry

NOTES = "corrections"  # what the rows of a form are called, and where a finding stands
MOST_NOTES = 1000


@dataclass(frozen=True)
class Site:
    """What the site knows that an article is compared with."""

    known: Known = field(default_factory=Known)
    style: tuple[StyleEntry, ...] = ()


@dataclass(frozen=True)
class ArticleState:
    """An article as it is to be checked, stored or not; what has to be asked was asked before."""

    title: str = ""
    dek: str = ""
    body_html: str = ""
    sent_html: str = ""  # the text as it was typed, where cleaning may have taken links off
    content_note: str = ""
    dateline: str = ""
    slug: str = ""
    bylines: str = ""
    source_title: str = ""
    source_publication: str = ""
    source_url: str = ""
    language: str = "en"
    lacks_source: bool = False
    site: Site = field(default_factory=Site)
    notes: tuple[str, ...] = ()  # what readers are told of corrections
    asked: tuple[Finding, ...] = ()  # about pictures, links of our own and dead links


def notes_in(sent: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the texts of the corrections that a form holds, without those that are to go; None where it has no room."""
    count = sent.get(f"{NOTES}-TOTAL_FORMS", "")
    if not is_key(count):
        return None
    rows = (f"{NOTES}-{number}" for number in range(min(int(count), MOST_NOTES)))
    return tuple(sent.get(f"{row}-text", "") for row in rows if not sent.get(f"{row}-DELETE"))
